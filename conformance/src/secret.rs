//! Secrets: values that do not print.

use std::fmt;

/// Holds a value that never appears in a `Debug` or a message: a secret, a token, a password.
///
/// ```
/// use conformance::secret::Secret;
///
/// let secret = Secret::new("tell nobody");
/// assert_eq!(format!("{secret:?}"), "Secret(***)");
/// assert_eq!(secret.expose(), "tell nobody");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Returns the value, for the wire alone.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(***)")
    }
}

/// Names a client and holds its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The client id.
    pub id: String,
    /// The client secret.
    pub secret: Secret,
}

impl Credentials {
    /// Makes credentials from a client id and a secret.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: Secret::new(secret),
        }
    }
}
