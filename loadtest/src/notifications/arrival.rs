//! A notification as it arrives.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;

/// What a security event token says (RFC 8417). Its signature is for others to look at: here it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrival {
    /// The notification.
    pub(super) jti: String,
    /// The user who was created.
    pub(super) subject: String,
    /// The whole token.
    pub(super) token: String,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    events: Events,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Events {
    entity_created: Created,
}

#[derive(Deserialize)]
struct Created {
    sub: String,
}

impl Arrival {
    /// Reads one; `None` if it is no token that tells of a user who was created.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let token = std::str::from_utf8(body).ok()?;
        let payload = token.split('.').nth(1)?;
        let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
        let claims: Claims = serde_json::from_slice(&payload).ok()?;
        Some(Self {
            jti: claims.jti,
            subject: claims.events.entity_created.sub,
            token: token.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tokens_about_new_users_are_read() {
        let token = |claims: &str| format!("e30.{}.AAAA", BASE64_URL_SAFE_NO_PAD.encode(claims));
        let right = token(r#"{"jti":"a","events":{"entityCreated":{"sub":"b","id":"c"}}}"#);
        let read = Arrival::read(right.as_bytes()).expect("it is one");
        assert_eq!((read.jti.as_str(), read.subject.as_str()), ("a", "b"));
        for wrong in [
            String::new(),
            "a.b.c".to_owned(),
            token("{}"),
            token(r#"{"jti":"a","events":{"entityDeleted":{"sub":"b"}}}"#),
            token(r#"{"events":{"entityCreated":{"sub":"b"}}}"#),
        ] {
            assert_eq!(Arrival::read(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
