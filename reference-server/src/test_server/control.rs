//! What a test does to its server: the control API as methods.

use std::time::Duration;

use fixtures::seed::tenant::User;

use super::TestServer;
use crate::clock::Moment;
use crate::ids::Id;
use crate::journal::Journal;
use crate::people::{AddUserError, Person};
use crate::snapshot::Snapshot;

impl TestServer {
    /// Lets the clock stand still, if the builder was given one that runs.
    ///
    /// ```
    /// use reference_server::{Clock, TestServer};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let server = TestServer::builder().clock(Clock::running()).start().await;
    /// server.freeze();
    /// assert_eq!(server.clock().now(), server.clock().now());
    /// # }
    /// ```
    pub fn freeze(&self) {
        self.clock().freeze();
    }

    /// Lets the clock run.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let server = reference_server::TestServer::start().await;
    /// assert!(server.clock().is_frozen(), "unless the builder was given another");
    /// server.resume();
    /// assert!(!server.clock().is_frozen());
    /// # }
    /// ```
    pub fn resume(&self) {
        self.clock().resume();
    }

    /// Sets the clock, be it back.
    ///
    /// ```
    /// use reference_server::{Moment, TestServer};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let server = TestServer::start().await;
    /// server.set(Moment::parse("2030-06-30T12:00:00Z").expect("a time"));
    /// assert_eq!(server.clock().now().to_string(), "2030-06-30T12:00:00Z");
    /// # }
    /// ```
    pub fn set(&self, now: Moment) {
        self.clock().set(now);
    }

    /// Moves the clock forwards.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let server = reference_server::TestServer::start().await;
    /// server.advance(Duration::from_secs(3600));
    /// assert_eq!(server.clock().now().to_string(), "2026-01-01T01:00:00Z");
    /// # }
    /// ```
    pub fn advance(&self, by: Duration) {
        self.clock().advance(by);
    }

    /// Goes back to the start: the tenant as it was given, the clock as it was, no faults, an empty journal, and the seed's
    /// sequence from its beginning. Tokens that were issued before do not work any more.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), reference_server::AddUserError> {
    /// let server = reference_server::TestServer::start().await;
    /// let user = fixtures::seed::demo().users[0].clone();
    /// let user = fixtures::seed::tenant::User { uuid: None, email: "noor@example.com".to_owned(), ..user };
    /// server.add_user(&user)?;
    /// server.reset();
    /// assert_eq!(server.users().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn reset(&self) {
        self.app().reset();
    }

    /// Keeps what the server knows: configuration, users, sessions, codes, tokens, keys, and what was revoked.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), reqwest::Error> {
    /// let server = reference_server::TestServer::start().await;
    /// let (id, secret) = server.configuration_client();
    /// # let client = reqwest::Client::builder().tls_certs_only([]).build()?;
    /// let token: serde_json::Value = client
    ///     .post(server.at("login/token"))
    ///     .basic_auth(id, Some(secret))
    ///     .form(&[("grant_type", "client_credentials"), ("scope", "*:**")])
    ///     .send().await?.json().await?;
    /// let token = token["access_token"].as_str().unwrap_or_default();
    /// let list = || client.get(server.at("config/clients")).bearer_auth(token).send();
    ///
    /// let signed_in = server.snapshot();
    /// server.reset();
    /// assert_eq!(list().await?.status(), 401);
    /// server.restore(&signed_in);
    /// assert_eq!(list().await?.status(), 200);
    /// # Ok(())
    /// # }
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        self.app().snapshot()
    }

    /// Goes back to a snapshot of this server, as often as wanted. The clock stays as it is.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let server = reference_server::TestServer::start().await;
    /// let full = server.snapshot();
    /// let uuid = server.users()[0].uuid.clone();
    /// assert!(server.remove_user(&uuid));
    /// assert!(server.users().is_empty());
    /// server.restore(&full);
    /// assert_eq!(server.users()[0].uuid, uuid);
    /// # }
    /// ```
    pub fn restore(&self, snapshot: &Snapshot) {
        self.app().restore(snapshot);
    }

    /// Returns one hash for the configuration and the users of all customers: equal as long as nobody changed any.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let server = reference_server::TestServer::start().await;
    /// let before = server.state_hash();
    /// server.remove_user(&server.users()[0].uuid);
    /// assert_ne!(server.state_hash(), before);
    /// # }
    /// ```
    pub fn state_hash(&self) -> String {
        self.app().state_hash()
    }

    /// Returns the customer's users, in the order of their ids.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let server = reference_server::TestServer::start().await;
    /// assert_eq!(server.users()[0].email, "mira.lind@example.com");
    /// # }
    /// ```
    pub fn users(&self) -> Vec<Person> {
        self.app().users(self.id()).unwrap_or_default()
    }

    /// Adds a user to the customer, and returns the id, which is made if none is given.
    ///
    /// # Errors
    ///
    /// Refuses a user who breaks a rule of tenant files, and one whose id or address somebody has.
    ///
    /// ```
    /// use fixtures::seed::tenant::User;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), reference_server::AddUserError> {
    /// let server = reference_server::TestServer::start().await;
    /// let noor = User {
    ///     uuid: None,
    ///     email: "noor.haddad@example.com".to_owned(),
    ///     password: "a longer one than most".into(),
    ///     profile: Default::default(),
    /// };
    /// let uuid = server.add_user(&noor)?;
    /// assert!(server.users().iter().any(|user| user.uuid == uuid));
    /// assert!(server.add_user(&noor).is_err(), "somebody has the address");
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_user(&self, user: &User) -> Result<String, AddUserError> {
        let id = self.app().add_user(self.id(), user)?;
        Ok(id.to_string())
    }

    /// Removes a user along with the session, and returns whether there was one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let server = reference_server::TestServer::start().await;
    /// let mira = &server.users()[0];
    /// assert!(server.remove_user(&mira.uuid));
    /// assert!(!server.remove_user(&mira.uuid));
    /// # }
    /// ```
    pub fn remove_user(&self, uuid: &str) -> bool {
        Id::parse(uuid).is_some_and(|user| self.app().remove_user(self.id(), user))
    }

    /// Returns the journal. It is kept from the first time that anybody asks for it, or from the start if the builder was
    /// told to.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), reqwest::Error> {
    /// let server = reference_server::TestServer::builder().journal().start().await;
    /// # let client = reqwest::Client::builder().tls_certs_only([]).build()?;
    /// client.get(server.at("login/jwk")).send().await?;
    /// let entries = server.journal().since(0);
    /// assert_eq!((entries.len(), entries[0].method.as_str(), entries[0].status), (1, "GET", Some(200)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn journal(&self) -> &Journal {
        self.app().keep_journal()
    }

    /// Rotates the customer's keys, and returns the ids of the previous, the current and the next one.
    ///
    /// # Panics
    ///
    /// Panics if this machine cannot make a key.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let server = reference_server::TestServer::start().await;
    /// let [_, first, second] = server.rotate_keys().await;
    /// let [previous, current, _] = server.rotate_keys().await;
    /// assert_eq!([previous, current], [first, second]);
    /// # }
    /// ```
    pub async fn rotate_keys(&self) -> [String; 3] {
        let rotated = self.app().rotate_keys(self.id()).await;
        rotated.expect("the customer is there, and this machine can make keys")
    }

    fn id(&self) -> Id {
        Id::parse(self.customer()).expect("the tenant was accepted")
    }
}
