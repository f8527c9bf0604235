//! What an ID token has to say to the client that it was issued to (OpenID Connect Core section 3.1.3.7).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Verified, half_hash};
use crate::{
    expect,
    verdict::{During as _, Mismatch},
};

/// How far two clocks may be apart, in seconds.
const LEEWAY: i64 = 60;

/// What a client knows of the ID token that it awaits.
#[derive(Debug, Clone, Copy)]
pub struct Awaited<'a> {
    /// The issuer that it asked.
    pub issuer: &'a str,
    /// Its own id.
    pub client: &'a str,
    /// The nonce that it sent, if it sent one.
    pub nonce: Option<&'a str>,
    /// What time it is.
    pub now: Timestamp,
}

impl Awaited<'_> {
    /// Holds claims against what is awaited.
    ///
    /// # Errors
    ///
    /// The first claim that is missing or wrong.
    pub fn check(&self, claims: &Value) -> Result<(), Mismatch> {
        self.claims(claims).during("ID token")
    }

    fn claims(&self, claims: &Value) -> Result<(), Mismatch> {
        expect::member(claims, "/iss", &json!(self.issuer))?;
        expect::text(claims, "/sub")?;
        self.audience(claims)?;
        let now = self.now.as_second();
        let expires = expect::integer(claims, "/exp")?;
        if expires <= now.saturating_sub(LEEWAY) {
            let expected = json!(format!("later than {now}"));
            return Err(Mismatch::new("member /exp", [expected], json!(expires)));
        }
        let issued = expect::integer(claims, "/iat")?;
        if issued > now.saturating_add(LEEWAY) {
            let expected = json!(format!("not later than {now}"));
            return Err(Mismatch::new("member /iat", [expected], json!(issued)));
        }
        match self.nonce {
            Some(nonce) => expect::member(claims, "/nonce", &json!(nonce)),
            None => Ok(()),
        }
    }

    fn audience(&self, claims: &Value) -> Result<(), Mismatch> {
        let audience = expect::present(claims, "/aud")?;
        let is_in = match audience {
            Value::String(only) => only == self.client,
            Value::Array(several) => several.iter().any(|one| one == self.client),
            _ => false,
        };
        if !is_in {
            let expected = [json!(self.client), json!([self.client])];
            return Err(Mismatch::new("member /aud", expected, audience.clone()));
        }
        match claims.get("azp") {
            Some(party) => expect::equal("member /azp", &json!(self.client), party),
            None => Ok(()),
        }
    }
}

/// Requires that a claim such as `at_hash` is the hash of a text; where there is no such claim, that it may be absent.
///
/// # Errors
///
/// When it is another one, or is absent and must not be.
pub fn hash_of(
    token: &Verified,
    claim: &str,
    text: &str,
    may_be_absent: bool,
) -> Result<(), Mismatch> {
    let place = format!("/{claim}");
    if may_be_absent && token.claims.get(claim).is_none() {
        return Ok(());
    }
    let alg = token.header["alg"].as_str().unwrap_or_default();
    let Some(hash) = half_hash(alg, text) else {
        let expected = json!("an algorithm whose hash function is known");
        return Err(Mismatch::new("alg of the header", [expected], json!(alg)));
    };
    expect::member(&token.claims, &place, &json!(hash)).during("ID token")
}
