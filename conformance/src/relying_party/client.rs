//! Login clients: the clients in whose name a user signs in.

use std::fmt;

use crate::secret::{Credentials, Secret};

/// Says whether a client can keep a secret (RFC 6749 section 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It cannot: it has none, and uses PKCE.
    Public,
    /// It can: it authenticates with one.
    Confidential,
}

impl Kind {
    /// Returns the word that the configuration API uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Confidential => "confidential",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A client that is registered at the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginClient {
    /// Whether it has a secret.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// Its secret, if it is confidential.
    pub secret: Option<Secret>,
    /// One of its redirect URIs. Nothing is ever sent there.
    pub redirect_uri: String,
    /// One of the URIs to which a browser may be sent after a sign-out. Nothing is ever sent there either.
    pub post_logout_redirect_uri: Option<String>,
}

impl LoginClient {
    /// Returns what it authenticates with, if it can.
    pub fn credentials(&self) -> Option<Credentials> {
        let secret = self.secret.clone()?;
        let id = self.id.clone();
        Some(Credentials { id, secret })
    }
}
