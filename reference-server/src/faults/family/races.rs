//! Faults that show when requests meet: what is right one at a time goes wrong when they come together.

use http::{Method, StatusCode};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::desk::Desk;
use crate::faults::fault::{Act, Fault};
use crate::faults::minted;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "revocations-collide",
        "Of several revocations of one token the first is done, and the others are refused",
        Act::Around(|app, asked, behind| Box::pin(first_revocation_alone(app, asked, behind))),
    ),
    of(
        "lost-refreshes-are-invalid-requests",
        "Of several refreshes with one token the first is done, and the others are refused with `invalid_request`",
        Act::Answer(|app, asked, answer| {
            let token = asked.form("refresh_token");
            if let Some(token) = token.filter(|_| asked.is_grant("refresh_token"))
                && !is_first(app, "refresh", &token)
                && answer.status == StatusCode::BAD_REQUEST
            {
                answer.replace("error", "invalid_request");
            }
        }),
    ),
    of(
        "revoked-refresh-tokens-are-cached",
        "The token endpoint goes on taking a refresh token from a cache that hears of no revocation",
        Act::Around(|app, asked, behind| Box::pin(refreshed_from_a_cache(app, asked, behind))),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "races",
        title,
        act,
    }
}

/// Returns the token that a request revokes.
fn revoked(asked: &Asked) -> Option<String> {
    asked
        .form("token")
        .filter(|_| asked.is(&Method::POST, "login/token/revoke"))
}

/// Returns whether nobody has asked this of the token before. Of all who ask together, one is first.
fn is_first(app: &App, what: &str, token: &str) -> bool {
    let notes = app.faults().notes();
    notes
        .take(format!("{what} {token}"), String::new())
        .is_none()
}

async fn first_revocation_alone(app: &App, asked: Asked, behind: Desk<'_>) -> Answer {
    if let Some(token) = revoked(&asked)
        && !is_first(app, "revocation", &token)
    {
        let text = "the token is being revoked";
        return Answer::oauth(StatusCode::BAD_REQUEST, "invalid_request", text);
    }
    behind.ask(asked).await
}

async fn refreshed_from_a_cache(app: &App, mut asked: Asked, behind: Desk<'_>) -> Answer {
    let (now, notes) = (app.clock().now(), app.faults().notes());
    if let Some(token) = revoked(&asked) {
        notes.take(format!("revoked {token}"), String::new());
    }
    let presented = asked
        .form("refresh_token")
        .filter(|_| asked.is_grant("refresh_token"))
        .filter(|token| notes.find(&format!("revoked {token}")).is_some());
    let cached =
        presented.and_then(|token| app.store().tokens().find(&minted::shadow(&token), now));
    if let Some(authorization) = cached.as_ref().and_then(|grant| grant.authorization()) {
        let other = minted::refresh_token(app, authorization, 3600);
        asked.set_form("refresh_token", other);
    }
    let answer = behind.ask(asked).await;
    minted::add_shadows(app, &answer);
    answer
}
