//! A server for the tests of others.

use std::net::{Ipv4Addr, SocketAddr};

use fixtures::seed::{self, Tenant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::ids::Ids;
use crate::serve::serve;
use crate::settings::{HostedLogin, Limits, Readings, Settings};

/// A reference server on a port of its own, with a clock and a seed of its own, that stops when it is dropped.
///
/// It runs on the runtime that started it. Any number may run at the same time.
///
/// ```
/// use std::time::Duration;
/// use reference_server::TestServer;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), reqwest::Error> {
/// let server = TestServer::start().await;
/// let (id, secret) = server.configuration_client();
/// # let client = reqwest::Client::builder().tls_certs_only([]).build()?;
/// let token: serde_json::Value = client
///     .post(server.at("login/token"))
///     .basic_auth(id, Some(secret))
///     .form(&[("grant_type", "client_credentials"), ("scope", "*:**")])
///     .send().await?.json().await?;
/// let token = token["access_token"].as_str().unwrap_or_default();
///
/// let list = || client.get(server.at("config/clients")).bearer_auth(token).send();
/// assert_eq!(list().await?.status(), 200);
///
/// server.clock().advance(Duration::from_secs(3600));
/// assert_eq!(list().await?.status(), 401);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TestServer {
    address: SocketAddr,
    tenant: Tenant,
    app: App,
    task: JoinHandle<()>,
}

impl TestServer {
    /// Starts a server with the demo tenant, every setting at its default.
    ///
    /// # Panics
    ///
    /// Panics if this machine has no port to give.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// Returns what a server is made of, for those who want one of its parts to be different.
    pub fn builder() -> TestServerBuilder {
        TestServerBuilder {
            tenant: seed::demo(),
            settings: Settings::default(),
            clock: Clock::fixed(),
            ids: Ids::seeded(0),
        }
    }

    /// Returns the base URL, for example `http://127.0.0.1:49152`, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the id of the customer that the server was started with.
    pub fn customer(&self) -> &str {
        &self.tenant.customer
    }

    /// Returns the URL of a path below the customer.
    pub fn at(&self, path: &str) -> String {
        format!("{}/{}/{path}", self.url(), self.customer())
    }

    /// Returns the id and the secret of the tenant's first configuration client.
    ///
    /// # Panics
    ///
    /// Panics if a tenant of your own has none.
    pub fn configuration_client(&self) -> (&str, &str) {
        self.tenant
            .clients
            .iter()
            .filter(|client| client.is_configuration_client())
            .find_map(|client| Some((client.id.as_str(), client.secret.as_ref()?.reveal())))
            .expect("the tenant has a configuration client")
    }

    /// Returns the server's clock. It stands still unless it is advanced, or the builder was given another.
    pub fn clock(&self) -> &Clock {
        self.app.clock()
    }

    /// Returns the faults that are on: none, unless the builder was given some.
    ///
    /// ```
    /// use reference_server::{TestServer, faults::Injection};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = TestServer::start().await;
    /// # let client = reqwest::Client::builder().tls_certs_only([]).build()?;
    /// let keys = || client.get(server.at("login/jwk")).send();
    /// server.faults().add(Injection::named("service-is-unavailable")?.times(1));
    /// assert_eq!(keys().await?.status(), 503);
    /// assert_eq!(keys().await?.status(), 200);
    /// # Ok(())
    /// # }
    /// ```
    pub fn faults(&self) -> &Faults {
        self.app.faults()
    }

    /// Returns the application behind the server, for adding tenants.
    pub fn app(&self) -> &App {
        &self.app
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What a [`TestServer`] is made of.
#[derive(Debug, Clone)]
#[must_use]
pub struct TestServerBuilder {
    tenant: Tenant,
    settings: Settings,
    clock: Clock,
    ids: Ids,
}

impl TestServerBuilder {
    /// Starts with another tenant than the demo's.
    pub fn tenant(mut self, tenant: Tenant) -> Self {
        self.tenant = tenant;
        self
    }

    /// Makes ids, secrets and tokens from another seed than 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.ids = Ids::seeded(seed);
        self
    }

    /// Tells the time by another clock than one that stands still.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Answers as these readings say.
    pub fn readings(mut self, readings: Readings) -> Self {
        self.settings.readings = readings;
        self
    }

    /// Lets the hosted pages allow and remember what these settings say.
    pub fn hosted_login(mut self, hosted_login: HostedLogin) -> Self {
        self.settings.hosted_login = hosted_login;
        self
    }

    /// Gives up as these limits say.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Starts the server on a free port of the loopback interface.
    ///
    /// # Panics
    ///
    /// Panics if this machine has no port to give, or if the tenant was put together wrongly.
    pub async fn start(mut self) -> TestServer {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port on the loopback interface");
        let address = listener
            .local_addr()
            .expect("a bound listener has an address");
        self.settings.public_url = format!("http://{address}")
            .parse()
            .expect("an address makes a URL");
        let app = App::new(self.settings, self.clock, self.ids);
        app.add_tenant(&self.tenant)
            .expect("a tenant whose parts fit together");
        let task = tokio::spawn(serve(listener, app.clone(), std::future::pending()));
        TestServer {
            address,
            tenant: self.tenant,
            app,
            task,
        }
    }
}
