//! Faults of authorization codes: which work, for whom, how often, and how the others are refused.

use std::sync::Arc;

use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::desk::Desk;
use crate::faults::fault::{Act, Fault};
use crate::faults::{jwt, step};
use crate::ids::Id;
use crate::store::{Client, Code, CodeState};

use super::pkce::{is_exchange, waiting};

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "codes",
        title,
        act,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    of(
        "codes-are-born-dead",
        "A code cannot be exchanged",
        Act::Answer(|app, asked, answer| {
            if let Some(code) = handed_out(asked, answer) {
                app.store().codes().use_up(&code, app.clock().now());
            }
        }),
    ),
    of(
        "codes-are-short",
        "A code has eight characters",
        Act::Answer(|app, asked, answer| {
            if let Some(code) = handed_out(asked, answer) {
                rename(app, answer, &code, &code[..8]);
            }
        }),
    ),
    of(
        "codes-come-again",
        "A client gets the same code for every sign-in of a user",
        Act::Answer(|app, asked, answer| {
            let client = step::parameter(asked, "client_id").unwrap_or_default();
            if let Some(code) = handed_out(asked, answer) {
                rename(app, answer, &code, &client);
            }
        }),
    ),
    of(
        "codes-work-twice",
        "A code is exchanged as often as it comes",
        Act::Request(|app, asked| {
            if let Some(code) = waiting(app, asked) {
                exchange_instead(app, asked, Code::clone(&code));
            }
        }),
    ),
    of(
        "codes-work-twice-at-once",
        "A code is used up only when its exchange is over",
        Act::Around(|app, asked, desk| Box::pin(used_up_late(app, asked, desk))),
    ),
    of(
        "reused-codes-revoke-nothing",
        "A code that comes again is refused, and the tokens of its first exchange stay good",
        Act::Request(|app, asked| {
            let code = asked.form("code").filter(|_| is_exchange(asked));
            let state = code.and_then(|code| app.store().codes().find(&code, app.clock().now()));
            if matches!(state, Some(CodeState::Used(_))) {
                set(asked, "code", &app.ids().code());
            }
        }),
    ),
    of(
        "codes-of-others-work",
        "A code is exchanged by a client that it was not made for",
        Act::Request(|app, asked| {
            if let Some((code, client)) = waiting(app, asked).zip(client(app, asked))
                && code.authorization.client != client
            {
                let mut code = Code::clone(&code);
                code.regrant(|authorization| authorization.client = client);
                // Whose challenge it is does not matter to whoever does not ask whose code it is.
                code.challenge = None;
                set(asked, "code_verifier", "");
                exchange_instead(app, asked, code);
            }
        }),
    ),
    of(
        "redirect-uri-is-not-compared",
        "A code is exchanged with any redirect URI, or none",
        Act::Request(|app, asked| {
            if let Some(code) = waiting(app, asked) {
                set(asked, "redirect_uri", &code.redirect_uri);
            }
        }),
    ),
    of(
        "codes-have-a-beginning-only",
        "Of a code that is too long the beginning is looked at",
        Act::Request(|_, asked| {
            let length = crate::ids::Ids::seeded(0).code().len();
            if let Some(code) = asked.form("code").filter(|_| is_exchange(asked))
                && let Some((beginning, _)) = code.split_at_checked(length)
            {
                set(asked, "code", beginning);
            }
        }),
    ),
    of(
        "missing-codes-are-invalid-grants",
        "A request without a code gets `invalid_grant`",
        Act::Request(|_, asked| {
            if is_exchange(asked) && asked.form("code").unwrap_or_default().is_empty() {
                set(asked, "code", "none");
            }
        }),
    ),
    of(
        "codes-are-refused-with-401",
        "A code that is not taken is refused with 401",
        Act::Answer(|_, asked, answer| {
            if is_exchange(asked) && answer.status == StatusCode::BAD_REQUEST {
                answer.status = StatusCode::UNAUTHORIZED;
            }
        }),
    ),
    of(
        "unknown-codes-are-invalid-requests",
        "A code that nobody has gets `invalid_request`",
        Act::Answer(|_, asked, answer| {
            if is_exchange(asked) && answer.status == StatusCode::BAD_REQUEST {
                answer.replace("error", "invalid_request");
            }
        }),
    ),
    of(
        "unknown-codes-have-another-text",
        "The description of a code that nobody has is another one",
        Act::Answer(|_, asked, answer| {
            if is_exchange(asked) && answer.status == StatusCode::BAD_REQUEST {
                answer.replace("error_description", "the code is not good");
            }
        }),
    ),
    of(
        "wrong-secrets-are-bad-requests",
        "A wrong secret at the exchange of a code is refused with 400",
        Act::Answer(|_, asked, answer| {
            if is_exchange(asked) && answer.status == StatusCode::UNAUTHORIZED {
                answer.status = StatusCode::BAD_REQUEST;
            }
        }),
    ),
    of(
        "configuration-clients-are-unknown-to-codes",
        "A configuration client that presents a code is refused as unknown",
        Act::Answer(|_, asked, answer| {
            let error = jwt::handed_out(answer, "error");
            if is_exchange(asked) && error.as_deref() == Some("unauthorized_client") {
                *answer =
                    Answer::oauth(StatusCode::UNAUTHORIZED, "invalid_client", "no such client");
            }
        }),
    ),
    of(
        "multipart-forms-are-not-read",
        "A form in parts is taken for an empty one",
        Act::Request(|_, asked| {
            let is_multipart = asked.headers.get(CONTENT_TYPE).is_some_and(|value| {
                value
                    .to_str()
                    .is_ok_and(|value| value.starts_with("multipart/"))
            });
            if is_multipart && asked.is_on("login/token") {
                let urlencoded =
                    http::HeaderValue::from_static("application/x-www-form-urlencoded");
                asked.headers.insert(CONTENT_TYPE, urlencoded);
                asked.edit_form(Vec::clear);
            }
        }),
    ),
    of(
        "anybody-ends-tokens-by-a-used-code",
        "A used code ends the tokens that it gave, whichever client brings it",
        Act::Request(|app, asked| {
            let code = asked.form("code").filter(|_| is_exchange(asked));
            let state = code.and_then(|code| app.store().codes().find(&code, app.clock().now()));
            if let Some(CodeState::Used(authorization)) = state {
                authorization.revoked.set();
            }
        }),
    ),
];

/// Returns the code that a step of a sign-in ends with.
fn handed_out(asked: &Asked, answer: &Answer) -> Option<String> {
    jwt::handed_out(answer, "code").filter(|_| step::is_one(asked))
}

fn rename(app: &App, answer: &mut Answer, before: &str, after: &str) {
    let now = app.clock().now();
    let Some(code) = app.store().codes().use_up(before, now) else {
        return;
    };
    let added = app
        .store()
        .codes()
        .add(after, Code::clone(&code), now, &app.settings().limits);
    if added.is_ok() {
        jwt::swap(answer, before, after);
    }
}

/// Lets a code of its own be exchanged in the place of the one that was sent.
fn exchange_instead(app: &App, asked: &mut Asked, code: Code) {
    let text = app.ids().code();
    let limits = &app.settings().limits;
    if app
        .store()
        .codes()
        .add(&text, code, app.clock().now(), limits)
        .is_ok()
    {
        set(asked, "code", &text);
    }
}

async fn used_up_late(app: &App, mut asked: Asked, desk: Desk<'_>) -> Answer {
    let Some(code) = waiting(app, &asked) else {
        return desk.ask(asked).await;
    };
    let text = asked.form("code").unwrap_or_default();
    exchange_instead(app, &mut asked, Code::clone(&code));
    // As a database would take its time, the others arrive meanwhile.
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let answer = desk.ask(asked).await;
    if answer.is_success() {
        app.store().codes().use_up(&text, app.clock().now());
    }
    answer
}

/// Returns the client that sends a form to the token endpoint, believed without a secret.
fn client(app: &App, asked: &Asked) -> Option<Id> {
    let sent = asked.form("client_id").or_else(|| asked.basic_user())?;
    let client: Arc<Client> = step::customer(app, asked)?.find(Id::parse(&sent)?)?;
    Some(client.id)
}

/// Gives a parameter of the form a value; an empty one takes it out.
fn set(asked: &mut Asked, name: &str, value: &str) {
    asked.edit_form(|pairs| {
        pairs.retain(|(known, _)| known != name);
        if !value.is_empty() {
            pairs.push((name.to_owned(), value.to_owned()));
        }
    });
}
