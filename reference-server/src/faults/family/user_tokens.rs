//! Faults of the answers of the token endpoint: to the exchange of a code, and of refusals.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use serde_json::json;
use sha2::{Digest, Sha384};

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::jwt;
use crate::store::Grant;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "token-type-is-mac",
        "The tokens of a code are said to be of another type than bearer",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant(CODE) {
                answer.replace("token_type", "mac");
            }
        }),
    ),
    of(
        "lifetime-is-always-an-hour",
        "The lifetime in a token answer is an hour, whatever the token policy says",
        Act::Answer(|_, asked, answer| {
            if is_of_user(asked) {
                answer.replace("expires_in", 3600);
            }
        }),
    ),
    of(
        "lifetime-is-nothing",
        "The lifetime in a token answer is 0",
        Act::Answer(|_, asked, answer| {
            if is_of_user(asked) {
                answer.replace("expires_in", 0);
            }
        }),
    ),
    of(
        "lifetime-is-not-told",
        "The answer to a code does not tell for how long the access token works",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant(CODE) {
                answer.without("expires_in");
            }
        }),
    ),
    of(
        "granted-scope-has-repetitions",
        "The scope in a token answer names each scope twice",
        Act::Answer(|_, asked, answer| {
            if let Some(scope) = answer.member("scope").filter(|_| is_of_user(asked)) {
                answer.replace("scope", format!("{scope} {scope}"));
            }
        }),
    ),
    of(
        "granted-scope-has-unknown-ones",
        "The scope in a token answer has scopes that the token policy does not allow",
        Act::Answer(|_, asked, answer| {
            if let Some(scope) = answer.member("scope").filter(|_| is_of_user(asked)) {
                answer.replace("scope", format!("{scope} offline_access"));
            }
        }),
    ),
    of(
        "unknown-scopes-are-refused",
        "A request for a scope that nobody knows is refused instead of being granted the others",
        Act::Around(|app, mut asked, behind| {
            Box::pin(async move {
                let known = asked
                    .customer()
                    .and_then(|id| app.store().customer(id))
                    .map(|customer| {
                        let client = asked
                            .query("client_id")
                            .and_then(|id| crate::ids::Id::parse(&id));
                        client
                            .and_then(|id| customer.client_with_policy(id))
                            .map(|(_, policy)| policy)
                    });
                let scope = asked
                    .query("scope")
                    .filter(|_| asked.is_on("login/authorize"));
                if let (Some(Some(policy)), Some(scope)) = (known, scope) {
                    let is_allowed = |scope| {
                        policy
                            .allowed_scopes()
                            .iter()
                            .any(|allowed| allowed == scope)
                    };
                    if !scope.split(' ').all(is_allowed) {
                        asked.edit_query(|pairs| {
                            pairs.retain(|(name, _)| name != "response_type");
                            pairs.push(("response_type".to_owned(), "invalid_scope".to_owned()));
                        });
                    }
                }
                behind.ask(asked).await
            })
        }),
    ),
    of(
        "id-token-is-left-out",
        "The answer to a code has no ID token",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant(CODE) {
                answer.without("id_token");
            }
        }),
    ),
    of(
        "refresh-tokens-are-for-offline-access",
        "The answer to a code has no refresh token unless `offline_access` was asked for",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant(CODE) {
                answer.without("refresh_token");
            }
        }),
    ),
    of(
        "access-tokens-come-again",
        "A user gets the same access token at every sign-in",
        Act::Answer(|app, asked, answer| {
            let now = app.clock().now();
            let Some(before) =
                jwt::handed_out(answer, "access_token").filter(|_| asked.is_grant(CODE))
            else {
                return;
            };
            let Some((grant, end)) = app.store().tokens().find_with_end(&before, now) else {
                return;
            };
            if let Some(authorization) = grant.authorization() {
                let whose = format!("{}{}", authorization.user, authorization.client);
                let after = URL_SAFE_NO_PAD.encode(Sha384::digest(whose));
                app.store()
                    .tokens()
                    .add(&after, Arc::clone(&grant), now, end);
                answer.replace("access_token", after);
            }
        }),
    ),
    of(
        "tokens-of-users-configure",
        "The token of a user opens the configuration",
        Act::Request(|app, asked| {
            let now = app.clock().now();
            let grant = asked
                .bearer()
                .and_then(|token| app.store().tokens().find(token, now));
            let grant =
                grant.filter(|grant| asked.is_below("config") && grant.authorization().is_some());
            if let Some(grant) = grant {
                let readings = app.settings().readings.of_scopes();
                let all = Grant::new(grant.customer(), grant.client(), "*:**", 3600, readings);
                let (token, end) = (app.ids().token(), now + all.lifetime());
                app.store()
                    .tokens()
                    .add(token.reveal(), Arc::new(all), now, end);
                asked.set_bearer(token.reveal());
            }
        }),
    ),
    of(
        "tokens-may-be-kept",
        "An answer with tokens may be stored",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.is_success() && !asked.is_grant(REFRESH) {
                keep(answer);
            }
        }),
    ),
    of(
        "refreshed-tokens-may-be-kept",
        "An answer with refreshed tokens may be stored",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant(REFRESH) && answer.is_success() {
                keep(answer);
            }
        }),
    ),
    of(
        "refusals-may-be-kept",
        "A refusal of the token endpoint may be stored",
        Act::Answer(|_, asked, answer| {
            if is(asked) && !answer.is_success() {
                keep(answer);
            }
        }),
    ),
    of(
        "refusals-are-plain-text",
        "A refusal of the token endpoint is plain text",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status.is_client_error() {
                answer.set_header(CONTENT_TYPE, "text/plain");
            }
        }),
    ),
    of(
        "refusals-are-problems",
        "A refusal of the token endpoint has a title and a detail instead of an error code",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status.is_client_error() {
                let problem =
                    json!({ "title": "Bad Request", "detail": answer.member("error_description") });
                answer.edit(|body| *body = problem);
            }
        }),
    ),
    of(
        "error-codes-are-sentences",
        "The error code of a refusal is a sentence with quotes",
        Act::Answer(|_, asked, answer| {
            if let Some(error) = answer.member("error").filter(|_| is(asked)) {
                answer.replace("error", format!("the request has \"{error}\""));
            }
        }),
    ),
];

const CODE: &str = "authorization_code";
const REFRESH: &str = "refresh_token";

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "user_tokens",
        title,
        act,
    }
}

fn is(asked: &Asked) -> bool {
    asked.is(&Method::POST, "login/token")
}

fn is_of_user(asked: &Asked) -> bool {
    asked.is_grant(CODE) || asked.is_grant(REFRESH)
}

/// Lets whoever is in between store an answer.
fn keep(answer: &mut Answer) {
    answer.set_header(CACHE_CONTROL, "private, max-age=60");
    answer.headers.remove(PRAGMA);
}
