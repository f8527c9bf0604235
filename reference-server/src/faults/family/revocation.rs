//! Faults of revocation.

use std::time::Duration;

use http::header::CACHE_CONTROL;
use http::{Method, StatusCode};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::ids::Id;
use crate::store::Client;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "revocation-is-not-done",
        "A revocation is answered, and not done",
        Act::Request(|app, asked| {
            if is(asked) && asked.form("token").is_some() {
                asked.set_form("token", app.ids().token().reveal());
            }
        }),
    ),
    of(
        "refresh-tokens-are-not-revoked",
        "A revocation ends access tokens alone",
        Act::Request(|app, asked| {
            if is(asked) && named(app, asked) == Some(Kind::Refresh) {
                asked.set_form("token", app.ids().token().reveal());
            }
        }),
    ),
    of(
        "administrative-tokens-are-not-revoked",
        "A revocation ends the tokens of users alone",
        Act::Request(|app, asked| {
            if is(asked) && named(app, asked) == Some(Kind::Administrative) {
                asked.set_form("token", app.ids().token().reveal());
            }
        }),
    ),
    of(
        "revocation-comes-late",
        "A revocation is done two seconds after its answer",
        Act::Around(|app, mut asked, behind| {
            Box::pin(async move {
                let token = asked.form("token").filter(|_| is(&asked));
                let is_foreign = is_foreign(app, &asked);
                if token.is_some() && !is_foreign {
                    asked.set_form("token", app.ids().token().reveal());
                }
                let answer = behind.ask(asked).await;
                if let Some(token) = token.filter(|_| answer.is_success() && !is_foreign) {
                    let app = app.clone();
                    tokio::spawn(async move {
                        // The machine's time, not the server's: who asks again at once has to come too early.
                        tokio::time::sleep(Duration::from_secs(2)).await;
                        end(&app, &token);
                    });
                }
                answer
            })
        }),
    ),
    of(
        "foreign-tokens-are-revoked",
        "A client ends the tokens of another",
        Act::Answer(|app, asked, answer| {
            if let Some(token) = asked.form("token").filter(|_| is_foreign(app, asked))
                && answer.status != StatusCode::UNAUTHORIZED
            {
                end(app, &token);
            }
        }),
    ),
    of(
        "foreign-tokens-are-forbidden",
        "The revocation of another client's token is refused with 403",
        Act::Answer(|app, asked, answer| {
            if is_foreign(app, asked) && answer.status != StatusCode::UNAUTHORIZED {
                *answer = Answer::oauth(
                    StatusCode::FORBIDDEN,
                    "access_denied",
                    "the token is another client's",
                );
            }
        }),
    ),
    of(
        "unknown-tokens-cannot-be-revoked",
        "The revocation of a token that is not in force is refused",
        Act::Around(|app, asked, behind| {
            Box::pin(async move {
                let is_unknown =
                    is(&asked) && asked.form("token").is_some() && named(app, &asked).is_none();
                let answer = behind.ask(asked).await;
                match is_unknown && answer.is_success() {
                    true => Answer::oauth(
                        StatusCode::BAD_REQUEST,
                        "invalid_request",
                        "the token is unknown",
                    ),
                    false => answer,
                }
            })
        }),
    ),
    of(
        "revocation-needs-no-secret",
        "A client with a secret revokes without it",
        Act::Request(|app, asked| {
            let client = asked.credentials().filter(|(_, secret)| secret.is_none());
            if let Some((id, _)) = client.filter(|_| is(asked)) {
                let_in(app, asked, &id);
            }
        }),
    ),
    of(
        "revocation-needs-nobody",
        "A revocation is done for who says nothing about himself",
        Act::Request(|app, asked| {
            if is(asked) && asked.credentials().is_none() {
                let owner = asked.form("token").and_then(|token| owner(app, &token));
                if let Some(owner) = owner {
                    asked.let_in(owner);
                }
            }
        }),
    ),
    of(
        "revocation-takes-any-secret",
        "A revocation is done with a wrong secret",
        Act::Request(|app, asked| {
            let client = asked.credentials().filter(|(_, secret)| secret.is_some());
            if let Some((id, _)) = client.filter(|_| is(asked)) {
                let_in(app, asked, &id);
            }
        }),
    ),
    of(
        "refused-revocations-are-done",
        "A revocation is refused for want of a right secret, and done",
        Act::Answer(|app, asked, answer| {
            if is(asked)
                && answer.status == StatusCode::UNAUTHORIZED
                && let Some(token) = asked.form("token")
            {
                end(app, &token);
            }
        }),
    ),
    of(
        "revocation-ends-all-tokens-of-the-client",
        "The revocation of one token ends every token of its client",
        Act::Around(|app, asked, behind| {
            Box::pin(async move {
                let owner = asked
                    .form("token")
                    .filter(|_| is(&asked))
                    .and_then(|token| owner(app, &token));
                let answer = behind.ask(asked).await;
                if let Some(owner) = owner.filter(|_| answer.is_success()) {
                    app.store().tokens().revoke_all_of(owner);
                }
                answer
            })
        }),
    ),
    of(
        "revocation-believes-hints",
        "A token is revoked only where a hint, if there is one, names its kind",
        Act::Request(|app, asked| {
            let hint = asked.form("token_type_hint");
            let is_right = match hint.as_deref() {
                Some("refresh_token") => named(app, asked) == Some(Kind::Refresh),
                Some("access_token") => named(app, asked) != Some(Kind::Refresh),
                Some(_) => false,
                None => true,
            };
            if is(asked) && !is_right {
                asked.set_form("token", app.ids().token().reveal());
            }
        }),
    ),
    of(
        "revocation-of-nothing-is-fine",
        "A revocation that names no token is answered with 200",
        Act::Answer(|_, asked, answer| {
            if is(asked)
                && asked.form("token").is_none()
                && answer.status == StatusCode::BAD_REQUEST
            {
                answer.status = StatusCode::OK;
                answer.set_body("");
            }
        }),
    ),
    of(
        "revocation-takes-get",
        "A revocation may be asked for by GET",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::GET, PATH) {
                answer.status = StatusCode::OK;
                answer.set_body("");
            }
        }),
    ),
    of(
        "revocation-has-no-content",
        "A revocation is answered with 204",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.is_success() {
                answer.status = StatusCode::NO_CONTENT;
            }
        }),
    ),
    of(
        "revocation-is-for-secret-holders",
        "A client without a secret cannot revoke its tokens",
        Act::Around(|_, asked, behind| {
            Box::pin(async move {
                let is_public = asked
                    .credentials()
                    .is_some_and(|(_, secret)| secret.is_none());
                match is_public && is(&asked) {
                    true => Answer::unauthenticated(),
                    false => behind.ask(asked).await,
                }
            })
        }),
    ),
    of(
        "revocation-takes-no-basic",
        "A client cannot revoke with its secret in the header",
        Act::Instead(|_, asked| {
            (is(asked) && asked.headers.contains_key(http::header::AUTHORIZATION))
                .then(Answer::unauthenticated)
        }),
    ),
    of(
        "revocation-of-nobodys-customer",
        "A revocation under a customer id that nobody has is answered with 200",
        Act::Answer(|_, asked, answer| {
            if is(asked) && answer.status == StatusCode::NOT_FOUND {
                answer.status = StatusCode::OK;
                answer.set_body("");
            }
        }),
    ),
    of(
        "revocation-may-be-kept",
        "The answer to a revocation may be stored",
        Act::Answer(|_, asked, answer| {
            if is(asked) {
                answer.headers.remove(CACHE_CONTROL);
            }
        }),
    ),
];

const PATH: &str = "login/token/revoke";

/// What a token is.
#[derive(PartialEq, Eq)]
enum Kind {
    Administrative,
    Access,
    Refresh,
}

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "revocation",
        title,
        act,
    }
}

fn is(asked: &Asked) -> bool {
    asked.is(&Method::POST, PATH)
}

/// Returns the kind of the token that a request names, if it is in force.
fn named(app: &App, asked: &Asked) -> Option<Kind> {
    let (token, now) = (asked.form("token")?, app.clock().now());
    match app.store().tokens().find(&token, now) {
        Some(grant) if grant.authorization().is_some() => Some(Kind::Access),
        Some(_) => Some(Kind::Administrative),
        None => app
            .store()
            .refresh_tokens()
            .find(&token, now)
            .map(|_| Kind::Refresh),
    }
}

/// Returns the client that a token was issued to.
fn owner(app: &App, token: &str) -> Option<Id> {
    let now = app.clock().now();
    let grant = app.store().tokens().find(token, now);
    let refresh = || app.store().refresh_tokens().find(token, now);
    grant
        .map(|grant| grant.client())
        .or_else(|| Some(refresh()?.authorization.client))
}

fn is_foreign(app: &App, asked: &Asked) -> bool {
    let owner = asked
        .form("token")
        .filter(|_| is(asked))
        .and_then(|token| owner(app, &token));
    let caller = asked.credentials().and_then(|(id, _)| Id::parse(&id));
    owner.is_some_and(|owner| caller.is_some_and(|caller| caller != owner))
}

/// Ends a token, whosever it is.
fn end(app: &App, token: &str) {
    let now = app.clock().now();
    app.store().tokens().revoke(token);
    if let Some(token) = app.store().refresh_tokens().find(token, now) {
        app.store().refresh_tokens().revoke(&token, now);
    }
}

/// Lets a client in that has a secret.
fn let_in(app: &App, asked: &mut Asked, id: &str) {
    let customer = app.customer_of(&asked.uri);
    let client = Id::parse(id).and_then(|id| customer?.find::<Client>(id));
    if let Some(client) = client.filter(|client| client.secret.is_some()) {
        asked.let_in(client.id);
    }
}
