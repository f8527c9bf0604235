//! Verifiers and challenges of PKCE (RFC 7636).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::{chance, secret::Secret};

/// A verifier with its challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pkce {
    /// What only the client knows until it exchanges the code.
    pub verifier: Secret,
    /// What the authorization request says.
    pub challenge: String,
    /// How the challenge came from the verifier.
    pub method: &'static str,
}

impl Pkce {
    /// Makes a fresh pair under `S256`: base64url of the SHA-256 digest (RFC 7636 section 4.2).
    pub fn s256() -> Self {
        Self::s256_of(verifier())
    }

    /// Makes the pair of a verifier under `S256`.
    ///
    /// ```
    /// use conformance::relying_party::Pkce;
    ///
    /// // The example of RFC 7636, appendix B.
    /// let pkce = Pkce::s256_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    /// assert_eq!(pkce.challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    /// ```
    pub fn s256_of(verifier: impl Into<String>) -> Self {
        let verifier = verifier.into();
        Self {
            challenge: URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier)),
            verifier: Secret::new(verifier),
            method: "S256",
        }
    }

    /// Makes a fresh pair as the documentation's own sample has it: method `SHA256`, and as the challenge base64url of the
    /// digest in upper-case hexadecimal digits.
    pub fn documented_sha256() -> Self {
        let verifier = verifier();
        let digest = Sha256::digest(&verifier);
        let hex: String = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        Self {
            challenge: URL_SAFE_NO_PAD.encode(hex),
            verifier: Secret::new(verifier),
            method: "SHA256",
        }
    }

    /// Makes a fresh pair in which the challenge is the verifier itself.
    pub fn plain() -> Self {
        let verifier = verifier();
        Self {
            challenge: verifier.clone(),
            verifier: Secret::new(verifier),
            method: "plain",
        }
    }
}

/// Returns a verifier of 43 characters, from 32 bytes of chance.
fn verifier() -> String {
    URL_SAFE_NO_PAD.encode(chance::bytes::<32>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_have_the_documented_lengths() {
        for (pkce, length) in [
            (Pkce::s256(), 43),
            (Pkce::documented_sha256(), 86),
            (Pkce::plain(), 43),
        ] {
            assert_eq!(pkce.verifier.expose().len(), 43);
            assert_eq!(pkce.challenge.len(), length, "{}", pkce.method);
        }
        assert_ne!(Pkce::s256(), Pkce::s256());
    }

    #[test]
    fn the_sample_is_the_digest_in_upper_case() {
        let pkce = Pkce::documented_sha256();
        let hex = URL_SAFE_NO_PAD.decode(&pkce.challenge).expect("base64url");
        assert_eq!(hex.len(), 64);
        assert!(
            hex.iter()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'))
        );
    }
}
