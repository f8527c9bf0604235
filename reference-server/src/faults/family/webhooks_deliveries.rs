//! Faults of deliveries: the request, the token, and what is made of the answer.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::desk::Desk;
use crate::faults::fault::{Act, Fault};
use crate::faults::outgoing::HUSHED;
use crate::faults::subscribed::{creates, modifies, writes};
use crate::ids::Id;
use crate::store::{Outcome, Reply};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "notifications-are-put",
        "A notification is sent by PUT",
        Act::Post(|_, posted| posted.method = Method::PUT),
    ),
    of(
        "notifications-are-plain-jwts",
        "A notification is sent as `application/jwt`",
        Act::Post(|_, posted| posted.content_type = "application/jwt"),
    ),
    of(
        "notifications-take-json-only",
        "A notification accepts `application/json` only",
        Act::Post(|_, posted| posted.accept = "application/json"),
    ),
    of(
        "notifications-are-nobodys",
        "A notification is sent in the name of a library",
        Act::Post(|_, posted| posted.user_agent = Some("okhttp/4.12.0")),
    ),
    of(
        "notifications-are-signed-by-nobody",
        "The signature of a notification is cut off",
        Act::Post(|_, posted| {
            let cut = posted.token.len().saturating_sub(8);
            posted.token.truncate(cut);
            posted.token.push_str("AAAAAAAA");
        }),
    ),
    of(
        "every-try-has-another-token",
        "Every try sends another token",
        Act::Post(|app, posted| {
            let other = app.ids().id().to_string().replace('-', "");
            posted.token.push_str(&other);
        }),
    ),
    of(
        "answers-count-as-errors",
        "A 2xx counts as a failed try",
        Act::Outcome(|outcome| answered(outcome, 200..300, 500)),
    ),
    of(
        "redirects-count-as-success",
        "A redirect counts as a delivery",
        Act::Outcome(|outcome| answered(outcome, 300..400, 200)),
    ),
    of(
        "redirects-are-tried-again",
        "A redirect is followed by a retry",
        Act::Outcome(|outcome| answered(outcome, 300..400, 500)),
    ),
    of(
        "interim-answers-are-tried-again",
        "A 1xx is followed by a retry",
        Act::Outcome(|outcome| answered(outcome, 100..200, 500)),
    ),
    of(
        "errors-are-final",
        "A 4xx or a 5xx ends a delivery",
        Act::Outcome(|outcome| answered(outcome, 400..600, 300)),
    ),
    of(
        "broken-connections-are-final",
        "A connection that breaks ends a delivery",
        Act::Outcome(|outcome| {
            if matches!(outcome, Outcome::NoAnswer(_)) {
                *outcome = Outcome::NotHttp;
            }
        }),
    ),
    of(
        "garbage-is-tried-again",
        "What is no HTTP is followed by a retry",
        Act::Outcome(|outcome| {
            if *outcome == Outcome::NotHttp {
                *outcome = Outcome::NoAnswer("garbage");
            }
        }),
    ),
    of(
        "listeners-have-an-hour",
        "A listener has an hour for its answer",
        Act::Post(|_, posted| posted.patience = Duration::from_secs(60 * 60)),
    ),
    of(
        "listeners-have-three-seconds",
        "A listener has three seconds for its answer",
        Act::Post(|_, posted| posted.patience = Duration::from_secs(3)),
    ),
    of(
        "late-listeners-are-given-up",
        "A listener that does not answer in time ends a delivery",
        Act::Outcome(|outcome| {
            if matches!(outcome, Outcome::NoAnswer(why) if why.contains("in time")) {
                *outcome = Outcome::NotHttp;
            }
        }),
    ),
    of(
        "the-last-wait-is-an-hour",
        "The last try comes an hour after the one before it",
        Act::Answer(|app, asked, answer| {
            keep(app, asked, answer, |it| it.waits[4] = it.waits[3]);
        }),
    ),
    of(
        "events-are-kept-for-a-year",
        "Events and exports are kept for a year",
        Act::Answer(|app, asked, answer| {
            keep(app, asked, answer, |it| {
                it.retention = Duration::from_secs(365 * 24 * 60 * 60);
            });
        }),
    ),
    of(
        "summaries-are-computed-every-time",
        "A summary is computed at every call",
        Act::Answer(|app, asked, answer| {
            keep(app, asked, answer, |it| it.summary_window = Duration::ZERO);
        }),
    ),
    of(
        "subscriptions-are-told-of-everything",
        "A subscription is told of events of all types",
        Act::Around(|_, asked, desk| {
            Box::pin(storing(asked, desk, "events", |_| {
                json!(["entityCreated", "entityUpdated", "entityDeleted"])
            }))
        }),
    ),
    of(
        "registrations-are-told-nobody",
        "Nobody is told of who registers on the pages",
        Act::Around(|app, asked, desk| Box::pin(hushed(app, asked, desk, "auth-ui/register"))),
    ),
    of(
        "profile-changes-are-told-nobody",
        "Nobody is told of what users change on the pages",
        Act::Around(|app, asked, desk| Box::pin(hushed(app, asked, desk, "auth-ui/profile"))),
    ),
    of(
        "subscriptions-cannot-be-disabled",
        "A subscription that is disabled is told all the same",
        Act::Around(|_, asked, desk| Box::pin(storing(asked, desk, "enabled", |_| json!(true)))),
    ),
    of(
        "filters-are-not-applied",
        "A filter lets everything through",
        Act::Around(|_, asked, desk| Box::pin(storing(asked, desk, "filter", |_| json!({})))),
    ),
    of(
        "filters-refuse-what-they-do-not-mention",
        "A filter refuses the types that it does not mention",
        Act::Around(|_, asked, desk| {
            Box::pin(storing(asked, desk, "filter", |filter| {
                let mut filter = filter.clone();
                filter["additionalProperties"] = json!(false);
                filter
            }))
        }),
    ),
    of(
        "filters-concern-the-next-subscription",
        "A filter holds for the subscription that is made next as well",
        Act::Request(|app, asked| {
            if !creates(asked) {
                return;
            }
            let notes = app.faults().notes();
            let before = notes
                .find("filter")
                .and_then(|text| text.parse::<Value>().ok());
            let filter = asked.json().unwrap_or_default()["filter"].to_string();
            notes.take("filter".to_owned(), filter);
            if let Some(before) = before.filter(Value::is_object) {
                asked.edit_members(|sent| {
                    sent.insert("filter".to_owned(), before);
                });
            }
        }),
    ),
    of(
        "endpoints-cannot-be-moved",
        "A new endpoint is shown, and the old one is told",
        Act::Around(|_, mut asked, desk| {
            Box::pin(async move {
                let endpoint = asked.member("endpoint").filter(|_| modifies(&asked));
                if endpoint.is_some() {
                    asked.edit_members(|sent| {
                        sent.remove("endpoint");
                    });
                }
                let mut answer = desk.ask(asked).await;
                if let Some(endpoint) = endpoint {
                    answer.replace("endpoint", endpoint);
                }
                answer
            })
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "webhooks_deliveries",
        title,
        act,
    }
}

/// Tells no subscription of what a form brings about.
async fn hushed(app: &App, asked: Asked, desk: Desk<'_>, path: &str) -> Answer {
    if !asked.is(&Method::POST, path) {
        return desk.ask(asked).await;
    }
    let notes = app.faults().notes();
    notes.take(HUSHED.to_owned(), String::new());
    let answer = desk.ask(asked).await;
    notes.drop(HUSHED);
    answer
}

/// Takes a status for another one.
fn answered(outcome: &mut Outcome, statuses: std::ops::Range<u16>, other: u16) {
    if let Outcome::Answered(reply) = outcome
        && statuses.contains(&reply.status)
    {
        *reply = Reply {
            status: other,
            headers: std::mem::take(&mut reply.headers),
        };
    }
}

/// Gives a new subscription settings of its own.
fn keep(
    app: &App,
    asked: &Asked,
    answer: &Answer,
    change: impl FnOnce(&mut crate::settings::Webhooks),
) {
    let id = answer.member("id").and_then(|id| Id::parse(&id));
    let customer = app.customer_of(&asked.uri);
    if let (true, Some(id), Some(customer)) = (creates(asked), id, customer) {
        customer.webhooks().adjust(id, change);
    }
}

/// Stores something else than what is sent, and shows what was sent.
async fn storing(
    mut asked: Asked,
    desk: Desk<'_>,
    member: &'static str,
    other: fn(&Value) -> Value,
) -> Answer {
    let sent = asked.json().unwrap_or_default()[member].clone();
    let is_sent = writes(&asked) && !sent.is_null();
    if is_sent {
        asked.edit_members(|members| {
            members.insert(member.to_owned(), other(&sent));
        });
    }
    let mut answer = desk.ask(asked).await;
    if is_sent && answer.status.is_success() {
        answer.replace(member, sent);
    }
    answer
}
