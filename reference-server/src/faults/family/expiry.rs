//! Faults of what has an end: codes and tokens that outlive it, or are told apart from what never was.

use std::time::Duration;

use http::{Method, StatusCode};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::desk::Desk;
use crate::faults::fault::{Act, Fault};
use crate::faults::{jwt, minted, step};
use crate::settings::Limits;
use crate::store::Code;

use super::pkce::is_exchange;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "codes-live-for-an-hour",
        "A code can be exchanged for an hour",
        Act::Answer(|app, asked, answer| {
            if let Some(code) = jwt::handed_out(answer, "code").filter(|_| step::is_one(asked)) {
                live_for_an_hour(app, answer, &code);
            }
        }),
    ),
    of(
        "expired-codes-have-another-text",
        "The description of a code that has expired is another one than that of a code that nobody has",
        Act::Answer(|app, asked, answer| {
            if is_of_expired_code(app, asked, answer) {
                answer.replace("error_description", "the code has expired");
            }
        }),
    ),
    of(
        "expired-codes-are-invalid-requests",
        "A code that has expired gets `invalid_request`",
        Act::Answer(|app, asked, answer| {
            if is_of_expired_code(app, asked, answer) {
                answer.replace("error", "invalid_request");
            }
        }),
    ),
    of(
        "expired-tokens-are-active",
        "Introspection calls a token active that has expired, and tells when it did",
        Act::Around(|app, asked, behind| Box::pin(active_beyond_its_end(app, asked, behind))),
    ),
];

const YEAR: Duration = Duration::from_secs(365 * 86_400);

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "expiry",
        title,
        act,
    }
}

/// Hands out another code, for the same, with an end of its own.
fn live_for_an_hour(app: &App, answer: &mut Answer, code: &str) {
    let (now, codes) = (app.clock().now(), app.store().codes());
    let Some(known) = codes.use_up(code, now) else {
        return;
    };
    let limits = Limits {
        code: Duration::from_secs(3600),
        ..app.settings().limits
    };
    let other = app.ids().code();
    if codes.add(&other, Code::clone(&known), now, &limits).is_ok() {
        jwt::swap(answer, code, &other);
    }
}

/// Returns whether an exchange was refused because of a code that was handed out and is not known any more. Remembers
/// the codes that are handed out.
fn is_of_expired_code(app: &App, asked: &Asked, answer: &Answer) -> bool {
    let notes = app.faults().notes();
    if let Some(code) = jwt::handed_out(answer, "code").filter(|_| step::is_one(asked)) {
        notes.take(format!("code {code}"), String::new());
    }
    let Some(code) = asked.form("code").filter(|_| is_exchange(asked)) else {
        return false;
    };
    let is_known = app.store().codes().find(&code, app.clock().now()).is_some();
    answer.status == StatusCode::BAD_REQUEST
        && !is_known
        && notes.find(&format!("code {code}")).is_some()
}

async fn active_beyond_its_end(app: &App, mut asked: Asked, behind: Desk<'_>) -> Answer {
    let (now, notes) = (app.clock().now(), app.faults().notes());
    let token = asked
        .form("token")
        .filter(|_| asked.is(&Method::POST, "login/token/introspect"));
    // Known beyond its end, and no longer than that: what was revoked before is inactive.
    let end = token
        .as_ref()
        .filter(|token| app.store().tokens().find(token, now).is_none())
        .and_then(|token| notes.find(&format!("end {token}"))?.parse::<u64>().ok())
        .filter(|end| *end <= now.seconds());
    if let (Some(token), Some(_)) = (&token, end) {
        asked.set_form("token", minted::shadow(token));
    }
    let mut answer = behind.ask(asked).await;
    if let Some(end) = end {
        answer.replace("exp", end);
    }
    let (tokens, handed_out) = (
        app.store().tokens(),
        jwt::handed_out(&answer, "access_token"),
    );
    if let Some(token) = handed_out
        && let Some((grant, end)) = tokens.find_with_end(&token, now)
    {
        notes.take(format!("end {token}"), end.seconds().to_string());
        tokens.add(&minted::shadow(&token), grant, now, end + YEAR);
    }
    answer
}
