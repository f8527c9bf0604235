//! What a load has to know about its target.

use std::{net::SocketAddr, time::Duration};

use rustls_pki_types::CertificateDer;
use url::{Host, Url};

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
    /// Address of its control API without a trailing slash, if it has one.
    pub control: Option<String>,
    /// Where its notifications arrive, if somebody has said so; else on a free port of this machine, where the target is on it, too.
    pub listener: Option<Listener>,
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

/// A place for notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// The address to listen on; port 0 picks a free one.
    pub bind: SocketAddr,
    /// The public address that is forwarded to it; without one the target is given the address itself.
    pub url: Option<String>,
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
            control: None,
            listener: None,
            roots: Roots::None,
            rate: None,
            connect: Duration::from_secs(5),
            exchange: Duration::from_secs(10),
            body: 1024 * 1024,
        }
    }

    /// Tells whether it is on this machine, by the text of its address alone: a name may lead elsewhere tomorrow.
    ///
    /// ```
    /// use loadtest::target::Target;
    ///
    /// assert!(Target::at("http://[::1]:9400", "mine").is_of_this_machine());
    /// assert!(!Target::at("http://localhost.example.test", "mine").is_of_this_machine());
    /// ```
    pub fn is_of_this_machine(&self) -> bool {
        match Url::parse(&self.url).as_ref().map(Url::host) {
            Ok(Some(Host::Ipv4(address))) => address.is_loopback(),
            Ok(Some(Host::Ipv6(address))) => address.is_loopback(),
            Ok(Some(Host::Domain(name))) => name == "localhost",
            _ => false,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_this_machine() {
        let is_own = |url: &str| Target::at(url, "mine").is_of_this_machine();
        for own in [
            "http://127.0.0.1:9400",
            "http://localhost",
            "http://LOCALHOST:1",
            "https://[::1]:1",
            "http://127.9.9.9",
        ] {
            assert!(is_own(own), "{own}");
        }
        for foreign in [
            "https://id.example.test",
            "http://10.0.0.1",
            "http://localhost.example.test",
            "http://127.0.0.1.example.test",
            "http://[::2]",
            "http://[::2",
        ] {
            assert!(!is_own(foreign), "{foreign}");
        }
    }
}
