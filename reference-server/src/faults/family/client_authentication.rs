//! Faults of how clients authenticate at the token endpoint.

use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{Method, StatusCode};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::ids::Id;
use crate::store::{Client, CodeState};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "secrets-are-not-needed",
        "A client with a secret exchanges a code without it",
        Act::Request(|app, asked| {
            let client = asked.credentials().filter(|(_, secret)| secret.is_none());
            let client = client
                .and_then(|(id, _)| Id::parse(&id))
                .filter(|_| asked.is_grant(CODE));
            if let Some(client) = client.filter(|client| has_secret(app, asked, *client)) {
                asked.let_in(client);
            }
        }),
    ),
    of(
        "any-secret-will-do",
        "A code is exchanged with a wrong secret",
        Act::Request(|app, asked| {
            let client = asked.credentials().filter(|(_, secret)| secret.is_some());
            let client = client
                .and_then(|(id, _)| Id::parse(&id))
                .filter(|_| asked.is_grant(CODE));
            if let Some(client) = client.filter(|client| has_secret(app, asked, *client)) {
                asked.let_in(client);
            }
        }),
    ),
    of(
        "the-code-says-who-the-client-is",
        "Whoever brings a code is taken for the client that it was issued to",
        Act::Request(|app, asked| {
            let code = asked.form("code").filter(|_| asked.is_grant(CODE));
            let known = code.and_then(|code| app.store().codes().find(&code, app.clock().now()));
            if let Some(CodeState::Waiting(code)) = known {
                asked.let_in(code.authorization.client);
            }
        }),
    ),
    of(
        "unknown-clients-have-invalid-grants",
        "A client that nobody knows is told that its code is not good",
        Act::Answer(|app, asked, answer| {
            let id = asked.credentials().and_then(|(id, _)| Id::parse(&id));
            let is_known = id.is_some_and(|id| asked.stored::<Client>(app, id).is_some());
            if is(asked) && !is_known && answer.member("error").as_deref() == Some("invalid_client")
            {
                *answer = Answer::oauth(StatusCode::FORBIDDEN, "access_denied", "unknown client");
            }
        }),
    ),
    of(
        "two-secrets-are-one",
        "A secret in the form is ignored where there is one in the header",
        Act::Request(|_, asked| {
            if is(asked) && asked.headers.contains_key(AUTHORIZATION) {
                asked.without_form("client_secret");
            }
        }),
    ),
    of(
        "no-secret-is-right",
        "A client cannot exchange a code with its secret, wherever it stands",
        Act::Instead(|_, asked| {
            let has_secret = asked
                .credentials()
                .is_some_and(|(_, secret)| secret.is_some());
            (asked.is_grant(CODE) && has_secret).then(Answer::unauthenticated)
        }),
    ),
    of(
        "basic-is-not-understood",
        "A client cannot exchange a code with its secret in the header",
        Act::Instead(|_, asked| {
            let is_basic = asked.headers.contains_key(AUTHORIZATION);
            (is_basic && asked.is_grant(CODE)).then(Answer::unauthenticated)
        }),
    ),
    of(
        "secrets-in-the-form-are-not-understood",
        "A client cannot exchange a code with its secret in the form",
        Act::Instead(|_, asked| {
            (asked.is_grant(CODE) && asked.form("client_secret").is_some())
                .then(Answer::unauthenticated)
        }),
    ),
    of(
        "exchanges-are-for-secret-holders",
        "A client without a secret cannot exchange a code",
        Act::Instead(|_, asked| {
            let is_public = asked
                .credentials()
                .is_some_and(|(_, secret)| secret.is_none());
            (asked.is_grant(CODE) && is_public).then(Answer::unauthenticated)
        }),
    ),
    of(
        "bearer-tokens-get-in-the-way",
        "A bearer token in the header makes an exchange fail",
        Act::Instead(|_, asked| {
            (asked.is_grant(CODE) && asked.bearer().is_some()).then(Answer::unauthenticated)
        }),
    ),
    of(
        "wrong-secrets-use-codes-up",
        "Whoever guesses at a secret uses the code up",
        Act::Answer(|app, asked, answer| {
            if asked.is_grant(CODE)
                && answer.status == StatusCode::UNAUTHORIZED
                && let Some(code) = asked.form("code")
            {
                // A code that is not there cannot be used up.
                let _code = app.store().codes().use_up(&code, app.clock().now());
            }
        }),
    ),
    of(
        "wrong-secrets-are-not-challenged",
        "A wrong secret in the header is refused without a challenge",
        Act::Answer(|_, asked, answer| {
            if is(asked) {
                answer.headers.remove(WWW_AUTHENTICATE);
            }
        }),
    ),
    of(
        "wrong-secrets-are-unauthorized-clients",
        "A client that did not authenticate is told that it may not use the grant",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.member("error").as_deref() == Some("invalid_client") {
                answer.replace("error", "unauthorized_client");
            }
        }),
    ),
    of(
        "secrets-in-the-address-count",
        "A secret in the query of the address authenticates a client",
        Act::Request(|_, asked| {
            if is(asked) {
                for name in ["client_id", "client_secret"] {
                    if let Some(value) = asked.query(name) {
                        asked.set_form(name, value);
                    }
                }
            }
        }),
    ),
];

const CODE: &str = "authorization_code";

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "client_authentication",
        title,
        act,
    }
}

fn is(asked: &Asked) -> bool {
    asked.is(&Method::POST, "login/token")
}

fn has_secret(app: &App, asked: &Asked, id: Id) -> bool {
    asked
        .stored::<Client>(app, id)
        .is_some_and(|client| client.secret.is_some())
}
