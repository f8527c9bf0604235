//! Faults of the claims of ID tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::ids::Id;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "id-token-issuer-ends-with-a-slash",
        "The issuer of an ID token ends with a slash, that of the discovery document does not",
        Act::IdToken(|_, _, claims| text(claims, "iss", |issuer| format!("{issuer}/"))),
    ),
    of(
        "id-token-audience-is-a-text",
        "The audience of an ID token is a text instead of an array",
        Act::IdToken(|_, _, claims| set(claims, "aud", |audience| audience[0].clone())),
    ),
    of(
        "id-token-is-for-another-client",
        "The audience of an ID token is another client",
        Act::IdToken(|app, _, claims| {
            set(claims, "aud", |_| json!([app.ids().id().to_string()]));
        }),
    ),
    of(
        "id-token-is-for-others-too",
        "The audience of an ID token has the issuer beside the client",
        Act::IdToken(|_, _, claims| {
            let issuer = claims["iss"].clone();
            set(claims, "aud", |audience| json!([audience[0], issuer]));
        }),
    ),
    of(
        "authorized-party-is-the-user",
        "The authorized party of an ID token is the user",
        Act::IdToken(|_, _, claims| {
            let user = claims["sub"].clone();
            set(claims, "azp", |_| user);
        }),
    ),
    of(
        "subject-is-the-email-address",
        "The subject of an ID token is the user's e-mail address",
        Act::IdToken(|app, asked, claims| {
            if let Some(email) = email(app, asked, claims) {
                set(claims, "sub", |_| email.into());
            }
        }),
    ),
    of(
        "subject-differs-by-client",
        "The subject of an ID token is another one for every client",
        Act::IdToken(|_, _, claims| {
            let both = format!("{}{}", claims["sub"], claims["azp"]);
            set(claims, "sub", |_| uuid_of(&both).into());
        }),
    ),
    of(
        "subject-differs-by-sign-in",
        "The subject of an ID token is another one each time",
        Act::IdToken(|app, _, claims| set(claims, "sub", |_| app.ids().id().to_string().into())),
    ),
    of(
        "subject-is-missing",
        "An ID token has no subject",
        Act::IdToken(|_, _, claims| without(claims, "sub")),
    ),
    of(
        "global-subject-is-the-subject",
        "The global subject of an ID token is the subject alone",
        Act::IdToken(|_, _, claims| {
            let subject = claims["sub"].clone();
            set(claims, "global_sub", |_| subject);
        }),
    ),
    of(
        "nonce-is-lost",
        "The nonce of the request is not in the ID token",
        Act::IdToken(|_, _, claims| without(claims, "nonce")),
    ),
    of(
        "nonce-is-in-lower-case",
        "The nonce comes back in lower case",
        Act::IdToken(|_, _, claims| text(claims, "nonce", str::to_lowercase)),
    ),
    of(
        "nonce-is-made-up",
        "An ID token has a nonce though none was sent",
        Act::IdToken(|app, _, claims| {
            let nonce = || app.ids().jti().into();
            claims.entry("nonce").or_insert_with(nonce);
        }),
    ),
    of(
        "id-token-has-expired",
        "An ID token expires at the moment of its issue",
        Act::IdToken(|_, _, claims| {
            let issued = claims["iat"].clone();
            set(claims, "exp", |_| issued);
        }),
    ),
    of(
        "id-token-lives-for-a-day",
        "An ID token lives for a day, whatever the token policy says",
        Act::IdToken(|_, _, claims| {
            let issued = claims["iat"].as_u64().unwrap_or_default();
            set(claims, "exp", |_| (issued + 86_400).into());
        }),
    ),
    of(
        "id-token-times-are-milliseconds",
        "The times of an ID token are in milliseconds",
        Act::IdToken(|_, _, claims| {
            for time in ["iat", "exp", "auth_time"] {
                set(claims, time, |seconds| {
                    (seconds.as_u64().unwrap_or_default() * 1000).into()
                });
            }
        }),
    ),
    of(
        "auth-time-is-missing",
        "An ID token does not say when the user signed in",
        Act::IdToken(|_, _, claims| without(claims, "auth_time")),
    ),
    of(
        "auth-time-is-the-end",
        "The time of the sign-in in an ID token is that of its end",
        Act::IdToken(|_, _, claims| {
            let end = claims["exp"].clone();
            set(claims, "auth_time", |_| end);
        }),
    ),
    of(
        "access-token-hash-is-missing",
        "An ID token beside an access token has no hash of it",
        Act::IdToken(|_, _, claims| without(claims, "at_hash")),
    ),
    of(
        "access-token-hash-is-hexadecimal",
        "The hash of the access token in an ID token is the whole digest in hexadecimal",
        Act::IdToken(|_, _, claims| {
            text(claims, "at_hash", |hash| {
                let bytes = URL_SAFE_NO_PAD.decode(hash).unwrap_or_default();
                bytes.iter().map(|byte| format!("{byte:02x}")).collect()
            });
        }),
    ),
    of(
        "access-token-hash-is-of-another",
        "The hash in an ID token is that of another access token",
        Act::IdToken(|app, _, claims| {
            let digest = Sha256::digest(app.ids().token().reveal());
            set(claims, "at_hash", |_| {
                URL_SAFE_NO_PAD.encode(&digest[..16]).into()
            });
        }),
    ),
    of(
        "session-id-differs-by-token",
        "Every ID token names another session",
        Act::IdToken(|app, _, claims| set(claims, "sid", |_| app.ids().id().to_string().into())),
    ),
    of(
        "token-id-is-that-of-the-session",
        "The id of an ID token is that of the session, for every ID token of it",
        Act::IdToken(|_, _, claims| {
            let session = claims["sid"].clone();
            set(claims, "jti", |_| session);
        }),
    ),
    of(
        "assurance-is-a-number",
        "The level of assurance in an ID token is a bare number",
        Act::IdToken(|_, _, claims| set(claims, "acr", |_| json!("1"))),
    ),
    of(
        "methods-are-a-text",
        "The methods of the sign-in in an ID token are one text",
        Act::IdToken(|_, _, claims| set(claims, "amr", |methods| methods[0].clone())),
    ),
    of(
        "id-token-has-the-email-address",
        "An ID token of a code has the e-mail address, which is for userinfo",
        Act::IdToken(|app, asked, claims| {
            if let Some(email) = email(app, asked, claims) {
                claims.insert("email".to_owned(), email.into());
            }
        }),
    ),
    of(
        "refreshed-id-token-is-of-another-user",
        "The ID token of a refresh has another subject",
        Act::IdToken(|_, asked, claims| {
            if asked.is_grant("refresh_token") {
                let client = claims["azp"].clone();
                set(claims, "sub", |_| client);
            }
        }),
    ),
    of(
        "refreshed-id-token-is-of-another-sign-in",
        "The ID token of a refresh tells another time of the sign-in",
        Act::IdToken(|_, asked, claims| {
            if asked.is_grant("refresh_token") {
                set(claims, "auth_time", |time| {
                    (time.as_u64().unwrap_or_default() - 60).into()
                });
            }
        }),
    ),
    of(
        "refreshed-id-token-has-no-hash",
        "The hash in the ID token of a refresh is not that of its access token",
        Act::IdToken(|_, asked, claims| {
            if asked.is_grant("refresh_token") {
                let old = asked.form("refresh_token").unwrap_or_default();
                set(claims, "at_hash", |_| {
                    URL_SAFE_NO_PAD.encode(&Sha256::digest(old)[..16]).into()
                });
            }
        }),
    ),
];

type Claims = Map<String, Value>;

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "id_tokens",
        title,
        act,
    }
}

/// Puts another value in the place of a claim that is there.
fn set(claims: &mut Claims, name: &str, value: impl FnOnce(&Value) -> Value) {
    if let Some(present) = claims.get_mut(name) {
        *present = value(present);
    }
}

fn text(claims: &mut Claims, name: &str, change: impl FnOnce(&str) -> String) {
    if let Some(Value::String(present)) = claims.get_mut(name) {
        *present = change(present);
    }
}

fn without(claims: &mut Claims, name: &str) {
    claims.remove(name);
}

/// Returns the e-mail address of the user that the claims are about.
fn email(app: &App, asked: &Asked, claims: &Claims) -> Option<String> {
    let customer = app.customer_of(&asked.uri)?;
    let user = customer.users().find(Id::parse(claims["sub"].as_str()?)?)?;
    Some(user.email().to_owned())
}

/// Returns a UUID that belongs to a text.
fn uuid_of(text: &str) -> String {
    let hex: String = Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!(
        "{}-{}-4{}-8{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..32]
    )
}
