//! Secrets: a text that does not print, and what is kept of it.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A secret in clear. Printing it for debugging shows nothing of it.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    /// Returns the text, for the one answer that shows it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What is kept of a secret: enough to recognise it, not to tell it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SecretDigest([u8; 32]);

impl SecretDigest {
    /// A digest that no secret has: compared when a client does not exist, so that the answer takes as long.
    pub(crate) const NOBODY: Self = Self([0; 32]);

    pub(crate) fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// Returns the digest, for a hash over it.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Compares in a time that depends on the length of what is presented only.
    pub(crate) fn matches(&self, presented: &str) -> bool {
        self.0.ct_eq(&Self::of(presented).0).into()
    }
}

impl fmt::Debug for SecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretDigest(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_secret_matches() {
        let digest = SecretDigest::of("demo-secret");
        assert!(digest.matches("demo-secret"));
        for other in ["", "demo-secre", "demo-secret ", "Demo-secret"] {
            assert!(!digest.matches(other), "`{other}`");
            assert!(!SecretDigest::NOBODY.matches(other));
        }
    }

    #[test]
    fn nothing_prints() {
        let secret = Secret::from("demo-secret".to_owned());
        let printed = format!("{secret:?} {:?}", SecretDigest::of("demo-secret"));
        assert_eq!(printed, "Secret(..) SecretDigest(..)");
    }
}
