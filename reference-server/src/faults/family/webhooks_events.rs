//! Faults of the event store: what it shows, sends again, counts and exports.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::subscribed::COLLECTION;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "events-of-others-are-listed",
        "Where there is no event, those that were listed last are",
        Act::Answer(|app, asked, answer| {
            let notes = app.faults().notes();
            edit_events(asked, answer, |events| {
                if events.is_empty() {
                    let last = notes.find("events");
                    let last = last.and_then(|text| serde_json::from_str(&text).ok());
                    *events = last.unwrap_or_default();
                } else {
                    notes.take("events".to_owned(), json!(events).to_string());
                }
            });
        }),
    ),
    of(
        "events-are-listed-from-the-newest",
        "The newest event is listed first",
        Act::Answer(|_, asked, answer| edit_events(asked, answer, |events| events.reverse())),
    ),
    of(
        "event-lists-count-one-more",
        "`total` of a list of events is one too many",
        Act::Answer(|_, asked, answer| count_one_more(asked, answer, "events")),
    ),
    of(
        "export-lists-count-one-more",
        "`total` of a list of exports is one too many",
        Act::Answer(|_, asked, answer| count_one_more(asked, answer, "exports")),
    ),
    of(
        "after-takes-in-the-event-itself",
        "`after` counts for nothing",
        Act::Request(|_, asked| {
            asked.edit_query(|pairs| pairs.retain(|(name, _)| name != "after"));
        }),
    ),
    of(
        "before-is-passed-over",
        "`before` counts for nothing",
        Act::Request(|_, asked| {
            asked.edit_query(|pairs| pairs.retain(|(name, _)| name != "before"));
        }),
    ),
    of(
        "tries-are-counted-from-zero",
        "`attempts` is one less than there were tries",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |event| {
                let tries = event
                    .get("attempts")
                    .and_then(Value::as_u64)
                    .unwrap_or_default();
                event.insert("attempts".to_owned(), tries.saturating_sub(1).into());
            });
        }),
    ),
    of(
        "events-link-to-no-history",
        "An event does not link to its history",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |event| {
                if let Some(Value::Object(links)) = event.get_mut("_links") {
                    links.remove("history");
                }
            });
        }),
    ),
    of(
        "events-were-sent-elsewhere",
        "The request of an event has another endpoint than it was sent to",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |event| {
                event["request"]["endpoint"] = "https://example.com/".into();
            });
        }),
    ),
    of(
        "listeners-always-answer-200",
        "The answer of a listener is shown as 200",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |event| {
                if event.contains_key("response") {
                    event["response"]["statusCode"] = 200.into();
                }
            });
        }),
    ),
    of(
        "events-outlive-their-subscription",
        "The events of a subscription that was deleted are an empty list",
        Act::Answer(|_, asked, answer| {
            let is_list = asked.is(&Method::GET, "webhooks/subscriptions/*/events");
            if is_list && answer.status == StatusCode::NOT_FOUND {
                *answer = Answer::json(StatusCode::OK, &json!({ "_embedded": { "events": [] } }));
            }
        }),
    ),
    of(
        "histories-begin-with-the-try",
        "The history of an event does not say that it waited",
        Act::Answer(|_, asked, answer| {
            edit_history(asked, answer, |states| {
                states.retain(|step| step["state"] != "awaiting-executing");
            });
        }),
    ),
    of(
        "histories-forget-retries",
        "The history of an event has its first try and its last state only",
        Act::Answer(|_, asked, answer| {
            edit_history(asked, answer, |states| {
                states.retain(|step| step["state"] != "awaiting-retry");
            });
        }),
    ),
    of(
        "redeliveries-are-confirmed-only",
        "A redelivery is confirmed, and nothing is sent",
        Act::Around(|_, asked, desk| {
            Box::pin(async move {
                let path = asked.resource().strip_suffix("/redeliver");
                let Some(path) = path.filter(|_| asked.method == Method::POST) else {
                    return desk.ask(asked).await;
                };
                let view = asked.viewing(path);
                let event = desk.ask(view).await;
                match event.value() {
                    Some(event) if event["state"] == "failure" => {
                        Answer::json(StatusCode::ACCEPTED, &event)
                    }
                    _ => desk.ask(asked).await,
                }
            })
        }),
    ),
    of(
        "redeliveries-are-creations",
        "A redelivery is answered 201",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::POST, REDELIVER) && answer.is_success() {
                answer.status = StatusCode::CREATED;
            }
        }),
    ),
    of(
        "redeliveries-know-no-conflict",
        "A redelivery that is not possible is confirmed",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::POST, REDELIVER) && answer.status == StatusCode::CONFLICT {
                answer.status = StatusCode::ACCEPTED;
            }
        }),
    ),
    of(
        "redeliveries-of-nothing-are-conflicts",
        "A redelivery of an event that does not exist is answered 409",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::POST, REDELIVER) && answer.status == StatusCode::NOT_FOUND {
                answer.status = StatusCode::CONFLICT;
            }
        }),
    ),
    of(
        "tests-are-confirmed-only",
        "A test notification is confirmed, and not sent",
        Act::Instead(|_, asked| {
            let is_test = asked.is(&Method::POST, TEST) && asked.bearer().is_some();
            is_test.then(|| Answer::json(StatusCode::ACCEPTED, &json!({})))
        }),
    ),
    of(
        "tests-are-creations",
        "A test notification is answered 201",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::POST, TEST) && answer.is_success() {
                answer.status = StatusCode::CREATED;
            }
        }),
    ),
    of(
        "tests-of-disabled-subscriptions-are-confirmed",
        "A test notification of a disabled subscription is confirmed",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::POST, TEST) && answer.status == StatusCode::CONFLICT {
                answer.status = StatusCode::ACCEPTED;
            }
        }),
    ),
    of(
        "summaries-count-retries-twice",
        "`total` of a summary counts what is waiting twice",
        Act::Answer(|_, asked, answer| {
            edit_summary(asked, answer, |counts| {
                let total = count(counts, "total") + count(counts, "retrying");
                counts.insert("total".to_owned(), total.into());
            });
        }),
    ),
    of(
        "summaries-count-one-failure-more",
        "A summary counts one failure more than there was",
        Act::Answer(|_, asked, answer| {
            edit_summary(asked, answer, |counts| {
                for name in ["failed", "total"] {
                    let more = count(counts, name) + 1;
                    counts.insert(name.to_owned(), more.into());
                }
            });
        }),
    ),
    of(
        "exports-have-no-collection",
        "The link of an export to itself is that of the list",
        Act::Answer(|_, asked, answer| {
            if asked.is_on(EXPORTS) || asked.is_on(EXPORT) {
                answer.edit_members(|job| {
                    let list = job.get("_links").map(|links| links["exports"].clone());
                    if let Some(list) = list.filter(Value::is_object) {
                        job["_links"]["self"] = list;
                    }
                });
            }
        }),
    ),
    of(
        "exports-start-with-200",
        "The start of an export is answered 200",
        Act::Answer(|_, asked, answer| {
            if asked.method == Method::POST && asked.is_on(EXPORTS) && answer.is_success() {
                answer.status = StatusCode::OK;
            }
        }),
    ),
    of(
        "exports-run-side-by-side",
        "A second export is started beside the first",
        Act::Around(|_, asked, desk| {
            Box::pin(async move {
                let mut answer = desk.ask(asked.clone()).await;
                let is_start = asked.method == Method::POST && asked.is_on(EXPORTS);
                if is_start && answer.status == StatusCode::CONFLICT {
                    let list = desk.ask(asked.viewing(asked.resource())).await;
                    let list = list.value().unwrap_or_default();
                    answer = Answer::json(StatusCode::ACCEPTED, &list["_embedded"]["exports"][0]);
                }
                answer
            })
        }),
    ),
    of(
        "cancellations-are-confirmed-only",
        "The cancellation of an export is confirmed, and the export goes on",
        Act::Around(|_, asked, desk| {
            Box::pin(async move {
                if !asked.is(&Method::DELETE, EXPORT) {
                    return desk.ask(asked).await;
                }
                let mut answer = desk.ask(asked.viewing(asked.resource())).await;
                answer.replace("state", "canceled");
                answer
            })
        }),
    ),
    of(
        "files-lack-their-last-line",
        "The file of an export lacks its last line",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::GET, FILE) && answer.is_success() {
                answer.edit_text(|text| {
                    let lines: Vec<&str> = text.lines().collect();
                    lines[..lines.len().saturating_sub(1)].join("\n")
                });
            }
        }),
    ),
    of(
        "files-are-json",
        "The file of an export is `application/json`",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::GET, FILE) && answer.is_success() {
                answer.set_header(http::header::CONTENT_TYPE, "application/json");
            }
        }),
    ),
    of(
        "events-are-exported-again",
        "An export has every failed event, exported or not",
        Act::Request(|app, asked| {
            if asked.method == Method::POST
                && asked.is_on(EXPORTS)
                && let (Some(customer), Some(id)) = (app.customer_of(&asked.uri), asked.item())
            {
                customer.webhooks().forget_exported(id);
            }
        }),
    ),
    of(
        "exports-are-where-they-are",
        "`.../events/exports` is answered 404",
        Act::Instead(|_, asked| {
            let is_alias = asked.is_on("webhooks/subscriptions/*/events/exports");
            is_alias.then(|| Answer::refusal(StatusCode::NOT_FOUND, "not found"))
        }),
    ),
];

const TEST: &str = "webhooks/subscriptions/*/test";
const REDELIVER: &str = "webhooks/subscriptions/*/events/*/redeliver";
const EXPORTS: &str = "webhooks/subscriptions/*/exports";
const EXPORT: &str = "webhooks/subscriptions/*/exports/*";
const FILE: &str = "webhooks/subscriptions/*/exports/*/download";

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "webhooks_events",
        title,
        act,
    }
}

fn count_one_more(asked: &Asked, answer: &mut Answer, list: &str) {
    if asked.is(&Method::GET, &format!("{COLLECTION}/*/{list}")) && answer.is_success() {
        answer.edit(|list| list["total"] = (list["total"].as_u64().unwrap_or_default() + 1).into());
    }
}

fn edit_events(asked: &Asked, answer: &mut Answer, edit: impl FnOnce(&mut Vec<Value>)) {
    if asked.is(&Method::GET, "webhooks/subscriptions/*/events") {
        answer.edit(|list| {
            let events = list.pointer_mut("/_embedded/events");
            if let Some(Value::Array(events)) = events {
                edit(events);
            }
        });
    }
}

/// Changes every event that an answer shows.
fn each(asked: &Asked, answer: &mut Answer, edit: impl Fn(&mut Map<String, Value>)) {
    edit_events(asked, answer, |events| {
        events
            .iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(&edit);
    });
    let is_event = asked.is(&Method::GET, "webhooks/subscriptions/*/events/*");
    if is_event && !asked.is_below(&format!("{COLLECTION}/exports")) && answer.is_success() {
        answer.edit_members(|event| {
            if event.contains_key("attempts") {
                edit(event);
            }
        });
    }
}

fn edit_history(asked: &Asked, answer: &mut Answer, edit: impl FnOnce(&mut Vec<Value>)) {
    if asked.is(&Method::GET, "webhooks/subscriptions/*/events/*/history") {
        answer.edit(|history| {
            if let Some(Value::Array(states)) = history.pointer_mut("/_embedded/history") {
                edit(states);
            }
        });
    }
}

fn edit_summary(asked: &Asked, answer: &mut Answer, edit: impl FnOnce(&mut Map<String, Value>)) {
    if asked.is(&Method::GET, "webhooks/subscriptions/*/summary") && answer.is_success() {
        answer.edit_members(edit);
    }
}

fn count(counts: &Map<String, Value>, name: &str) -> u64 {
    counts.get(name).and_then(Value::as_u64).unwrap_or_default()
}
