//! Faults of changes of subscriptions, of their titles, endpoints and filters.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::subscribed::{
    ITEM, as_merge_patch, creates, each, edit_sent, instead_of_400, modifies, writes,
};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "titles-are-taken-twice",
        "Two subscriptions may have one title",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let Some(title) = asked.member("title").filter(|_| writes(&asked)) else {
                    return desk.ask(asked).await;
                };
                let first = desk.ask(asked.clone()).await;
                let texts = [&b"title"[..], b"Title"];
                let says = |text: &&[u8]| first.body.windows(text.len()).any(|part| part == *text);
                if first.status != StatusCode::CONFLICT || !texts.iter().any(says) {
                    return first;
                }
                let mut other = asked;
                other.edit_members(|sent| {
                    let id = app.ids().id().to_string();
                    sent.insert("title".to_owned(), format!("{title}-{}", &id[..8]).into());
                });
                let mut answer = desk.ask(other).await;
                answer.replace("title", title);
                answer
            })
        }),
    ),
    of(
        "titles-stay-taken",
        "The title of a subscription stays taken after its deletion",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let notes = app.faults().notes();
                let taken = |title: &str| format!("title {title}");
                if asked.is(&Method::DELETE, ITEM) {
                    let view = desk.ask(asked.viewing(asked.resource())).await;
                    let title = view.member("title").unwrap_or_default();
                    notes.take(taken(&title), title);
                }
                let title = asked.member("title").filter(|_| creates(&asked));
                if title.is_some_and(|title| notes.find(&taken(&title)).is_some()) {
                    return Answer::refusal(StatusCode::CONFLICT, "title is taken");
                }
                desk.ask(asked).await
            })
        }),
    ),
    of(
        "taken-titles-are-unprocessable",
        "A title that is taken is answered 422",
        Act::Answer(|_, asked, answer| {
            if writes(asked) && answer.status == StatusCode::CONFLICT {
                answer.status = StatusCode::UNPROCESSABLE_ENTITY;
            }
        }),
    ),
    of(
        "patches-replace",
        "A PATCH takes out what it does not mention",
        Act::Request(|_, asked| {
            if modifies(asked) {
                asked.edit_members(|sent| {
                    sent.entry("filter").or_insert(Value::Null);
                    sent.entry("events").or_insert(json!([]));
                });
            }
        }),
    ),
    of(
        "patches-keep-the-filter",
        "A PATCH changes no filter",
        Act::Request(|_, asked| {
            if modifies(asked) {
                asked.edit_members(|sent| {
                    sent.remove("filter");
                });
            }
        }),
    ),
    of(
        "patches-want-something",
        "A PATCH that mentions nothing is refused",
        Act::Instead(|_, asked| {
            let is_empty = modifies(asked) && asked.json() == Some(json!({}));
            is_empty.then(|| Answer::refusal(StatusCode::BAD_REQUEST, "nothing to change"))
        }),
    ),
    of(
        "patches-clash-with-themselves",
        "A PATCH that sends the title of the subscription itself is refused",
        Act::Around(|_, asked, desk| {
            Box::pin(async move {
                if let Some(title) = asked.member("title").filter(|_| modifies(&asked)) {
                    let view = desk.ask(asked.viewing(asked.resource())).await;
                    if view.member("title") == Some(title) {
                        return Answer::refusal(StatusCode::CONFLICT, "title is taken");
                    }
                }
                desk.ask(asked).await
            })
        }),
    ),
    of(
        "patches-take-null-for-nothing",
        "Null in a PATCH changes nothing",
        Act::Request(|_, asked| {
            if modifies(asked) {
                asked.edit_members(|sent| sent.retain(|_, value| !value.is_null()));
            }
        }),
    ),
    of(
        "put-modifies",
        "PUT does what PATCH does",
        Act::Request(|_, asked| {
            if asked.is(&Method::PUT, ITEM) {
                asked.method = Method::PATCH;
                as_merge_patch(asked);
            }
        }),
    ),
    of(
        "put-allows-nothing-else",
        "The refusal of PUT names no PATCH",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::PUT, ITEM) {
                answer.set_header(http::header::ALLOW, "GET, DELETE");
            }
        }),
    ),
    of(
        "patches-are-plain-json",
        "A PATCH is taken as `application/json` as well, and as whatever else",
        Act::Request(|_, asked| {
            if modifies(asked) {
                as_merge_patch(asked);
            }
        }),
    ),
    of(
        "patches-are-not-held-to-the-rules",
        "A PATCH that breaks a rule is confirmed",
        Act::Around(|_, asked, desk| {
            Box::pin(async move {
                let answer = desk.ask(asked.clone()).await;
                if modifies(&asked) && answer.status == StatusCode::BAD_REQUEST {
                    return desk.ask(asked.viewing(asked.resource())).await;
                }
                answer
            })
        }),
    ),
    of(
        "endpoints-may-be-special",
        "An endpoint in a range of the documentation or of several receivers is taken",
        Act::Around(|_, asked, desk| {
            Box::pin(taking(asked, desk, |endpoint| {
                endpoint.contains("://198.51.100.") || endpoint.contains("://224.")
            }))
        }),
    ),
    of(
        "names-are-no-hosts",
        "An endpoint whose host is a name is refused",
        Act::Instead(|_, asked| {
            refusing_hosts(asked, "localhost", "the host has to be an address")
        }),
    ),
    of(
        "endpoints-may-have-fragments",
        "An endpoint with a fragment is taken",
        Act::Around(|_, asked, desk| {
            Box::pin(taking(asked, desk, |endpoint| endpoint.contains('#')))
        }),
    ),
    of(
        "ranges-are-wider-than-they-are",
        "All of 172 counts as private",
        Act::Instead(|_, asked| refusing_hosts(asked, "172.", "the host is not public")),
    ),
    of(
        "endpoints-may-be-private",
        "An endpoint in a private range is taken",
        Act::Around(|_, asked, desk| {
            Box::pin(taking(asked, desk, |endpoint| {
                endpoint.contains("://10.") || endpoint.contains("://192.168.")
            }))
        }),
    ),
    of(
        "endpoints-may-be-of-any-scheme",
        "An endpoint of another scheme than HTTPS is taken",
        Act::Around(|_, asked, desk| {
            Box::pin(taking(asked, desk, |endpoint| {
                !endpoint.starts_with("https:") && endpoint.contains("example.com")
            }))
        }),
    ),
    of(
        "refused-endpoints-are-unprocessable",
        "A refused endpoint is answered 422",
        Act::Answer(|_, asked, answer| {
            if asked.member("endpoint").is_some() {
                instead_of_400(asked, answer, StatusCode::UNPROCESSABLE_ENTITY);
            }
        }),
    ),
    of(
        "filters-are-shown-without-their-schema",
        "A filter is shown without `$schema`",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |shown| {
                if let Some(Value::Object(filter)) = shown.get_mut("filter") {
                    filter.remove("$schema");
                }
            });
        }),
    ),
    of(
        "filters-know-no-contains",
        "`contains` is refused in a filter",
        Act::Instead(|_, asked| refusing(asked, "contains")),
    ),
    of(
        "filters-know-no-pattern",
        "`pattern` is refused in a filter",
        Act::Instead(|_, asked| refusing(asked, "pattern")),
    ),
    of(
        "filters-take-whatever-is-sent",
        "A filter that is no schema is taken",
        Act::Around(|_, mut asked, desk| {
            Box::pin(async move {
                let answer = desk.ask(asked.clone()).await;
                let sent = asked.json().unwrap_or_default();
                let has_filter = creates(&asked) && sent["filter"].is_object();
                if !has_filter || answer.status != StatusCode::BAD_REQUEST {
                    return answer;
                }
                edit_sent(&mut asked, |sent: &mut Map<String, Value>| {
                    sent.insert("filter".to_owned(), json!({}));
                });
                desk.ask(asked).await
            })
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "webhooks_changes",
        title,
        act,
    }
}

/// Takes endpoints that are refused: another one is stored in their place.
async fn taking(
    mut asked: Asked,
    desk: crate::faults::desk::Desk<'_>,
    is_taken: fn(&str) -> bool,
) -> Answer {
    let endpoint = asked.member("endpoint").filter(|_| writes(&asked));
    let Some(endpoint) = endpoint.filter(|endpoint| is_taken(endpoint)) else {
        return desk.ask(asked).await;
    };
    edit_sent(&mut asked, |sent| {
        sent.insert("endpoint".to_owned(), "http://127.0.0.1:9/nobody".into());
    });
    let mut answer = desk.ask(asked).await;
    answer.replace("endpoint", endpoint);
    answer
}

/// Refuses endpoints whose host begins so.
fn refusing_hosts(asked: &Asked, beginning: &str, told: &str) -> Option<Answer> {
    let endpoint = asked.member("endpoint")?;
    endpoint
        .contains(&format!("://{beginning}"))
        .then(|| Answer::refusal(StatusCode::BAD_REQUEST, told))
}

/// Refuses a filter with a keyword in it.
fn refusing(asked: &Asked, keyword: &str) -> Option<Answer> {
    let sent = asked.json().filter(|_| writes(asked))?;
    let is_there = sent["filter"]
        .to_string()
        .contains(&format!("\"{keyword}\""));
    let refusal = || Answer::refusal(StatusCode::BAD_REQUEST, "a keyword is not supported");
    is_there.then(refusal)
}
