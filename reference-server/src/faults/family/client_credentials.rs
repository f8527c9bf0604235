//! Faults of the client credentials grant: who gets a token, and what the answer says.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::jwt;
use crate::faults::rights::grant;
use crate::ids::Id;
use crate::store::{Client, Grant};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "one-token-for-each-client",
        "A new token ends the one that the client had",
        Act::Request(|app, asked| {
            let client = asked.credentials().and_then(|(id, _)| Id::parse(&id));
            if let Some(client) = client.filter(|_| asked.is_grant(GRANT)) {
                app.store().tokens().revoke_all_of(client);
            }
        }),
    ),
    of(
        "configuration-gets-refresh-tokens",
        "A refresh token comes along with the token of a client",
        Act::Answer(|app, asked, answer| {
            if asked.is_grant(GRANT) && answer.is_success() {
                let token = app.ids().token().reveal().to_owned();
                answer.edit_members(|members| {
                    members.insert("refresh_token".to_owned(), token.into());
                });
            }
        }),
    ),
    of(
        "expiry-is-a-text",
        "`expires_in` is a text",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant(GRANT) && answer.is_success() {
                answer.edit_members(|members| {
                    if let Some(seconds) = members.get_mut("expires_in") {
                        *seconds = seconds.to_string().into();
                    }
                });
            }
        }),
    ),
    of(
        "token-type-is-in-lower-case",
        "`token_type` is `bearer`",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant(GRANT) && answer.is_success() {
                answer.replace("token_type", "bearer");
            }
        }),
    ),
    of(
        "every-token-is-said-to-last-an-hour",
        "`expires_in` is 3600, whatever the policy says",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant(GRANT) && answer.is_success() {
                answer.replace("expires_in", 3600);
            }
        }),
    ),
    of(
        "tokens-are-issued-with-201",
        "A token is issued with status 201",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant(GRANT) && answer.is_success() {
                answer.status = StatusCode::CREATED;
            }
        }),
    ),
    of(
        "tokens-are-short",
        "A token has 16 characters",
        Act::Answer(|app, asked, answer| {
            reissue(app, asked, answer, |token| token.chars().take(16).collect());
        }),
    ),
    of(
        "the-same-token-comes-again",
        "A client that asks for the same scopes again gets the same token",
        Act::Answer(|app, asked, answer| {
            let (client, _) = asked.credentials().unwrap_or_default();
            let seed = format!("{client} {}", asked.form("scope").unwrap_or_default());
            reissue(app, asked, answer, |_| {
                let halves = ["1", "2"].map(|half| Sha256::digest(format!("{seed} {half}")));
                URL_SAFE_NO_PAD.encode(halves.concat())
            });
        }),
    ),
    of(
        "tokens-say-whose-they-are",
        "A token begins with the id of the client",
        Act::Answer(|app, asked, answer| {
            let (client, _) = asked.credentials().unwrap_or_default();
            reissue(app, asked, answer, |token| format!("{client}.{token}"));
        }),
    ),
    of(
        "json-is-a-form",
        "A token can be asked for with JSON",
        Act::Request(|_, asked| {
            if let Some(Value::Object(members)) = asked.json().filter(|_| is(asked)) {
                let form = HeaderValue::from_static("application/x-www-form-urlencoded");
                asked.headers.insert(CONTENT_TYPE, form);
                asked.edit_form(|pairs| {
                    pairs.clear();
                    pairs.extend(members.iter().filter_map(|(name, value)| {
                        Some((name.clone(), value.as_str()?.to_owned()))
                    }));
                });
            }
        }),
    ),
    of(
        "urlencoded-forms-are-not-read",
        "A token can be asked for with a multipart form alone",
        Act::Instead(|_, asked| {
            let field = asked.headers.get(CONTENT_TYPE)?.to_str().ok()?;
            (is(asked) && field.ends_with("urlencoded")).then(|| {
                Answer::oauth(
                    StatusCode::BAD_REQUEST,
                    "invalid_request",
                    "a multipart form is wanted",
                )
            })
        }),
    ),
    of(
        "configuration-takes-no-basic",
        "A client cannot get a token with its secret in the header",
        Act::Instead(|_, asked| {
            (asked.is_grant(GRANT) && asked.headers.contains_key(AUTHORIZATION))
                .then(Answer::unauthenticated)
        }),
    ),
    of(
        "configuration-takes-no-secret-in-the-form",
        "A client cannot get a token with its secret in the form",
        Act::Instead(|_, asked| {
            (asked.is_grant(GRANT) && asked.form("client_secret").is_some())
                .then(Answer::unauthenticated)
        }),
    ),
    of(
        "configuration-takes-any-secret",
        "A client with a wrong secret gets a token",
        Act::Request(|app, asked| {
            let client = asked.credentials().filter(|(_, secret)| secret.is_some());
            let client = client.and_then(|(id, _)| confidential(app, asked, &id));
            if let Some(client) = client.filter(|_| asked.is_grant(GRANT)) {
                asked.let_in(client);
            }
        }),
    ),
    of(
        "empty-secrets-count",
        "A client gets a token with an empty secret",
        Act::Request(|app, asked| {
            let client = asked
                .credentials()
                .filter(|(_, secret)| secret.as_deref() == Some(""));
            let client = client.and_then(|(id, _)| confidential(app, asked, &id));
            if let Some(client) = client.filter(|_| asked.is_grant(GRANT)) {
                asked.let_in(client);
            }
        }),
    ),
    of(
        "ids-are-secrets",
        "A client gets a token with its id in the place of its secret",
        Act::Request(|app, asked| {
            let client = asked
                .credentials()
                .filter(|(id, secret)| secret.as_ref() == Some(id));
            let client = client.and_then(|(id, _)| confidential(app, asked, &id));
            if let Some(client) = client.filter(|_| asked.is_grant(GRANT)) {
                asked.let_in(client);
            }
        }),
    ),
    of(
        "clients-without-a-name-are-bad-requests",
        "A request that names no client is refused with `invalid_request`",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant(GRANT) && asked.credentials().is_none() {
                *answer = Answer::oauth(
                    StatusCode::BAD_REQUEST,
                    "invalid_request",
                    "client_id is missing",
                );
            }
        }),
    ),
    of(
        "unknown-clients-are-not-found",
        "A client that does not exist is refused with 404",
        Act::Answer(|app, asked, answer| {
            let client = asked.credentials().and_then(|(id, _)| Id::parse(&id));
            let is_known = client.is_some_and(|id| asked.stored::<Client>(app, id).is_some());
            if asked.is_grant(GRANT) && client.is_some() && !is_known && !answer.is_success() {
                answer.status = StatusCode::NOT_FOUND;
            }
        }),
    ),
    of(
        "no-grant-type-means-client-credentials",
        "A request without `grant_type` is taken for one of client credentials",
        Act::Request(|_, asked| {
            if is(asked) && asked.form("grant_type").is_none() {
                asked.set_form("grant_type", GRANT);
            }
        }),
    ),
    of(
        "unknown-grants-are-client-credentials",
        "A grant type that nobody knows is taken for client credentials",
        Act::Request(|_, asked| {
            let known = ["authorization_code", "refresh_token"];
            if is(asked)
                && asked
                    .form("grant_type")
                    .is_some_and(|grant| !known.contains(&grant.as_str()))
            {
                asked.set_form("grant_type", GRANT);
            }
        }),
    ),
    of(
        "public-clients-get-tokens",
        "A client without a secret gets a token for itself",
        Act::Instead(|app, asked| {
            let (id, _) = asked.credentials().filter(|_| asked.is_grant(GRANT))?;
            let client = asked
                .stored::<Client>(app, Id::parse(&id)?)
                .filter(|client| client.secret.is_none())?;
            let token = app.ids().token().reveal().to_owned();
            let readings = app.settings().readings.of_scopes();
            let grant = Grant::new(asked.customer()?, client.id, "", 3600, readings);
            let now = app.clock().now();
            app.store().tokens().add(
                &token,
                Arc::new(grant),
                now,
                now + Duration::from_secs(3600),
            );
            let body = json!({ "access_token": token, "expires_in": 3600, "token_type": "Bearer", "scope": "" });
            Some(Answer::json(StatusCode::OK, &body))
        }),
    ),
    of(
        "login-clients-get-no-tokens",
        "A confidential login client gets no token for itself",
        Act::Instead(|app, asked| {
            let (id, _) = asked.credentials().filter(|_| asked.is_grant(GRANT))?;
            asked
                .stored::<Client>(app, Id::parse(&id)?)?
                .login
                .as_ref()?;
            Some(Answer::oauth(
                StatusCode::BAD_REQUEST,
                "unauthorized_client",
                "a login client signs users in",
            ))
        }),
    ),
    of(
        "no-scope-means-everything",
        "A request without `scope` is granted all that its policy lists",
        Act::Answer(|app, asked, answer| {
            if asked.form("scope").is_none() {
                grant(app, asked, answer, |it| it.listed);
            }
        }),
    ),
    of(
        "deleted-clients-get-tokens",
        "A client that was deleted still gets tokens",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let id = asked
                    .item()
                    .filter(|_| asked.is(&Method::DELETE, "config/clients/*"));
                let client = id.and_then(|id| asked.stored::<Client>(app, id));
                let presented = asked.credentials().filter(|_| asked.is_grant(GRANT));
                let answer = desk.ask(asked).await;
                if let Some(client) = client.filter(|_| answer.is_success()) {
                    app.faults()
                        .notes()
                        .take(format!("deleted client {}", client.id), String::new());
                }
                let (id, _) = presented.unwrap_or_default();
                match app.faults().notes().find(&format!("deleted client {id}")) {
                    Some(_) => token_of_nobody(app),
                    None => answer,
                }
            })
        }),
    ),
    of(
        "token-endpoint-refuses-like-the-configuration",
        "The token endpoint refuses with `errors`",
        Act::Answer(|_, asked, answer| {
            let text = answer.member("error_description").filter(|_| is(asked));
            if let Some(text) = text {
                answer.set_body(json!({ "errors": text }).to_string());
            }
        }),
    ),
    of(
        "token-endpoint-is-there-for-anybody",
        "Below a customer id that nobody has, the token endpoint refuses the client",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::NOT_FOUND {
                *answer = Answer::unauthenticated();
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "client_credentials",
        title,
        act,
    }
}

const GRANT: &str = "client_credentials";

fn is(asked: &Asked) -> bool {
    asked.is(&Method::POST, "login/token")
}

/// Returns the client, if it has a secret.
fn confidential(app: &App, asked: &Asked, id: &str) -> Option<Id> {
    let client = asked.stored::<Client>(app, Id::parse(id)?)?;
    client.secret.is_some().then_some(client.id)
}

/// Lets another text be the token that was issued.
fn reissue(app: &App, asked: &Asked, answer: &mut Answer, write: impl FnOnce(&str) -> String) {
    let Some(token) = jwt::handed_out(answer, "access_token").filter(|_| asked.is_grant(GRANT))
    else {
        return;
    };
    let other = write(&token);
    let now = app.clock().now();
    if let Some((grant, end)) = app.store().tokens().find_with_end(&token, now) {
        app.store().tokens().add(&other, grant, now, end);
    }
    answer.replace("access_token", other);
}

fn token_of_nobody(app: &App) -> Answer {
    let body = json!({
        "access_token": app.ids().token().reveal(),
        "expires_in": 3600,
        "token_type": "Bearer",
        "scope": "",
    });
    Answer::json(StatusCode::OK, &body)
}
