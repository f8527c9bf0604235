//! What a load has to know about its target.

use std::time::Duration;

use rustls_pki_types::CertificateDer;

use crate::secret::Secret;

/// Where the load goes, and in whose name.
#[derive(Debug, Clone)]
pub struct Target {
    /// Base address without a trailing slash: `https://id.example.test`.
    pub url: String,
    /// The customer: the first segment of every path.
    pub customer: String,
    /// The client that administers the target.
    pub configuration: Option<Client>,
    /// The client in whose name a user signs in.
    pub login: Option<Client>,
    /// The user who signs in.
    pub user: Option<User>,
    /// Whether objects of its own may be made at the target, which are removed.
    pub may_write: bool,
    /// Whom to trust.
    pub roots: Roots,
    /// Requests a second at most.
    pub rate: Option<f64>,
    /// How long a connection may take to come about.
    pub connect: Duration,
    /// How long a request and its whole answer may take.
    pub exchange: Duration,
    /// The largest answer that is read, in bytes.
    pub body: usize,
}

/// A client as it is registered at the target.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// Its secret; public clients have none.
    pub secret: Option<Secret>,
    /// Where users come back to; nothing is ever sent there. Empty for a client that signs nobody in.
    pub redirect_uri: String,
}

/// Somebody who signs in.
#[derive(Debug, Clone)]
pub struct User {
    /// What is typed as a name.
    pub name: String,
    /// The password.
    pub password: Secret,
}

/// Whom to trust.
#[derive(Debug, Clone, Default)]
pub enum Roots {
    /// Nobody: enough for plain HTTP.
    #[default]
    None,
    /// The authorities that the operating system trusts.
    System,
    /// Only these authorities.
    These(Vec<CertificateDer<'static>>),
}

impl Target {
    /// Describes a target with nothing but a place: nobody signs in, nobody administers it.
    pub fn at(url: impl Into<String>, customer: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            customer: customer.into(),
            configuration: None,
            login: None,
            user: None,
            may_write: false,
            roots: Roots::None,
            rate: None,
            connect: Duration::from_secs(5),
            exchange: Duration::from_secs(10),
            body: 1024 * 1024,
        }
    }

    /// Returns the address of a path below the customer.
    ///
    /// ```
    /// let target = loadtest::target::Target::at("http://127.0.0.1:9400", "mine");
    /// assert_eq!(target.below("login/token"), "http://127.0.0.1:9400/mine/login/token");
    /// ```
    pub fn below(&self, path: &str) -> String {
        format!("{}/{}/{path}", self.url, self.customer)
    }
}
