//! The answer of the token endpoint to whoever signed in, and what its ID token says.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::{
    load::Load,
    wallet::{Grant, Token},
    wire::{Answer, Wrong, answer::demand},
};

/// What comes with status 200. It has members of its own beyond these.
#[derive(Deserialize)]
pub(super) struct Tokens {
    access_token: String,
    token_type: String,
    expires_in: u64,
    refresh_token: Option<String>,
    id_token: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: u64,
    iat: u64,
    nonce: Option<String>,
    at_hash: Option<String>,
    jti: Option<String>,
}

#[derive(Deserialize)]
#[serde(from = "serde_json::Value")]
struct Audience(Vec<String>);

impl From<serde_json::Value> for Audience {
    fn from(value: serde_json::Value) -> Self {
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        Self(match &value {
            serde_json::Value::Array(all) => all.iter().filter_map(text).collect(),
            one => text(one).into_iter().collect(),
        })
    }
}

/// Reads the tokens of a user and shows them to the invariants.
pub(super) fn read(
    load: &Load,
    name: &'static str,
    answer: &Answer,
    nonce: Option<&str>,
    at: Duration,
) -> Result<Grant, Wrong> {
    let tokens: Tokens = answer.ok()?;
    demand(
        tokens.token_type.eq_ignore_ascii_case("bearer"),
        "token_type is not Bearer",
    )?;
    demand(tokens.expires_in > 0, "expires_in is 0")?;
    demand(!tokens.access_token.is_empty(), "access_token is empty")?;
    let Some(refresh_token) = tokens.refresh_token else {
        return Err(Wrong::new("no refresh_token"));
    };
    let Some(id_token) = tokens.id_token else {
        return Err(Wrong::new("no id_token"));
    };
    let claims = claims(&id_token)?;
    demand(claims.iss == load.place.issuer, "iss is not the issuer").inspect_err(|_| {
        load.invariants.names(name, &claims.iss, at);
    })?;
    let client = load.target.login.as_ref().map(|client| client.id.as_str());
    demand(
        client.is_some_and(|id| claims.aud.0.iter().any(|audience| audience == id)),
        "aud is not the client",
    )?;
    demand(claims.exp > claims.iat, "exp is not after iat")?;
    if nonce.is_some() {
        demand(
            claims.nonce.as_deref() == nonce,
            "nonce is not that of the request",
        )?;
    }
    if let Some(at_hash) = &claims.at_hash {
        let hash = Sha256::digest(tokens.access_token.as_bytes());
        demand(
            *at_hash == BASE64_URL_SAFE_NO_PAD.encode(&hash[..16]),
            "at_hash is not that of the access token",
        )?;
    }
    load.invariants.token(name, &tokens.access_token, at);
    if let Some(jti) = &claims.jti {
        load.invariants.jti(name, jti, at);
    }
    Ok(Grant {
        access_token: Arc::new(Token::new(tokens.access_token, tokens.expires_in)),
        refresh_token: Arc::new(Token::new(refresh_token, u64::MAX)),
        subject: claims.sub,
    })
}

/// Reads what a JWT says; its signature is the judge's business.
fn claims(jwt: &str) -> Result<Claims, Wrong> {
    let unreadable = || Wrong::new("id_token is no JWT");
    let payload = jwt.split('.').nth(1).ok_or_else(unreadable)?;
    let payload = BASE64_URL_SAFE_NO_PAD
        .decode(payload)
        .map_err(|_| unreadable())?;
    serde_json::from_slice(&payload).map_err(|_| Wrong::new("id_token lacks a claim"))
}
