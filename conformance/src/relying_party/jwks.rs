//! Keys, and what they verify (RFC 7515, RFC 7517).

use std::sync::Once;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, crypto, jwk::Jwk};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use crate::{expect, http::Answer, secret::Secret, verdict::Mismatch};

/// The largest number of keys that are looked at: a hostile set may have any number.
const MOST: usize = 100;

/// A set of keys.
#[derive(Debug, Clone)]
pub struct Jwks {
    /// The set as it came.
    pub document: Value,
}

/// A token whose signature is good.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// Its header.
    pub header: Value,
    /// Its claims.
    pub claims: Value,
}

impl Jwks {
    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// A mismatch when it is no JSON object with an array `keys`.
    pub fn read(answer: &Answer) -> Result<Self, Mismatch> {
        expect::status(answer, &[200])?;
        Self::new(answer.json()?)
    }

    /// Makes a set of a document.
    ///
    /// # Errors
    ///
    /// A mismatch when it is no JSON object with an array `keys`.
    pub fn new(document: Value) -> Result<Self, Mismatch> {
        match document["keys"].as_array() {
            Some(_) => Ok(Self { document }),
            None => Err(Mismatch::new(
                "member /keys",
                [json!("an array of keys")],
                document["keys"].clone(),
            )),
        }
    }

    /// Verifies the signature of a token in its compact form, with the key that its `kid` names, or with the only key of the set
    /// when it names none (OpenID Connect Core section 10.1). Looks at no claim.
    ///
    /// # Errors
    ///
    /// A mismatch when it is no such token, is not signed by an asymmetric algorithm, names a key that is not in the set, or is
    /// not signed by that key.
    pub fn verify(&self, token: &Secret) -> Result<Verified, Mismatch> {
        let token = token.expose();
        let not_a_token = || {
            let expected = json!("a header, claims and a signature, separated by dots");
            Mismatch::new("token", [expected], json!("something else"))
        };
        let (message, signature) = token.rsplit_once('.').ok_or_else(not_a_token)?;
        let (header, claims) = message.split_once('.').ok_or_else(not_a_token)?;
        let (Some(header), Some(claims)) = (decoded(header), decoded(claims)) else {
            return Err(not_a_token());
        };
        let algorithm = algorithm(&header)?;
        let key = self.key(&header, algorithm)?;
        install();
        let is_good = crypto::verify(signature, message.as_bytes(), &key, algorithm);
        if is_good.unwrap_or(false) {
            return Ok(Verified { header, claims });
        }
        Err(Mismatch::new(
            "signature",
            [json!("made by the key of the set that the header names")],
            json!({ "header": header }),
        ))
    }

    /// Returns the key that a header names.
    fn key(&self, header: &Value, algorithm: Algorithm) -> Result<DecodingKey, Mismatch> {
        let keys: Vec<&Value> = self.document["keys"]
            .as_array()
            .into_iter()
            .flatten()
            .take(MOST)
            .collect();
        let kid = &header["kid"];
        let named: Vec<&&Value> = match kid {
            Value::Null => keys.iter().filter(|key| key["use"] != "enc").collect(),
            kid => keys.iter().filter(|key| key["kid"] == *kid).collect(),
        };
        let [key] = named[..] else {
            let kids: Vec<&Value> = keys.iter().map(|key| &key["kid"]).collect();
            let expected = [json!({ "one of": kids })];
            return Err(Mismatch::new("kid of the header", expected, kid.clone()));
        };
        let unusable = || {
            let expected = json!(format!("a key for {}", header["alg"]));
            let shown = json!({"kty": key["kty"], "alg": key["alg"], "use": key["use"]});
            Mismatch::new("key of the header's kid", [expected], shown)
        };
        if !key["alg"].is_null() && key["alg"] != header["alg"] || key["use"] == "enc" {
            return Err(unusable());
        }
        let key: Jwk = serde_json::from_value((**key).clone()).map_err(|_| unusable())?;
        let key = DecodingKey::from_jwk(&key).map_err(|_| unusable())?;
        if key.family() == algorithm.family() {
            Ok(key)
        } else {
            Err(unusable())
        }
    }
}

/// Returns the left half of a text's digest as the claims `at_hash` and `c_hash` have it: under the hash function of a header's
/// `alg`, in base64url (OpenID Connect Core section 3.1.3.6). `None` for an algorithm that is not known.
///
/// ```
/// use conformance::relying_party::half_hash;
///
/// // The example of OpenID Connect Core, appendix A.3.
/// let hash = half_hash("RS256", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
/// assert_eq!(hash.as_deref(), Some("77QmUPtjPfzWtF2AnpK9RQ"));
/// ```
pub fn half_hash(alg: &str, text: &str) -> Option<String> {
    let digest = match alg {
        // Ed25519 hashes with SHA-512.
        "EdDSA" => Sha512::digest(text).to_vec(),
        _ if alg.ends_with("256") => Sha256::digest(text).to_vec(),
        _ if alg.ends_with("384") => Sha384::digest(text).to_vec(),
        _ if alg.ends_with("512") => Sha512::digest(text).to_vec(),
        _ => return None,
    };
    Some(URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2]))
}

/// Returns the asymmetric algorithm that a header names: with another one, anybody who knows a public value could sign.
fn algorithm(header: &Value) -> Result<Algorithm, Mismatch> {
    let named = header["alg"].as_str().unwrap_or_default();
    match named.parse::<Algorithm>() {
        Ok(algorithm) if !named.starts_with("HS") => Ok(algorithm),
        _ => Err(Mismatch::new(
            "alg of the header",
            [json!("RS256"), json!("another asymmetric algorithm")],
            header["alg"].clone(),
        )),
    }
}

fn decoded(part: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    let value: Value = serde_json::from_slice(&bytes).ok()?;
    value.is_object().then_some(value)
}

/// Names the provider once: a crate elsewhere may have brought a second one, and then none is chosen.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Whoever was first has named one, which is as good.
        let _ = crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    });
}
