//! Faults of subscriptions: what they are made of, and how they are shown.

use http::header::{CONTENT_TYPE, LOCATION};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::faults::answer::Answer;
use crate::faults::fault::{Act, Fault};
use crate::faults::subscribed::{
    COLLECTION, creates, each, edit_list, edit_sent, instead_of_400, is_about, lists,
};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "subscriptions-are-created-with-200",
        "A creation of a subscription is answered 200",
        Act::Answer(|_, asked, answer| {
            if creates(asked) && answer.status == StatusCode::CREATED {
                answer.status = StatusCode::OK;
            }
        }),
    ),
    of(
        "subscriptions-answer-with-the-draft",
        "The answer to a creation has the title in capitals, and is not what is shown later",
        Act::Answer(|_, asked, answer| {
            if creates(asked) && answer.is_success() {
                let title = answer.member("title").unwrap_or_default();
                answer.replace("title", title.to_uppercase());
            }
        }),
    ),
    of(
        "subscriptions-belong-to-nobody",
        "`customerId` of a subscription is the id of the subscription",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |shown| {
                let id = shown.get("id").cloned().unwrap_or_default();
                shown.insert("customerId".to_owned(), id);
            });
        }),
    ),
    of(
        "subscriptions-have-a-status",
        "A subscription has a `status` beside `enabled`",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |shown| {
                shown.insert("status".to_owned(), "active".into());
            });
        }),
    ),
    of(
        "subscription-ids-are-in-capitals",
        "The id of a subscription is in capitals",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |shown| {
                if let Some(id) = shown.get("id").and_then(Value::as_str) {
                    let capitals = id.to_uppercase();
                    shown.insert("id".to_owned(), capitals.into());
                }
            });
        }),
    ),
    of(
        "subscriptions-link-to-the-list",
        "The link of a subscription to itself is that of the list",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |shown| {
                let customer = shown["customerId"].as_str().unwrap_or_default().to_owned();
                shown["_links"]["self"]["href"] = format!("/{customer}/{COLLECTION}").into();
            });
        }),
    ),
    of(
        "subscriptions-are-created-when-they-change",
        "`createdAt` of a subscription moves with every change",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |shown| {
                let time = shown.get("updatedAt").cloned().unwrap_or_default();
                shown.insert("createdAt".to_owned(), time);
            });
        }),
    ),
    of(
        "subscriptions-never-change",
        "`updatedAt` of a subscription stays what `createdAt` is",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |shown| {
                let time = shown.get("createdAt").cloned().unwrap_or_default();
                shown.insert("updatedAt".to_owned(), time);
            });
        }),
    ),
    of(
        "subscriptions-begin-disabled",
        "A subscription is disabled unless it is sent with `enabled` true",
        Act::Request(|_, asked| {
            if creates(asked) {
                asked.edit_members(|sent| {
                    sent.entry("enabled").or_insert(false.into());
                });
            }
        }),
    ),
    of(
        "subscriptions-need-no-events",
        "A subscription without `events` is one to no event",
        Act::Request(|_, asked| {
            if creates(asked) {
                asked.edit_members(|sent| {
                    sent.entry("events").or_insert(json!([]));
                });
            }
        }),
    ),
    of(
        "titles-of-one-character",
        "A title of one character is taken",
        Act::Around(|_, mut asked, desk| {
            Box::pin(async move {
                let title = asked.member("title").unwrap_or_default();
                let is_short = creates(&asked) && title.chars().count() == 1;
                if is_short {
                    asked.edit_members(|sent| {
                        sent.insert("title".to_owned(), format!("{title}{title}").into());
                    });
                }
                let mut answer = desk.ask(asked).await;
                if is_short {
                    answer.replace("title", title);
                }
                answer
            })
        }),
    ),
    of(
        "titles-are-counted-in-bytes",
        "The length of a title is that of its bytes",
        Act::Instead(|_, asked| {
            let title = asked.member("title").filter(|_| creates(asked))?;
            let refusal = || Answer::refusal(StatusCode::BAD_REQUEST, "the title is too long");
            (title.len() > 200).then(refusal)
        }),
    ),
    of(
        "unknown-event-types-are-passed-over",
        "Event types that do not exist are left out of a subscription",
        Act::Request(|_, asked| {
            edit_sent(asked, |sent| {
                if let Some(Value::Array(events)) = sent.get_mut("events") {
                    events.retain(|event| {
                        let known = ["entityCreated", "entityUpdated", "entityDeleted"];
                        known.iter().any(|known| event == known)
                    });
                }
            });
        }),
    ),
    of(
        "subscriptions-want-an-event",
        "A subscription to no event is refused",
        Act::Instead(|_, asked| {
            let sent = asked.json().filter(|_| creates(asked))?;
            let refusal = || Answer::refusal(StatusCode::BAD_REQUEST, "no events");
            (sent["events"] == json!([])).then(refusal)
        }),
    ),
    of(
        "bodies-of-subscriptions-are-unprocessable",
        "A body that its schema refuses is answered 422",
        Act::Answer(|_, asked, answer| {
            instead_of_400(asked, answer, StatusCode::UNPROCESSABLE_ENTITY);
        }),
    ),
    of(
        "unknown-members-are-passed-over",
        "Members of a subscription that nobody knows are left out",
        Act::Request(|_, asked| {
            edit_sent(asked, |sent| {
                let known = ["title", "endpoint", "events", "enabled", "filter"];
                sent.retain(|name, _| known.contains(&name.as_str()));
            });
        }),
    ),
    of(
        "subscriptions-have-no-location",
        "A creation does not say where the subscription is",
        Act::Answer(|_, asked, answer| {
            if creates(asked) {
                answer.headers.remove(LOCATION);
            }
        }),
    ),
    of(
        "subscriptions-are-hal",
        "Answers about subscriptions are `application/hal+json`",
        Act::Answer(|_, asked, answer| {
            if is_about(asked) && !answer.body.is_empty() {
                answer.set_header(CONTENT_TYPE, "application/hal+json");
            }
        }),
    ),
    of(
        "subscriptions-are-listed-in-short",
        "The list shows no endpoints",
        Act::Answer(|_, asked, answer| {
            edit_list(asked, answer, |items| {
                for item in items.iter_mut().filter_map(Value::as_object_mut) {
                    item.insert("endpoint".to_owned(), "hidden".into());
                }
            });
        }),
    ),
    of(
        "subscriptions-are-listed-one-short",
        "The list leaves out what was made last",
        Act::Answer(|_, asked, answer| {
            edit_list(asked, answer, |items| {
                items.pop();
            });
        }),
    ),
    of(
        "subscriptions-are-counted-from-one",
        "`total` is one more than there are subscriptions",
        Act::Answer(|_, asked, answer| {
            if lists(asked) {
                answer.edit_members(|list| {
                    let total = list.get("total").and_then(Value::as_u64);
                    list.insert("total".to_owned(), (total.unwrap_or_default() + 1).into());
                });
            }
        }),
    ),
    of(
        "pages-lead-nowhere",
        "A page has no link to the next one",
        Act::Answer(|_, asked, answer| {
            if lists(asked) {
                answer.edit(|list| {
                    if let Some(links) = list.get_mut("_links").and_then(Value::as_object_mut) {
                        links.remove("next");
                    }
                });
            }
        }),
    ),
    of(
        "pages-that-are-not-are-empty",
        "A page that cannot be has no subscriptions",
        Act::Answer(|_, asked, answer| {
            let page = asked.query("page");
            let is_one = |page: &String| page.parse::<u32>().is_ok_and(|page| page == 1);
            if page.is_some_and(|page| !is_one(&page)) {
                edit_list(asked, answer, Vec::clear);
            }
        }),
    ),
    of(
        "unknown-subscriptions-are-forbidden",
        "A subscription that does not exist is answered 403",
        Act::Answer(|_, asked, answer| {
            if asked.is_below(COLLECTION) && answer.status == StatusCode::NOT_FOUND {
                *answer = Answer::refusal(StatusCode::FORBIDDEN, "Forbidden");
            }
        }),
    ),
    of(
        "deletions-of-subscriptions-are-forgotten",
        "A deletion is confirmed, and the subscription stays",
        Act::Around(|_, asked, desk| {
            Box::pin(async move {
                if !asked.is(&Method::DELETE, "webhooks/subscriptions/*") {
                    return desk.ask(asked).await;
                }
                let view = asked.viewing(asked.resource());
                let mut answer = desk.ask(view).await;
                if answer.is_success() {
                    answer.status = StatusCode::NO_CONTENT;
                    answer.headers.remove(CONTENT_TYPE);
                    answer.set_body("");
                }
                answer
            })
        }),
    ),
    of(
        "deletions-of-subscriptions-are-accepted",
        "A deletion is answered 202",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::DELETE, "webhooks/subscriptions/*") && answer.is_success() {
                answer.status = StatusCode::ACCEPTED;
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "webhooks_subscriptions",
        title,
        act,
    }
}
