//! Faults of sessions: who stays signed in, on which devices, and who is told of it.

use std::sync::Arc;

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

use crate::app::App;
use crate::auth_ui::cookie::{self, SESSION};
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::desk::Desk;
use crate::faults::fault::{Act, Fault};
use crate::faults::step;
use crate::ids::Id;
use crate::store::Grant;

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "sessions",
        title,
        act,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    of(
        "session-cookie-is-for-scripts",
        "The cookie of a session can be read by scripts",
        Act::Answer(|_, _, answer| {
            edit_cookies(&mut answer.headers, &SET_COOKIE, |line| {
                line.replace("; HttpOnly", "")
            });
        }),
    ),
    of(
        "session-cookie-goes-everywhere",
        "The cookie of a session goes along with requests of other sites",
        Act::Answer(|_, _, answer| {
            edit_cookies(&mut answer.headers, &SET_COOKIE, |line| {
                line.replace("SameSite=Lax", "SameSite=None")
            });
        }),
    ),
    of(
        "session-cookie-names-the-user",
        "The cookie of a session holds the id of the user in clear",
        Act::Around(|app, asked, desk| {
            let email = asked.form("email").unwrap_or_default();
            let users = step::customer(app, &asked);
            let user = users.and_then(|customer| customer.users().by_email(&email));
            let mark = user.map(|user| user.id.to_string());
            Box::pin(with_a_mark(
                asked,
                desk,
                mark.unwrap_or_default(),
                |_, _| true,
            ))
        }),
    ),
    of(
        "session-cookie-has-a-signature-that-nobody-checks",
        "The signature of a session's cookie is not checked",
        Act::Around(|app, asked, desk| {
            let mark = app.ids().token().reveal().to_owned();
            Box::pin(with_a_mark(asked, desk, mark, |_, _| true))
        }),
    ),
    of(
        "sessions-are-of-one-client",
        "A sign-in for one client does not serve another",
        Act::Around(|_, asked, desk| {
            let client = step::parameter(&asked, "client_id").unwrap_or_default();
            Box::pin(with_a_mark(asked, desk, client, |client, mark| {
                client == mark
            }))
        }),
    ),
    of(
        "one-device-at-a-time",
        "A sign-in ends the session of the user on other devices",
        Act::Request(|app, asked| {
            let now = app.clock().now();
            let customer =
                step::customer(app, asked).filter(|_| asked.is(&Method::POST, "auth-ui/login"));
            let email = asked.form("email").unwrap_or_default();
            let session = customer.as_ref().and_then(|customer| {
                let user = customer.users().by_email(&email)?;
                customer.sessions().of_user(user.id, now)
            });
            if let Some((customer, session)) = customer.zip(session) {
                customer.sessions().end(session.id, now);
            }
        }),
    ),
    of(
        "session-ids-change",
        "Every ID token has another `sid`",
        Act::IdToken(|app, _, claims| {
            claims.insert("sid".to_owned(), app.ids().id().to_string().into());
        }),
    ),
    of(
        "session-ids-are-of-the-user",
        "The `sid` of a user is the same in every session",
        Act::IdToken(|_, _, claims| {
            if let Some(user) = claims.get("sub").cloned() {
                claims.insert("sid".to_owned(), user);
            }
        }),
    ),
    of(
        "time-of-sign-in-stands-still",
        "A silent sign-in does not move `auth_time`",
        Act::IdToken(|app, asked, claims| {
            let sid = claims
                .get("sid")
                .and_then(Value::as_str)
                .and_then(Id::parse);
            let session = step::customer(app, asked)
                .zip(sid)
                .and_then(|(customer, id)| customer.sessions().find(id, app.clock().now()));
            if let Some(session) = session {
                claims.insert("auth_time".to_owned(), session.created.seconds().into());
            }
        }),
    ),
    of(
        "sessions-are-open-to-everybody",
        "The sessions need no token",
        Act::Request(|app, asked| {
            if is_administration(asked) && asked.bearer().is_none() {
                let token = everything(app, asked);
                asked.set_bearer(&token);
            }
        }),
    ),
    of(
        "sessions-need-no-scope",
        "A token without the scope opens the sessions",
        Act::Request(|app, asked| {
            if is_administration(asked) && asked.bearer().is_some() {
                let token = everything(app, asked);
                asked.set_bearer(&token);
            }
        }),
    ),
    of(
        "sessions-need-every-scope",
        "Only a token for everything opens the sessions",
        Act::Request(|app, asked| {
            let now = app.clock().now();
            let grant = asked
                .bearer()
                .and_then(|token| app.store().tokens().find(token, now));
            if is_administration(asked)
                && grant.is_some_and(|grant| !grant.scope().contains("*:**"))
            {
                let token = granted(app, asked, "");
                asked.set_bearer(&token);
            }
        }),
    ),
    of(
        "missing-scope-is-unauthorized",
        "A token without the scope for a session is refused as if there was none",
        Act::Answer(|_, asked, answer| {
            if is_administration(asked) && answer.status == StatusCode::FORBIDDEN {
                answer.status = StatusCode::UNAUTHORIZED;
            }
        }),
    ),
    of(
        "unknown-sessions-are-empty",
        "A session that does not exist is shown as an empty one",
        Act::Answer(|_, asked, answer| {
            if is_administration(asked)
                && asked.method == Method::GET
                && answer.status == StatusCode::NOT_FOUND
            {
                *answer = Answer::json(StatusCode::OK, &json!({}));
            }
        }),
    ),
    of(
        "unknown-sessions-are-deleted",
        "The deletion of a session that does not exist succeeds",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::DELETE, "sessions/*") && answer.status == StatusCode::NOT_FOUND {
                answer.status = StatusCode::NO_CONTENT;
                answer.set_body("");
            }
        }),
    ),
];

fn is_administration(asked: &Asked) -> bool {
    asked.is_below("sessions")
}

/// Makes a token that opens everything.
fn everything(app: &App, asked: &Asked) -> String {
    granted(app, asked, "*:**")
}

fn granted(app: &App, asked: &Asked, scope: &str) -> String {
    let token = app.ids().token().reveal().to_owned();
    let now = app.clock().now();
    if let Some(customer) = asked.customer() {
        let grant = Grant::new(
            customer,
            customer,
            scope,
            60,
            app.settings().readings.of_scopes(),
        );
        let end = now + std::time::Duration::from_secs(60);
        app.store().tokens().add(&token, Arc::new(grant), now, end);
    }
    token
}

/// Writes a mark behind every session's cookie, and takes the cookie of a request without it, if that is good enough.
async fn with_a_mark(
    mut asked: Asked,
    desk: Desk<'_>,
    mark: String,
    is_good: fn(&str, &str) -> bool,
) -> Answer {
    let sent = cookie::device(&asked.headers).map(str::to_owned);
    let (device, kept) = sent
        .as_deref()
        .and_then(|sent| sent.split_once('.'))
        .unwrap_or_default();
    let device = if is_good(&mark, kept) { device } else { "" };
    edit_cookies(&mut asked.headers, &COOKIE, |line| match &sent {
        Some(sent) => line.replace(sent, device),
        None => line.to_owned(),
    });
    let mut answer = desk.ask(asked).await;
    edit_cookies(&mut answer.headers, &SET_COOKIE, |line| {
        let session = line
            .strip_prefix(SESSION)
            .and_then(|rest| rest.strip_prefix('='));
        match session.and_then(|rest| rest.split_once(';')) {
            Some((device, attributes)) if !device.is_empty() => {
                format!("{SESSION}={device}.{mark};{attributes}")
            }
            _ => line.to_owned(),
        }
    });
    answer
}

/// Changes every cookie of a header.
pub(super) fn edit_cookies(
    headers: &mut HeaderMap,
    name: &HeaderName,
    change: impl Fn(&str) -> String,
) {
    let lines: Vec<HeaderValue> = headers.get_all(name).iter().cloned().collect();
    headers.remove(name);
    for line in lines {
        let changed = line
            .to_str()
            .ok()
            .and_then(|text| HeaderValue::try_from(change(text)).ok());
        headers.append(name.clone(), changed.unwrap_or(line));
    }
}
