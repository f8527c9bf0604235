//! Faults of the reset of a secret: what it answers with, and what works afterwards.

use http::{Method, StatusCode};
use serde_json::json;

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::told::{remembering, secret_of};
use crate::ids::Id;
use crate::secret::SecretDigest;
use crate::store::{Client, ClientSecret};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "resets-give-public-clients-a-secret",
        "A reset gives a public client a secret",
        Act::Answer(|app, asked, answer| {
            let client = asked
                .item()
                .and_then(|id| asked.stored::<Client>(app, id))
                .filter(|_| asked.is(&Method::POST, RESET));
            if client.is_some_and(|client| client.secret.is_none()) {
                let secret = app.ids().secret().reveal().to_owned();
                *answer = Answer::json(StatusCode::CREATED, &json!({ "secret": secret }));
            }
        }),
    ),
    of(
        "resets-of-nobody-work",
        "A reset for a client that does not exist answers with a secret",
        Act::Answer(|app, asked, answer| {
            let is_known = asked
                .item()
                .is_some_and(|id| asked.stored::<Client>(app, id).is_some());
            if asked.is(&Method::POST, RESET) && answer.status == StatusCode::NOT_FOUND && !is_known
            {
                let secret = app.ids().secret().reveal().to_owned();
                *answer = Answer::json(StatusCode::CREATED, &json!({ "secret": secret }));
            }
        }),
    ),
    of(
        "resets-are-not-done",
        "A reset answers with a new secret, and the old one stays",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let client = asked
                    .item()
                    .and_then(|id| asked.stored::<Client>(app, id))
                    .filter(|_| asked.is(&Method::POST, RESET));
                let answer = desk.ask(asked.clone()).await;
                if let Some(client) = client {
                    give(app, &asked, client.id, client.secret.clone());
                }
                answer
            })
        }),
    ),
    of(
        "old-secrets-go-on-working",
        "After a reset the old secret works beside the new one",
        Act::Around(|app, mut asked, desk| {
            Box::pin(async move {
                let notes = app.faults().notes();
                let (id, secret) = asked.credentials().unwrap_or_default();
                let is_old = secret
                    .is_some_and(|secret| notes.find(&format!("old {id} {secret}")).is_some());
                if let Some(client) =
                    Id::parse(&id).filter(|_| is_old && asked.is_grant("client_credentials"))
                {
                    asked.let_in(client);
                }
                let reset = asked
                    .item()
                    .filter(|_| asked.is(&Method::POST, RESET))
                    .map(|id| id.to_string());
                let before = reset.as_ref().and_then(|id| secret_of(app, id));
                let answer = remembering(app, asked, desk, |_, _, _| {}).await;
                if let Some((id, before)) = reset.zip(before).filter(|_| answer.is_success()) {
                    notes.take(format!("old {id} {before}"), String::new());
                }
                answer
            })
        }),
    ),
    of(
        "configuration-secrets-cannot-be-reset",
        "The secret of a configuration client cannot be reset",
        Act::Instead(|app, asked| {
            let client = asked.stored::<Client>(
                app,
                asked.item().filter(|_| asked.is(&Method::POST, RESET))?,
            )?;
            client
                .login
                .is_none()
                .then(|| Answer::refusal(StatusCode::NOT_FOUND, "Not Found"))
        }),
    ),
    of(
        "secrets-of-login-clients-cannot-be-reset",
        "The secret of a login client cannot be reset",
        Act::Instead(|app, asked| {
            let client = asked.stored::<Client>(
                app,
                asked.item().filter(|_| asked.is(&Method::POST, RESET))?,
            )?;
            client
                .login
                .is_some()
                .then(|| Answer::refusal(StatusCode::NOT_FOUND, "Not Found"))
        }),
    ),
    of(
        "secrets-are-reset-by-put",
        "The secret of a client is reset by PUT",
        Act::Around(|_, mut asked, desk| {
            Box::pin(async move {
                if asked.is_on(RESET) {
                    asked.method = match asked.method {
                        Method::PUT => Method::POST,
                        Method::POST => {
                            return Answer::refusal(
                                StatusCode::METHOD_NOT_ALLOWED,
                                "Method Not Allowed",
                            );
                        }
                        other => other,
                    };
                }
                desk.ask(asked).await
            })
        }),
    ),
    of(
        "resets-answer-with-200",
        "A reset answers with status 200",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::POST, RESET) && answer.is_success() {
                answer.status = StatusCode::OK;
            }
        }),
    ),
    of(
        "resets-need-a-body",
        "A reset without a body is refused",
        Act::Instead(|_, asked| {
            let is_bare = asked.is(&Method::POST, RESET) && asked.body.is_empty();
            is_bare.then(|| {
                Answer::refusal(
                    StatusCode::BAD_REQUEST,
                    "the body is not valid JSON: it is empty",
                )
            })
        }),
    ),
    of(
        "resets-show-the-client",
        "The answer to a reset shows the id of the client, too",
        Act::Answer(|_, asked, answer| {
            let id = asked
                .item()
                .filter(|_| asked.is(&Method::POST, RESET) && answer.is_success());
            if let Some(id) = id {
                answer.edit_members(|members| {
                    members.insert("id".to_owned(), id.to_string().into());
                });
            }
        }),
    ),
    of(
        "reset-secrets-are-short",
        "A reset answers with a secret of 16 characters",
        Act::Answer(|app, asked, answer| {
            reset_to(app, asked, answer, |secret| {
                secret.chars().take(16).collect()
            });
        }),
    ),
    of(
        "reset-secrets-have-a-colon",
        "A reset answers with a secret that has a colon in it",
        Act::Answer(|app, asked, answer| {
            reset_to(app, asked, answer, |secret| {
                let (one, other) = secret.split_at(secret.len() / 2);
                format!("{one}:{other}")
            });
        }),
    ),
    of(
        "every-reset-gives-the-same",
        "Every reset of a client gives the same secret",
        Act::Answer(|app, asked, answer| {
            let id = asked.item().map(|id| id.to_string()).unwrap_or_default();
            reset_to(app, asked, answer, |_| id.replace('-', "").repeat(2));
        }),
    ),
    of(
        "modifications-set-the-secret",
        "A modification of a client with `secret` sets its secret",
        Act::Answer(|app, asked, answer| {
            let secret = asked
                .member("secret")
                .filter(|_| asked.modifies("clients") && answer.is_success());
            if let Some((id, secret)) = asked.item().zip(secret) {
                give(app, asked, id, Some(kept(&secret)));
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "secret_resets",
        title,
        act,
    }
}

const RESET: &str = "config/clients/*/secret";

fn kept(secret: &str) -> ClientSecret {
    ClientSecret {
        digest: SecretDigest::of(secret),
        readable: None,
    }
}

fn give(app: &App, asked: &Asked, client: Id, secret: Option<ClientSecret>) {
    if let Some(customer) = app.customer_of(&asked.uri) {
        // A client that is gone needs no secret.
        let _changed = customer.replace::<Client, std::convert::Infallible>(client, |client, _| {
            Ok(Client {
                secret,
                ..client.clone()
            })
        });
    }
}

/// Lets a reset answer with another secret, which is then the one in force.
fn reset_to(app: &App, asked: &Asked, answer: &mut Answer, write: impl FnOnce(&str) -> String) {
    let secret = answer
        .member("secret")
        .filter(|_| asked.is(&Method::POST, RESET));
    if let Some((id, secret)) = asked.item().zip(secret) {
        let other = write(&secret);
        give(app, asked, id, Some(kept(&other)));
        answer.replace("secret", other);
    }
}
