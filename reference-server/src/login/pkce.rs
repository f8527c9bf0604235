//! Proof Key for Code Exchange: RFC 7636.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::settings::PkceDocumentedSha256;

/// What an authorization request commits to: whoever exchanges its code has to know the verifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Challenge {
    method: Method,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    /// The digest in base64url: RFC 7636, 4.2.
    S256,
    /// The digest as upper-case hexadecimal text, and that in base64url: seed 004's sample.
    Sha256,
}

/// Says why a request commits to nothing. `plain` is never taken: it hides nothing from whoever sees the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ChallengeError {
    #[error("code_challenge_method must be S256")]
    Method,
    #[error("code_challenge is not the base64url of a SHA-256 digest")]
    Form,
}

impl Challenge {
    /// Returns whether it reads like that.
    pub(crate) fn reads(&self, text: &str) -> bool {
        self.text == text
    }

    /// Reads the two parameters.
    pub(crate) fn read(
        text: &str,
        method: &str,
        documented: PkceDocumentedSha256,
    ) -> Result<Self, ChallengeError> {
        let (method, bytes) = match (method, documented) {
            ("S256", _) => (Method::S256, 32),
            ("SHA256", PkceDocumentedSha256::Accepted) => (Method::Sha256, 64),
            _ => return Err(ChallengeError::Method),
        };
        let decoded = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| ChallengeError::Form)?;
        if decoded.len() != bytes {
            return Err(ChallengeError::Form);
        }
        Ok(Self {
            method,
            text: text.to_owned(),
        })
    }

    /// Returns whether that is the verifier. One of another form (RFC 7636, 4.1) never is.
    pub(crate) fn is_met_by(&self, verifier: &str) -> bool {
        let is_unreserved =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(is_unreserved) {
            return false;
        }
        let digest = Sha256::digest(verifier);
        let expected = match self.method {
            Method::S256 => URL_SAFE_NO_PAD.encode(digest),
            Method::Sha256 => {
                let hex: String = digest.iter().map(|byte| format!("{byte:02X}")).collect();
                URL_SAFE_NO_PAD.encode(hex)
            }
        };
        expected.as_bytes().ct_eq(self.text.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DOCUMENTED: PkceDocumentedSha256 = PkceDocumentedSha256::Accepted;

    #[test]
    fn both_samples_are_met() {
        for (method, challenge, verifier) in [
            // RFC 7636, appendix B
            (
                "S256",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            ),
            // seed 004
            (
                "SHA256",
                "RTg4QjMyRUJCNzdBRTQ1MkM2NTAzRTVDOEQ5OTg3QjIwMjVBNTcxQTU5RTJFNDYwMzJBQjYxRkM4NjQ0QzdBNw",
                "AdleUo9ZVcn0J7HkXOdzeqN6pWrW36K3JgVRwMW8BBQazEPV3kFnHyWIZi2jt9gA",
            ),
        ] {
            let challenge = Challenge::read(challenge, method, DOCUMENTED).expect("a challenge");
            assert!(challenge.is_met_by(verifier), "{method}");
            for other in [
                "",
                &verifier[1..],
                &verifier.to_lowercase(),
                &format!("{verifier}x"),
            ] {
                assert!(!challenge.is_met_by(other), "{method}: `{other}`");
            }
        }
    }

    #[test]
    fn other_methods_and_forms_are_refused() {
        let good = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        for method in ["", "plain", "s256", "sha256", "S512"] {
            let refused = Challenge::read(good, method, DOCUMENTED);
            assert_eq!(refused, Err(ChallengeError::Method), "`{method}`");
        }
        let refused = Challenge::read(good, "SHA256", PkceDocumentedSha256::Refused);
        assert_eq!(refused, Err(ChallengeError::Method));
        for challenge in [
            "",
            "x",
            &good[1..],
            &format!("{good}="),
            &format!("{good}A"),
            "*",
        ] {
            for method in ["S256", "SHA256"] {
                let refused = Challenge::read(challenge, method, DOCUMENTED);
                assert_eq!(refused, Err(ChallengeError::Form), "`{challenge}`");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_verifier_meets_its_own_challenge_only(
            verifier in "[A-Za-z0-9._~-]{43,128}",
            other in "[A-Za-z0-9._~-]{43,128}",
        ) {
            let digest = Sha256::digest(&verifier);
            let hex: String = digest.iter().map(|byte| format!("{byte:02X}")).collect();
            for (method, text) in [("S256", URL_SAFE_NO_PAD.encode(digest)), ("SHA256", URL_SAFE_NO_PAD.encode(hex))] {
                let challenge = Challenge::read(&text, method, DOCUMENTED).expect("a challenge");
                prop_assert!(challenge.is_met_by(&verifier));
                prop_assert_eq!(challenge.is_met_by(&other), verifier == other);
                prop_assert!(!challenge.is_met_by(&verifier[..42]));
                let spaced = format!("{verifier} ");
                prop_assert!(!challenge.is_met_by(&spaced));
            }
        }
    }
}
