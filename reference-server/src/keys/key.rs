//! One signing key.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::KeyError;

/// An RSA key of 2048 bits. The key pair is parsed once: parsing takes longer than signing.
pub(crate) struct SigningKey {
    pair: RsaKeyPair,
    public: Jwk,
    /// The JOSE header of whatever the key signs, in base64url.
    header: String,
}

/// The public half as the JWK set shows it: RFC 7517, section 4, with exactly the documented members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Jwk {
    r#use: &'static str,
    kty: &'static str,
    pub(crate) kid: String,
    alg: &'static str,
    n: String,
    e: String,
}

impl SigningKey {
    /// Makes a key. It takes some 50 milliseconds, so not on a thread that has other things to do.
    pub(super) fn generate() -> Result<Self, KeyError> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError)?;
        Ok(Self::of(pair))
    }

    /// Reads a key in PKCS #8, as PEM.
    pub(super) fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| KeyError)?;
        let pair = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).map_err(|_| KeyError)?;
        Ok(Self::of(pair))
    }

    fn of(pair: RsaKeyPair) -> Self {
        let public = Jwk::of(&pair);
        let header = json!({ "alg": public.alg, "kid": public.kid, "typ": "JWT" });
        Self {
            header: URL_SAFE_NO_PAD.encode(header.to_string()),
            public,
            pair,
        }
    }

    pub(crate) fn public(&self) -> &Jwk {
        &self.public
    }

    /// Signs a claim set: a JWS in compact form (RFC 7515, 7.1) with RS256.
    pub(super) fn sign(&self, claims: &[u8]) -> Result<String, KeyError> {
        self.sign_after(&self.header, claims)
    }

    /// Signs a claim set under another header.
    pub(super) fn sign_under(&self, header: &[u8], claims: &[u8]) -> Result<String, KeyError> {
        self.sign_after(&URL_SAFE_NO_PAD.encode(header), claims)
    }

    /// Takes the header in base64url.
    fn sign_after(&self, header: &str, claims: &[u8]) -> Result<String, KeyError> {
        let mut token = String::with_capacity(header.len() + claims.len() * 4 / 3 + 352);
        token.push_str(header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                token.as_bytes(),
                &mut signature,
            )
            .map_err(|_| KeyError)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
        Ok(token)
    }
}

impl Jwk {
    fn of(pair: &RsaKeyPair) -> Self {
        let public = pair.public_key();
        let modulus = public.modulus();
        let exponent = public.exponent();
        let n = URL_SAFE_NO_PAD.encode(modulus.big_endian_without_leading_zero());
        let e = URL_SAFE_NO_PAD.encode(exponent.big_endian_without_leading_zero());
        Self {
            r#use: "sig",
            kty: "RSA",
            kid: thumbprint(&n, &e),
            alg: "RS256",
            n,
            e,
        }
    }
}

/// Returns 40 hexadecimal digits of the key's thumbprint (RFC 7638): the documentation's key ids have that length.
fn thumbprint(n: &str, e: &str) -> String {
    let required = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
    Sha256::digest(required)
        .iter()
        .take(20)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.public.kid).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_is_that_of_rfc_7638_cut_to_40_digits() {
        // The key of the RFC's section 3.1; its thumbprint is `NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs`.
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let whole = URL_SAFE_NO_PAD
            .decode("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
            .expect("base64url");
        let hex: String = whole.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(thumbprint(n, "AQAB"), hex[..40]);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for pem in [
            "",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ] {
            assert_eq!(SigningKey::from_pem(pem).err(), Some(KeyError));
        }
    }

    #[test]
    fn a_key_does_not_print() {
        let key = SigningKey::from_pem(fixtures::keys::DEMO[0]).expect("a key of the fixtures");
        assert_eq!(
            format!("{key:?}"),
            format!("SigningKey({:?})", key.public.kid)
        );
    }
}
