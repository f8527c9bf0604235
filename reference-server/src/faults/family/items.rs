//! Faults of scopes for one item, and of what lies below items.

use scope_lang::Method;
use serde_json::Value;

use crate::faults::fault::{Act, Fault};
use crate::faults::rights::{decide, holder};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "item-scopes-open-the-list",
        "A scope for one item lists the collection",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (it.is_collection()
                        && it.method == Method::Get
                        && it.is_allowed_with(widened))
            });
        }),
    ),
    of(
        "item-scopes-create",
        "A scope for one item creates new ones beside it",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (it.is_collection()
                        && it.method == Method::Post
                        && it.is_allowed_with(widened))
            });
        }),
    ),
    of(
        "item-scopes-open-others",
        "A scope for one item opens the other items of the collection",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (!it.is_collection() && !it.is_met_by('-') && it.is_allowed_with(widened))
            });
        }),
    ),
    of(
        "item-scopes-open-nothing",
        "A scope for one item opens nothing",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed_with(|scope| {
                    (!is_of_an_item(scope) || scope.starts_with('-')).then(|| scope.to_owned())
                })
            });
        }),
    ),
    of(
        "item-scopes-are-for-reading",
        "A scope for one item, full access or not, lets the item be read alone",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    && (it.method == Method::Get
                        || it.covering().any(|scope| !is_of_an_item(scope)))
            });
        }),
    ),
    of(
        "item-denies-close-the-list",
        "A deny on one item refuses the list of the collection",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    && !(it.is_collection()
                        && it.method == Method::Get
                        && !it.is_allowed_with(deny_widened))
            });
        }),
    ),
    of(
        "item-denies-close-others",
        "A deny on one item closes the other items of the collection",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed() && (it.is_collection() || it.is_allowed_with(deny_widened))
            });
        }),
    ),
    of(
        "item-denies-are-for-viewing",
        "A deny on one item refuses GET of the item, and no more",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (!(it.is_item() && it.method == Method::Get)
                        && it.is_allowed_by(
                            it.scopes()
                                .filter(|scope| !(is_of_an_item(scope) && scope.starts_with('-'))),
                        ))
            });
        }),
    ),
    of(
        "item-denies-are-forgotten",
        "A deny on one item is forgotten",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed_with(|scope| {
                    (!is_of_an_item(scope) || !scope.starts_with('-')).then(|| scope.to_owned())
                })
            });
        }),
    ),
    of(
        "item-denies-end-at-the-item",
        "A deny on one item does not reach what lies below the item",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (!it.is_collection()
                        && !it.is_item()
                        && it.is_allowed_by(it.scopes().filter(|scope| !scope.starts_with('-'))))
            });
        }),
    ),
    of(
        "denied-items-are-left-out-of-lists",
        "The list leaves out the items that the token denies",
        Act::Answer(|app, asked, answer| {
            let scope = holder(app, asked)
                .map(|grant| grant.scope().to_owned())
                .unwrap_or_default();
            let path = asked.resource().to_owned();
            let is_denied = |entry: &Value| {
                let id = entry["id"].as_str().unwrap_or_default();
                scope
                    .split(' ')
                    .any(|scope| scope == format!("-:{path}/{id}"))
            };
            if asked.method != http::Method::GET {
                return;
            }
            answer.edit_members(|list| {
                let entries = list
                    .get_mut("_embedded")
                    .and_then(Value::as_object_mut)
                    .and_then(|embedded| embedded.values_mut().next())
                    .and_then(Value::as_array_mut);
                if let Some(entries) = entries {
                    entries.retain(|entry| !is_denied(entry));
                    let left = entries.len();
                    list.insert("total".to_owned(), left.into());
                }
            });
        }),
    ),
    of(
        "items-are-not-in-the-collection",
        "A scope on a collection opens the list, and none of the items in it",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    && (it.is_collection()
                        || it
                            .covering()
                            .any(|scope| is_of_an_item(scope) || scope.ends_with('*')))
            });
        }),
    ),
    of(
        "what-lies-below-items-is-not-covered",
        "A scope on an item or a collection does not reach what lies below the item",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    && (it.is_collection()
                        || it.is_item()
                        || it.covering().any(|scope| scope.ends_with("**")))
            });
        }),
    ),
    of(
        "what-lies-below-items-is-open",
        "Whoever may read anything may read what lies below any item",
        Act::Request(|app, asked| {
            decide(app, asked, |it| {
                it.is_allowed()
                    || (!it.is_collection()
                        && !it.is_item()
                        && it.method == Method::Get
                        && it.scopes().any(|scope| scope.starts_with(['*', '.'])))
            });
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "items",
        title,
        act,
    }
}

/// Returns whether a scope is about one item, or what lies below one.
fn is_of_an_item(scope: &str) -> bool {
    scope.split('/').count() > 2
}

/// Returns the scope, for the whole collection if it is for an item of it.
fn widened(scope: &str) -> Option<String> {
    let parts: Vec<&str> = scope.split('/').take(2).collect();
    Some(parts.join("/"))
}

fn deny_widened(scope: &str) -> Option<String> {
    if scope.starts_with('-') {
        widened(scope)
    } else {
        Some(scope.to_owned())
    }
}
