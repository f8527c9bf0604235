//! Faults of the lists of clients and policies.

use http::Method;
use serde_json::{Map, Value, json};

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::store::Client;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "total-is-one-too-many",
        "`total` is one more than there are entries",
        Act::Answer(|_, asked, answer| {
            edit_list(asked, answer, |list| {
                if let Some(total) = list.get("total").and_then(Value::as_u64) {
                    list.insert("total".to_owned(), (total + 1).into());
                }
            });
        }),
    ),
    of(
        "total-is-a-text",
        "`total` is a text",
        Act::Answer(|_, asked, answer| {
            edit_list(asked, answer, |list| {
                if let Some(total) = list.get("total").and_then(Value::as_u64) {
                    list.insert("total".to_owned(), total.to_string().into());
                }
            });
        }),
    ),
    of(
        "lists-have-links-of-their-own",
        "A list has `_links`, with one to itself",
        Act::Answer(|_, asked, answer| {
            let own = asked.uri.path().to_owned();
            edit_list(asked, answer, |list| {
                list.insert("_links".to_owned(), json!({ "self": { "href": own } }));
            });
        }),
    ),
    of(
        "embedded-entries-are-called-items",
        "The array of a list is called `items`, whatever the collection",
        Act::Answer(|_, asked, answer| {
            edit_list(asked, answer, |list| {
                if let Some(Value::Object(embedded)) = list.get_mut("_embedded") {
                    *embedded = std::mem::take(embedded)
                        .into_iter()
                        .map(|(_, entries)| ("items".to_owned(), entries))
                        .collect();
                }
            });
        }),
    ),
    of(
        "lists-are-bare-arrays",
        "A list is the bare array of its entries",
        Act::Answer(|_, asked, answer| {
            if is(asked) {
                answer.edit(|list| {
                    if let Some(entries) = list["_embedded"]
                        .as_object()
                        .and_then(|embedded| embedded.values().next())
                    {
                        *list = entries.clone();
                    }
                });
            }
        }),
    ),
    of(
        "lists-show-three-entries",
        "A list shows its first three entries, and counts no more",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |entries| {
                entries.truncate(3);
            });
        }),
    ),
    of(
        "the-latest-is-not-listed-yet",
        "What was made last is not in the list",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let collection = asked.resource().to_owned();
                let (is_new, is_list) = (asked.method == Method::POST, is(&asked));
                let latest = app.faults().notes().find(&collection);
                let mut answer = desk.ask(asked.clone()).await;
                let made = answer.value().filter(|_| is_new && answer.is_success());
                let made =
                    made.and_then(|body| body.as_str().or(body["id"].as_str()).map(str::to_owned));
                if let Some(made) = made {
                    app.faults().notes().take(collection, made);
                }
                if let Some(latest) = latest.filter(|_| is_list) {
                    edit(&asked, &mut answer, |entries| {
                        entries.retain(|entry| entry["id"] != latest);
                    });
                }
                answer
            })
        }),
    ),
    of(
        "lists-show-entries-twice",
        "The first entry of a list stands at its end once more",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |entries| {
                if let Some(first) = entries.first().cloned() {
                    entries.push(first);
                }
            });
        }),
    ),
    of(
        "deleted-items-stay-listed",
        "What was deleted stays in the list",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let notes = app.faults().notes();
                let collection = asked
                    .resource()
                    .rsplit_once('/')
                    .map_or(asked.resource(), |(path, _)| path)
                    .to_owned();
                let item = asked.item().filter(|_| asked.method == Method::DELETE);
                let mut answer = desk.ask(asked.clone()).await;
                if let Some(item) = item.filter(|_| answer.is_success()) {
                    notes.take(collection, item.to_string());
                } else if let Some(gone) = notes.find(asked.resource()) {
                    edit(&asked, &mut answer, |entries| {
                        let mut entry = entries.first().cloned().unwrap_or_default();
                        if let Some(id) = entry.get_mut("id") {
                            *id = gone.into();
                        }
                        entries.push(entry);
                    });
                }
                answer
            })
        }),
    ),
    of(
        "lists-show-types",
        "An entry in a list of clients shows the type of the client, too",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |entries| {
                for entry in entries {
                    if let Value::Object(entry) = entry
                        && entry.contains_key("name")
                    {
                        entry.insert("type".to_owned(), "confidential".into());
                    }
                }
            });
        }),
    ),
    of(
        "lists-show-when-policies-were-made",
        "An entry in a list of policies shows when the policy was made",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |entries| {
                for entry in entries {
                    if let Value::Object(entry) = entry
                        && entry.contains_key("title")
                    {
                        entry.insert("created".to_owned(), "2026-01-01T00:00:00Z".into());
                    }
                }
            });
        }),
    ),
    of(
        "lists-leave-titles-out",
        "An entry in a list of policies has no title",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |entries| {
                for entry in entries {
                    if let Value::Object(entry) = entry {
                        entry.remove("title");
                    }
                }
            });
        }),
    ),
    of(
        "listed-links-have-a-host",
        "The links of a list are whole addresses",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |entries| {
                each_href(entries, |href| format!("https://localhost{href}"));
            });
        }),
    ),
    of(
        "listed-links-name-no-customer",
        "The links of a list leave the customer out",
        Act::Answer(|_, asked, answer| {
            edit(asked, answer, |entries| {
                each_href(entries, |href| {
                    href.splitn(3, '/')
                        .last()
                        .map_or_else(String::new, |rest| format!("/{rest}"))
                });
            });
        }),
    ),
    of(
        "listed-clients-have-the-other-link",
        "The list links clients in one of the two forms, and a client that is read links itself in the other",
        Act::Answer(|_, asked, answer| {
            if asked.is_on("config/clients") {
                edit(asked, answer, |entries| each_href(entries, config_first));
            }
        }),
    ),
    of(
        "listed-policies-are-linked-like-clients",
        "The list links policies as the later guide links clients",
        Act::Answer(|_, asked, answer| {
            if !asked.is_on("config/clients") {
                edit(asked, answer, |entries| each_href(entries, config_first));
            }
        }),
    ),
    of(
        "configuration-clients-are-not-listed",
        "The list of clients leaves configuration clients out",
        Act::Answer(|app, asked, answer| {
            let customer = app.customer_of(&asked.uri);
            let clients = customer
                .map(|customer| customer.list::<Client>())
                .unwrap_or_default();
            if asked.is_on("config/clients") {
                edit(asked, answer, |entries| {
                    entries.retain(|entry| {
                        let is_it =
                            |client: &Client| entry["id"].as_str() == Some(&client.id.to_string());
                        clients
                            .iter()
                            .any(|client| client.login.is_some() && is_it(client))
                    });
                });
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "lists",
        title,
        act,
    }
}

/// Returns whether a request asks for a list.
fn is(asked: &Asked) -> bool {
    asked.is(&Method::GET, "config/*")
}

fn edit_list(asked: &Asked, answer: &mut Answer, edit: impl FnOnce(&mut Map<String, Value>)) {
    if is(asked) {
        answer.edit_members(edit);
    }
}

/// Changes the entries of a list, and counts them again.
fn edit(asked: &Asked, answer: &mut Answer, edit: impl FnOnce(&mut Vec<Value>)) {
    edit_list(asked, answer, |list| {
        let entries = list
            .get_mut("_embedded")
            .and_then(Value::as_object_mut)
            .and_then(|embedded| embedded.values_mut().next())
            .and_then(Value::as_array_mut);
        if let Some(entries) = entries {
            edit(entries);
            let total = entries.len();
            list.insert("total".to_owned(), total.into());
        }
    });
}

fn each_href(entries: &mut [Value], change: impl Fn(&str) -> String) {
    for entry in entries {
        if let Some(href) = entry.pointer_mut("/_links/self/href") {
            *href = change(href.as_str().unwrap_or_default()).into();
        }
    }
}

/// Returns the link in the form of the later guide.
fn config_first(href: &str) -> String {
    let parts: Vec<&str> = href.split('/').collect();
    match parts[..] {
        ["", customer, "config", collection, id] => format!("/config/{customer}/{collection}/{id}"),
        _ => href.to_owned(),
    }
}
