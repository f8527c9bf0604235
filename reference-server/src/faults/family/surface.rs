//! Faults of the surface of the configuration: which paths there are, and what ids and answers look like.

use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::ids::Id;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "config-may-come-first",
        "The collections are found below `/config/{customerId}`, too",
        Act::Request(|_, asked| {
            let parts: Vec<&str> = asked.uri.path().split('/').collect();
            let other = match parts[..] {
                ["", "config", customer, collection] => format!("/{customer}/config/{collection}"),
                _ => return,
            };
            if let Ok(uri) = other.parse() {
                asked.set_uri(uri);
            }
        }),
    ),
    of(
        "customers-may-be-left-out",
        "The collections are found without a customer: it is that of the token",
        Act::Request(|app, asked| {
            let now = app.clock().now();
            let grant = asked
                .bearer()
                .and_then(|token| app.store().tokens().find(token, now));
            let path = asked.uri.path();
            let other = grant.map(|grant| format!("/{}{path}", grant.customer()));
            if let Some(uri) = other
                .filter(|_| path.starts_with("/config/"))
                .and_then(|path| path.parse().ok())
            {
                asked.set_uri(uri);
            }
        }),
    ),
    of(
        "token-policies-are-elsewhere",
        "Token policies are below `config/policies`",
        Act::Instead(|_, asked| {
            asked
                .is_below("config/tokenPolicies")
                .then(|| Answer::refusal(StatusCode::NOT_FOUND, "Not Found"))
        }),
    ),
    of(
        "scopes-are-a-collection",
        "`config/scopes` is a collection of its own",
        Act::Instead(|_, asked| {
            let list = json!({ "total": 0, "_embedded": { "scopes": [] } });
            asked
                .is(&Method::GET, "config/scopes")
                .then(|| Answer::json(StatusCode::OK, &list))
        }),
    ),
    of(
        "unknown-paths-are-empty",
        "A path below `config` that names nothing answers with an empty object",
        Act::Answer(|_, asked, answer| {
            let known = [
                "config/clients",
                "config/loginPolicies",
                "config/tokenPolicies",
            ];
            let is_known = known.into_iter().any(|path| asked.is_below(path));
            if asked.is_below("config") && !is_known && answer.status == StatusCode::NOT_FOUND {
                *answer = Answer::json(StatusCode::OK, &json!({}));
            }
        }),
    ),
    of(
        "unknown-paths-are-bad-requests",
        "A path below `config` that names nothing answers with 400",
        Act::Answer(|_, asked, answer| {
            if asked.is_below("config")
                && asked.item().is_none()
                && answer.status == StatusCode::NOT_FOUND
            {
                answer.status = StatusCode::BAD_REQUEST;
            }
        }),
    ),
    of(
        "ids-are-in-capitals",
        "The ids of new clients and policies are told in capitals",
        Act::Answer(|_, asked, answer| {
            edit_id(asked, answer, str::to_uppercase);
        }),
    ),
    of(
        "ids-have-no-hyphens",
        "The ids of new clients and policies are told without hyphens",
        Act::Answer(|_, asked, answer| {
            edit_id(asked, answer, |id| id.replace('-', ""));
        }),
    ),
    of(
        "ids-are-told-for-others",
        "Every new policy is told to have the id of the one before",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let mut answer = desk.ask(asked.clone()).await;
                let before = app.faults().notes().find(asked.resource());
                let made = answer.value().and_then(|id| Some(id.as_str()?.to_owned()));
                if let Some(made) = made
                    .filter(|_| asked.creates("tokenPolicies") || asked.creates("loginPolicies"))
                {
                    app.faults().notes().take(asked.resource().to_owned(), made);
                    edit_id(&asked, &mut answer, |id| {
                        before.unwrap_or_else(|| id.to_owned())
                    });
                }
                answer
            })
        }),
    ),
    of(
        "configuration-answers-in-plain-text",
        "Refusals below `config` are plain text by their content type",
        Act::Answer(|_, asked, answer| {
            if asked.is_below("config") && !answer.is_success() {
                answer.set_header(CONTENT_TYPE, "text/plain; charset=utf-8");
            }
        }),
    ),
    of(
        "lists-are-hal-by-their-type",
        "Lists have the content type of HAL",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::GET, "config/*") && answer.is_success() {
                answer.set_header(CONTENT_TYPE, "application/hal+json");
            }
        }),
    ),
    of(
        "clients-cannot-be-viewed",
        "A client cannot be read by its id",
        Act::Instead(|_, asked| {
            asked
                .views("clients")
                .then(|| Answer::refusal(StatusCode::NOT_FOUND, "Not Found"))
        }),
    ),
    of(
        "policies-cannot-be-viewed",
        "A policy cannot be read by its id",
        Act::Instead(|_, asked| {
            let is_policy = asked.views("loginPolicies") || asked.views("tokenPolicies");
            is_policy.then(|| Answer::refusal(StatusCode::NOT_FOUND, "Not Found"))
        }),
    ),
    of(
        "policies-show-half",
        "A policy that is read shows its id and its links alone",
        Act::Answer(|_, asked, answer| {
            if asked.views("loginPolicies") || asked.views("tokenPolicies") {
                answer.edit_members(|members| {
                    members.retain(|name, _| name == "id" || name == "_links");
                });
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "surface",
        title,
        act,
    }
}

/// Tells another id of what was just made.
fn edit_id(asked: &Asked, answer: &mut Answer, change: impl FnOnce(&str) -> String) {
    if asked.is(&Method::POST, "config/*") && answer.is_success() {
        answer.edit(|made| {
            let id = if made.is_string() {
                Some(made)
            } else {
                made.get_mut("id")
            };
            if let Some(id) = id.filter(|id| id.as_str().and_then(Id::parse).is_some()) {
                *id = Value::from(change(id.as_str().unwrap_or_default()));
            }
        });
    }
}
