//! Faults of the secrets of clients: where they are shown.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::told::{remembering, secret_of};
use crate::store::Client;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "secrets-are-listed",
        "The list of clients shows their secrets",
        Act::Around(|app, asked, desk| {
            Box::pin(remembering(app, asked, desk, |app, asked, answer| {
                if asked.is(&Method::GET, "config/clients") {
                    answer.edit(|list| {
                        let entries = list
                            .pointer_mut("/_embedded/clients")
                            .and_then(Value::as_array_mut);
                        for entry in entries.into_iter().flatten() {
                            let secret = secret_of(app, entry["id"].as_str().unwrap_or_default());
                            if let (Value::Object(entry), Some(secret)) = (entry, secret) {
                                entry.insert("secret".to_owned(), secret.into());
                            }
                        }
                    });
                }
            }))
        }),
    ),
    of(
        "secrets-are-shown-with-clients",
        "A client that is read shows its secret",
        Act::Around(|app, asked, desk| {
            Box::pin(remembering(app, asked, desk, |app, asked, answer| {
                if asked.views(CLIENTS) {
                    show(app, asked, answer, |secret| ("secret", secret.to_owned()));
                }
            }))
        }),
    ),
    of(
        "secrets-are-shown-with-modifications",
        "The answer that modifies a client shows its secret",
        Act::Around(|app, asked, desk| {
            Box::pin(remembering(app, asked, desk, |app, asked, answer| {
                if asked.modifies(CLIENTS) {
                    show(app, asked, answer, |secret| ("secret", secret.to_owned()));
                }
            }))
        }),
    ),
    of(
        "secrets-are-shown-in-base64",
        "A client that is read shows its secret in base64, as `fingerprint`",
        Act::Around(|app, asked, desk| {
            Box::pin(remembering(app, asked, desk, |app, asked, answer| {
                if asked.views(CLIENTS) || asked.modifies(CLIENTS) {
                    show(app, asked, answer, |secret| {
                        ("fingerprint", STANDARD_NO_PAD.encode(secret))
                    });
                }
            }))
        }),
    ),
    of(
        "secrets-come-in-a-header",
        "A client that is read comes with its secret in a header field",
        Act::Around(|app, asked, desk| {
            Box::pin(remembering(app, asked, desk, |app, asked, answer| {
                let id = asked.item().map(|id| id.to_string()).unwrap_or_default();
                let secret = secret_of(app, &id).filter(|_| asked.views(CLIENTS));
                if let Some(value) = secret.and_then(|secret| HeaderValue::try_from(secret).ok()) {
                    answer
                        .headers
                        .insert(HeaderName::from_static("x-debug"), value);
                }
            }))
        }),
    ),
    of(
        "hashes-of-secrets-are-shown",
        "A client that is read shows a hash of its secret",
        Act::Answer(|app, asked, answer| {
            let client = asked
                .item()
                .and_then(|id| asked.stored::<Client>(app, id))
                .filter(|_| asked.views(CLIENTS));
            if let Some(secret) = client.as_ref().and_then(|client| client.secret.as_ref()) {
                let hash = STANDARD_NO_PAD.encode(secret.digest.bytes());
                answer.edit_members(|members| {
                    members.insert("secretHash".to_owned(), hash.into());
                });
            }
        }),
    ),
    of(
        "secrets-can-be-read",
        "The secret of a client can be read, one that signs users in or not",
        Act::Around(|app, asked, desk| {
            Box::pin(remembering(app, asked, desk, |app, asked, answer| {
                let id = asked.item().map(|id| id.to_string()).unwrap_or_default();
                let secret = secret_of(app, &id).filter(|_| asked.is(&Method::GET, SECRET));
                if let Some(secret) = secret {
                    *answer = Answer::json(StatusCode::OK, &json!({ "secret": secret }));
                }
            }))
        }),
    ),
    of(
        "secrets-are-not-told-at-creation",
        "The answer that makes a configuration client does not show its secret",
        Act::Answer(|_, asked, answer| {
            if asked.creates(CLIENTS) && answer.member("loginPolicy").is_none() {
                answer.without("secret");
            }
        }),
    ),
    of(
        "public-clients-are-told-a-secret",
        "The answer that makes a public client shows a secret",
        Act::Answer(|app, asked, answer| {
            if asked.creates(CLIENTS) && answer.member("type").as_deref() == Some("public") {
                let secret = app.ids().secret().reveal().to_owned();
                answer.edit_members(|members| {
                    members.insert("secret".to_owned(), secret.into());
                });
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "secrets",
        title,
        act,
    }
}

const CLIENTS: &str = "clients";
const SECRET: &str = "config/clients/*/secret";

/// Shows the secret of the client in a member of the answer.
fn show(app: &App, asked: &Asked, answer: &mut Answer, member: fn(&str) -> (&'static str, String)) {
    let client = asked.item().map(|id| id.to_string()).unwrap_or_default();
    if let Some(secret) = secret_of(app, &client) {
        let (name, text) = member(&secret);
        answer.edit_members(|members| {
            members.insert(name.to_owned(), text.into());
        });
    }
}
