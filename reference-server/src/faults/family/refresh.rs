//! Faults of refresh tokens.

use std::sync::Arc;

use http::StatusCode;

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::{jwt, minted};
use crate::ids::Id;
use crate::store::{Authorization, Client, RefreshToken};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "replaced-refresh-tokens-work",
        "A refresh token that was replaced works once more",
        Act::Request(|app, asked| {
            if let Some(token) = presented(app, asked).filter(|token| token.is_former) {
                exchange(app, asked, &token.authorization);
            }
        }),
    ),
    of(
        "refresh-tokens-work-for-many-at-once",
        "A refresh token works for all who bring it at the same time, and is retired a little later",
        Act::Around(|app, mut asked, behind| {
            Box::pin(async move {
                if let Some(token) = presented(app, &asked).filter(|token| !token.is_former) {
                    let other =
                        minted::refresh_token(app, &minted::detached(&token.authorization), 3600);
                    asked.set_form("refresh_token", other);
                    let answer = behind.ask(asked).await;
                    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                    let now = app.clock().now();
                    // Whoever was as fast has done it already.
                    let _next = app
                        .store()
                        .refresh_tokens()
                        .exchange(&token, 3600, true, now);
                    return answer;
                }
                behind.ask(asked).await
            })
        }),
    ),
    of(
        "refresh-grants-what-is-asked-for",
        "A refresh grants scopes that the user did not grant",
        Act::Around(|app, mut asked, behind| {
            Box::pin(async move {
                let token = presented(app, &asked);
                let wanted = asked.form("scope").filter(|_| token.is_some());
                asked.without_form("scope");
                let mut answer = behind.ask(asked).await;
                if let (Some(scope), Some(token)) = (wanted, token) {
                    regrant(app, &mut answer, &token.authorization, &scope);
                }
                answer
            })
        }),
    ),
    of(
        "refresh-narrows-nothing",
        "A refresh that asks for fewer scopes says that it grants those, but its access token covers all",
        Act::Answer(|app, asked, answer| {
            let token = presented_before(app, asked, answer);
            if let (Some(authorization), Some(said)) = (token, answer.member("scope")) {
                let all = authorization.scope.clone();
                regrant(app, answer, &authorization, &all);
                answer.replace("scope", said);
            }
        }),
    ),
    of(
        "refresh-loses-scopes",
        "A refresh grants nothing but `openid`",
        Act::Request(|_, asked| {
            if asked.is_grant("refresh_token") && asked.form("scope").is_none() {
                asked.set_form("scope", "openid");
            }
        }),
    ),
    of(
        "refresh-tokens-are-anybodys",
        "A refresh token works for every client",
        Act::Request(|app, asked| {
            if let Some(token) = presented(app, asked) {
                asked.let_in(token.authorization.client);
            }
        }),
    ),
    of(
        "refresh-needs-no-secret",
        "A client with a secret refreshes without it",
        Act::Request(|app, asked| {
            let client = asked.credentials().filter(|(_, secret)| secret.is_none());
            let client = client.and_then(|(id, _)| Id::parse(&id));
            if let Some(client) = client.filter(|_| asked.is_grant("refresh_token"))
                && has_secret(app, asked, client)
            {
                asked.let_in(client);
            }
        }),
    ),
    of(
        "refresh-is-for-secret-holders",
        "A client without a secret cannot refresh",
        Act::Around(|_, asked, behind| {
            Box::pin(async move {
                let is_public = asked
                    .credentials()
                    .is_some_and(|(_, secret)| secret.is_none());
                if is_public && asked.is_grant("refresh_token") {
                    return Answer::oauth(
                        StatusCode::BAD_REQUEST,
                        "unauthorized_client",
                        "a secret is needed",
                    );
                }
                behind.ask(asked).await
            })
        }),
    ),
    of(
        "refreshed-access-token-does-not-work",
        "The access token of a refresh opens nothing",
        Act::Answer(|app, asked, answer| {
            if let Some(token) =
                jwt::handed_out(answer, "access_token").filter(|_| asked.is_grant("refresh_token"))
            {
                app.store().tokens().revoke(&token);
            }
        }),
    ),
    of(
        "refreshed-refresh-token-does-not-work",
        "The refresh token of a refresh is none",
        Act::Answer(|app, asked, answer| {
            if asked.is_grant("refresh_token") {
                answer.replace("refresh_token", app.ids().token().reveal());
            }
        }),
    ),
    of(
        "refresh-token-is-not-replaced",
        "A refresh answers with an ID token, but without another refresh token",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant("refresh_token") {
                answer.without("refresh_token");
            }
        }),
    ),
    of(
        "refresh-tells-no-lifetime",
        "A refresh does not tell for how long its access token works, nor its scope",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant("refresh_token") && answer.is_success() {
                answer.without("expires_in");
                answer.without("scope");
            }
        }),
    ),
    of(
        "refresh-type-is-mac",
        "The token type of a refresh is another one than that of the exchange",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant("refresh_token") {
                answer.replace("token_type", "mac");
            }
        }),
    ),
    of(
        "unknown-refresh-tokens-are-invalid-requests",
        "A refresh token that nobody issued makes the request invalid, and not the grant",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant("refresh_token")
                && answer.member("error").as_deref() == Some("invalid_grant")
            {
                answer.replace("error", "invalid_request");
            }
        }),
    ),
    of(
        "missing-refresh-tokens-are-invalid-grants",
        "A refresh without a refresh token makes the grant invalid, and not the request",
        Act::Answer(|_, asked, answer| {
            if asked.is_grant("refresh_token")
                && answer.member("error").as_deref() == Some("invalid_request")
            {
                answer.replace("error", "invalid_grant");
            }
        }),
    ),
    of(
        "access-tokens-refresh",
        "An access token serves as a refresh token",
        Act::Request(|app, asked| {
            let token = asked
                .form("refresh_token")
                .filter(|_| asked.is_grant("refresh_token"));
            let grant =
                token.and_then(|token| app.store().tokens().find(&token, app.clock().now()));
            if let Some(authorization) = grant.as_ref().and_then(|grant| grant.authorization()) {
                exchange(app, asked, authorization);
            }
        }),
    ),
    of(
        "access-tokens-make-refreshes-invalid",
        "An access token in the place of a refresh token makes the request invalid, and not the grant",
        Act::Answer(|app, asked, answer| {
            let token = asked.form("refresh_token").unwrap_or_default();
            let grant = app.store().tokens().find(&token, app.clock().now());
            if asked.is_grant("refresh_token") && grant.is_some() {
                answer.replace("error", "invalid_request");
            }
        }),
    ),
    of(
        "unknown-refresh-tokens-are-unauthorized",
        "A refresh token that nobody issued is refused with 401",
        Act::Answer(|_, asked, answer| {
            let is_grant = answer.member("error").as_deref() == Some("invalid_grant");
            if asked.is_grant("refresh_token") && is_grant {
                answer.status = StatusCode::UNAUTHORIZED;
                answer.replace("error", "invalid_token");
            }
        }),
    ),
    of(
        "refresh-tokens-live-for-an-hour",
        "Every refresh token works for an hour, whatever the token policy says",
        Act::Answer(|app, _, answer| {
            let token = jwt::handed_out(answer, "refresh_token");
            let known = token
                .and_then(|token| app.store().refresh_tokens().find(&token, app.clock().now()));
            if let Some(known) = known {
                answer.replace(
                    "refresh_token",
                    minted::refresh_token(app, &known.authorization, 3600),
                );
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "refresh",
        title,
        act,
    }
}

/// Returns the refresh token that a request for a refresh presents, if it is one.
fn presented(app: &App, asked: &Asked) -> Option<RefreshToken> {
    let token = asked
        .form("refresh_token")
        .filter(|_| asked.is_grant("refresh_token"))?;
    app.store().refresh_tokens().find(&token, app.clock().now())
}

/// Returns what a user granted, once the refresh token was replaced.
fn presented_before(app: &App, asked: &Asked, answer: &Answer) -> Option<Arc<Authorization>> {
    let token = presented(app, asked).filter(|_| answer.is_success())?;
    Some(token.authorization)
}

/// Presents another refresh token for the same grant.
fn exchange(app: &App, asked: &mut Asked, authorization: &Arc<Authorization>) {
    asked.set_form(
        "refresh_token",
        minted::refresh_token(app, authorization, 3600),
    );
}

/// Lets the access token of an answer have another scope.
fn regrant(app: &App, answer: &mut Answer, authorization: &Arc<Authorization>, scope: &str) {
    if let Some(token) = jwt::handed_out(answer, "access_token") {
        minted::add(app, &token, authorization, scope);
        answer.replace("scope", scope);
    }
}

fn has_secret(app: &App, asked: &Asked, client: Id) -> bool {
    let customer = app.customer_of(&asked.uri);
    let client = customer.and_then(|customer| customer.find::<Client>(client));
    client.is_some_and(|client| client.secret.is_some())
}
