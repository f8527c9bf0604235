//! Faults of introspection.

use http::header::{CACHE_CONTROL, PRAGMA, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::minted;
use crate::ids::Id;
use crate::store::Client;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "unknown-tokens-are-active",
        "Introspection calls every token active, whether it was issued or not",
        Act::Answer(|_, asked, answer| {
            inactive(asked, answer, |members| {
                members.insert("active".to_owned(), json!(true));
            });
        }),
    ),
    of(
        "tokens-in-force-are-inactive",
        "Introspection calls every token inactive",
        Act::Answer(|_, asked, answer| forget(asked, answer, |_| true)),
    ),
    of(
        "tokens-without-scope-are-inactive",
        "Introspection calls a token inactive that was granted nothing",
        Act::Answer(|_, asked, answer| forget(asked, answer, |members| members["scope"] == "")),
    ),
    of(
        "administrative-tokens-are-inactive",
        "Introspection calls a token inactive that has no user",
        Act::Answer(|_, asked, answer| {
            forget(asked, answer, |members| !members.contains_key("sub"));
        }),
    ),
    of(
        "refresh-tokens-are-inactive",
        "Introspection knows access tokens alone",
        Act::Answer(|_, asked, answer| {
            forget(asked, answer, |members| {
                members["token_type"] == "refresh_token"
            });
        }),
    ),
    of(
        "tokens-of-others-are-refused",
        "Introspection refuses a token of another client with 403",
        Act::Answer(|_, asked, answer| {
            let caller = asked.credentials().map(|(id, _)| id);
            let client = answer.member("client_id").filter(|_| is(asked));
            if client.is_some() && client != caller {
                *answer = Answer::oauth(
                    StatusCode::FORBIDDEN,
                    "access_denied",
                    "the token is another client's",
                );
            }
        }),
    ),
    of(
        "inactive-tokens-are-explained",
        "Introspection tells why a token is not active",
        Act::Answer(|_, asked, answer| {
            inactive(asked, answer, |members| {
                members.insert("scope".to_owned(), json!("openid"));
                members.insert("token_type".to_owned(), json!("Bearer"));
            });
        }),
    ),
    of(
        "unknown-tokens-cannot-be-introspected",
        "Introspection refuses a token that is not active",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.value().is_some_and(|body| body["active"] == false) {
                *answer = Answer::oauth(
                    StatusCode::BAD_REQUEST,
                    "invalid_request",
                    "the token is unknown",
                );
            }
        }),
    ),
    of(
        "introspection-needs-no-credentials",
        "Introspection is open to who presents no credentials",
        Act::Request(|app, asked| {
            if is(asked) && asked.credentials().is_none() {
                let_anybody_in(app, asked);
            }
        }),
    ),
    of(
        "introspection-takes-any-secret",
        "Introspection takes a wrong secret for a right one",
        Act::Request(|app, asked| {
            let client = asked.credentials().filter(|(_, secret)| secret.is_some());
            if let Some((id, _)) = client.filter(|_| is(asked))
                && Id::parse(&id)
                    .and_then(|id| client_of(app, asked, id))
                    .is_some_and(|client| client.secret.is_some())
            {
                let_anybody_in(app, asked);
            }
        }),
    ),
    of(
        "introspection-takes-bearer-tokens",
        "Introspection lets in whoever has an access token",
        Act::Request(|app, asked| {
            let grant = asked
                .bearer()
                .and_then(|token| app.store().tokens().find(token, app.clock().now()));
            if grant.is_some() && is(asked) {
                let_anybody_in(app, asked);
            }
        }),
    ),
    of(
        "public-clients-introspect",
        "Introspection lets in a client that has no secret",
        Act::Request(|app, asked| {
            let id = asked.credentials().and_then(|(id, _)| Id::parse(&id));
            let client = id
                .and_then(|id| client_of(app, asked, id))
                .filter(|_| is(asked));
            if client.is_some_and(|client| client.secret.is_none()) {
                let_anybody_in(app, asked);
            }
        }),
    ),
    of(
        "deleted-clients-introspect",
        "Introspection lets in a client that is not there any more",
        Act::Request(|app, asked| {
            let id = asked
                .credentials()
                .and_then(|(id, _)| Id::parse(&id))
                .filter(|_| is(asked));
            if id.is_some_and(|id| client_of(app, asked, id).is_none()) {
                let_anybody_in(app, asked);
            }
        }),
    ),
    of(
        "introspection-refuses-with-400",
        "Introspection refuses a client that did not authenticate with 400 and no challenge",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::UNAUTHORIZED {
                answer.status = StatusCode::BAD_REQUEST;
                answer.headers.remove(WWW_AUTHENTICATE);
            }
        }),
    ),
    of(
        "introspection-does-not-challenge",
        "Introspection refuses with 401, but without a challenge",
        Act::Answer(|_, asked, answer| {
            if is(asked) {
                answer.headers.remove(WWW_AUTHENTICATE);
            }
        }),
    ),
    of(
        "introspection-may-be-kept",
        "What introspection tells may be stored",
        Act::Answer(|_, asked, answer| {
            if is(asked) {
                answer.set_header(CACHE_CONTROL, "private, max-age=60");
                answer.headers.remove(PRAGMA);
            }
        }),
    ),
    of(
        "introspection-of-nothing-is-inactive",
        "Introspection answers a request without a token as it answers an unknown token",
        Act::Answer(|_, asked, answer| {
            if is(asked)
                && asked.form("token").is_none()
                && answer.status == StatusCode::BAD_REQUEST
            {
                *answer = Answer::json(StatusCode::OK, &json!({ "active": false }));
                answer.set_header(CACHE_CONTROL, "no-store");
            }
        }),
    ),
    of(
        "introspection-takes-get",
        "Introspection takes the token from the query of a GET",
        Act::Around(|_, asked, behind| {
            Box::pin(async move {
                if asked.is(&Method::GET, PATH) {
                    return Answer::json(StatusCode::OK, &json!({ "active": false }));
                }
                behind.ask(asked).await
            })
        }),
    ),
    of(
        "introspection-believes-hints",
        "Introspection looks for a token only where the hint points",
        Act::Answer(|_, asked, answer| {
            let hint = asked
                .form("token_type_hint")
                .filter(|hint| hint != "access_token");
            forget(asked, answer, |members| {
                hint.is_some() && members["token_type"] == "Bearer"
            });
        }),
    ),
    of(
        "introspected-scope-is-that-of-the-policy",
        "Introspection tells more scopes than were granted",
        Act::Answer(|_, asked, answer| {
            active(asked, answer, |members| {
                let scope = format!(
                    "{} email phone profile",
                    members["scope"].as_str().unwrap_or_default()
                );
                members.insert("scope".to_owned(), scope.trim().into());
            });
        }),
    ),
    of(
        "introspected-client-is-the-user",
        "Introspection tells another client than the token's",
        Act::Answer(|app, asked, answer| {
            active(asked, answer, |members| {
                members.insert("client_id".to_owned(), app.ids().id().to_string().into());
            });
        }),
    ),
    of(
        "introspected-type-is-access-token",
        "Introspection tells the kind of an access token where its type belongs",
        Act::Answer(|_, asked, answer| {
            active(asked, answer, |members| {
                members.insert("token_type".to_owned(), json!("access_token"));
            });
        }),
    ),
    of(
        "introspected-subject-is-missing",
        "Introspection does not tell the user of a token",
        Act::Answer(|_, asked, answer| {
            active(asked, answer, |members| {
                members.remove("sub");
            });
        }),
    ),
    of(
        "introspected-subject-is-the-client",
        "Introspection tells the client as the user of a token",
        Act::Answer(|_, asked, answer| {
            active(asked, answer, |members| {
                let client = members["client_id"].clone();
                members.insert("sub".to_owned(), client);
            });
        }),
    ),
    of(
        "introspected-audience-is-the-client-alone",
        "Introspection leaves the resource out of the audience",
        Act::Answer(|_, asked, answer| {
            active(asked, answer, |members| {
                if let Some(Value::Array(audience)) = members.get_mut("aud") {
                    audience.truncate(1);
                }
            });
        }),
    ),
    of(
        "introspected-audience-begins-with-the-issuer",
        "Introspection tells the issuer first in the audience",
        Act::Answer(|app, asked, answer| {
            let base = app.settings().public_url.to_string();
            active(asked, answer, |members| {
                if let Some(Value::Array(audience)) = members.get_mut("aud") {
                    audience.insert(0, base.into());
                }
            });
        }),
    ),
    of(
        "introspected-times-are-milliseconds",
        "Introspection tells times in milliseconds",
        Act::Answer(|_, asked, answer| {
            active(asked, answer, |members| {
                for name in ["iat", "exp"] {
                    let seconds = members[name].as_u64().unwrap_or_default();
                    members.insert(name.to_owned(), (seconds * 1000).into());
                }
            });
        }),
    ),
    of(
        "introspected-end-is-early",
        "Introspection tells an end a minute before the token's",
        Act::Answer(|_, asked, answer| {
            active(asked, answer, |members| {
                let end = members["exp"].as_u64().unwrap_or_default();
                members.insert("exp".to_owned(), end.saturating_sub(60).into());
            });
        }),
    ),
    of(
        "introspection-does-not-hear-of-revocations",
        "Introspection goes on calling a token active that was revoked",
        Act::Around(|app, mut asked, behind| {
            Box::pin(async move {
                let now = app.clock().now();
                let (tokens, refresh_tokens) = (app.store().tokens(), app.store().refresh_tokens());
                let gone = asked.form("token").filter(|token| {
                    is(&asked)
                        && tokens.find(token, now).is_none()
                        && refresh_tokens.find(token, now).is_none()
                });
                let shadow = gone.map(|token| minted::shadow(&token));
                if let Some(shadow) = shadow.filter(|shadow| tokens.find(shadow, now).is_some()) {
                    asked.set_form("token", shadow);
                }
                let answer = behind.ask(asked).await;
                minted::add_shadows(app, &answer);
                answer
            })
        }),
    ),
    of(
        "introspection-of-nobodys-customer",
        "Introspection tells an unknown customer id from a known one by no status",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::NOT_FOUND {
                *answer = Answer::json(StatusCode::OK, &json!({ "active": false }));
            }
        }),
    ),
];

const PATH: &str = "login/token/introspect";

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "introspection",
        title,
        act,
    }
}

fn is(asked: &Asked) -> bool {
    asked.is(&Method::POST, PATH)
}

/// Changes what is told of a token that works.
fn active(asked: &Asked, answer: &mut Answer, change: impl FnOnce(&mut Map<String, Value>)) {
    if is(asked) && answer.value().is_some_and(|body| body["active"] == true) {
        answer.edit_members(change);
    }
}

/// Changes what is told of a token that does not work.
fn inactive(asked: &Asked, answer: &mut Answer, change: impl FnOnce(&mut Map<String, Value>)) {
    if is(asked) && answer.value().is_some_and(|body| body["active"] == false) {
        answer.edit_members(change);
    }
}

/// Calls a token inactive that works.
fn forget(asked: &Asked, answer: &mut Answer, which: impl FnOnce(&Map<String, Value>) -> bool) {
    active(asked, answer, |members| {
        if which(members) {
            *members = Map::from_iter([("active".to_owned(), json!(false))]);
        }
    });
}

fn client_of(app: &App, asked: &Asked, id: Id) -> Option<std::sync::Arc<Client>> {
    app.customer_of(&asked.uri)?.find(id)
}

/// Lets the request in as one of some client that has a secret.
fn let_anybody_in(app: &App, asked: &mut Asked) {
    let customer = app.customer_of(&asked.uri);
    let clients = customer
        .map(|customer| customer.list::<Client>())
        .unwrap_or_default();
    if let Some(client) = clients.iter().find(|client| client.secret.is_some()) {
        asked.let_in(client.id);
    }
}
