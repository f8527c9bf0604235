//! Faults of sessions in the hands of an administrator.

use http::{Method, StatusCode};
use serde_json::Value;

use crate::faults::answer::Answer;
use crate::faults::fault::{Act, Fault};
use crate::faults::rights::{self, EVERYTHING};
use crate::ids::Id;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "sessions-of-users-are-not-found",
        "The session of a user is not found by `sub`",
        Act::Instead(|_, asked| asked.is(&Method::GET, "sessions").then(not_found)),
    ),
    of(
        "sessions-cannot-be-viewed",
        "A session is not found by its id",
        Act::Instead(|_, asked| asked.is(&Method::GET, "sessions/*").then(not_found)),
    ),
    of(
        "tenant-header-is-not-read",
        "The customer in the header `Tenant-ID` is not read",
        Act::Instead(|_, asked| {
            (asked.is_below("sessions") && asked.sent_path().starts_with("/sessions"))
                .then(not_found)
        }),
    ),
    of(
        "session-deletions-are-not-done",
        "The deletion of a session answers as if it was done, and is not",
        Act::Around(|_, mut asked, desk| {
            Box::pin(async move {
                let is_deletion = asked.is(&Method::DELETE, "sessions/*");
                if is_deletion {
                    asked = asked.viewing(asked.resource());
                }
                let mut answer = desk.ask(asked).await;
                if is_deletion && answer.is_success() {
                    answer = Answer::json(StatusCode::NO_CONTENT, &Value::Null);
                    answer.headers.clear();
                    answer.set_body("");
                }
                answer
            })
        }),
    ),
    of(
        "session-deletions-end-tokens",
        "The deletion of a session ends the tokens that were issued in it",
        Act::Answer(|app, asked, answer| {
            let session = asked.resource().rsplit('/').next().and_then(Id::parse);
            let is_deletion = asked.is(&Method::DELETE, "sessions/*") && answer.is_success();
            if let Some(session) = session.filter(|_| is_deletion) {
                app.store().tokens().revoke_those_of(session);
            }
        }),
    ),
    of(
        "deleted-sessions-are-viewed",
        "A session that was deleted can still be viewed",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let notes = app.faults().notes();
                let key = asked.resource().to_owned();
                let is_view = asked.is(&Method::GET, "sessions/*");
                let shown = match asked.is(&Method::DELETE, "sessions/*") {
                    true => desk.ask(asked.viewing(asked.resource())).await.value(),
                    false => None,
                };
                let answer = desk.ask(asked).await;
                if let Some(shown) = shown.filter(|_| answer.is_success()) {
                    notes.take(key.clone(), shown.to_string());
                }
                let kept = notes
                    .find(&key)
                    .and_then(|text| serde_json::from_str(&text).ok());
                match kept.filter(|_| is_view && answer.status == StatusCode::NOT_FOUND) {
                    Some(kept) => Answer::json(StatusCode::OK, &kept),
                    None => answer,
                }
            })
        }),
    ),
    of(
        "users-open-sessions",
        "The token of a user opens the sessions",
        Act::Request(|app, asked| {
            let now = app.clock().now();
            let grant = asked
                .bearer()
                .and_then(|token| app.store().tokens().find(token, now));
            let of_user =
                grant.filter(|grant| asked.is_below("sessions") && grant.authorization().is_some());
            if let Some(grant) = of_user {
                rights::hold(app, asked, grant.customer(), grant.client(), EVERYTHING);
            }
        }),
    ),
    of(
        "viewing-is-deleting",
        "Whoever may view a session may delete it",
        Act::Request(|app, asked| {
            let grant =
                rights::holder(app, asked).filter(|_| asked.is(&Method::DELETE, "sessions/*"));
            let views = grant.filter(|grant| {
                grant
                    .rights()
                    .decide(scope_lang::Method::Get, asked.resource())
                    .allowed()
            });
            if let Some(grant) = views {
                rights::hold(app, asked, grant.customer(), grant.client(), EVERYTHING);
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "session_administration",
        title,
        act,
    }
}

fn not_found() -> Answer {
    Answer::refusal(StatusCode::NOT_FOUND, "Not Found")
}
