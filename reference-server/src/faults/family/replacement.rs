//! Faults of PUT, PATCH and DELETE below `config`: what is done, and what is answered.

use http::header::{CONTENT_TYPE, HeaderName};
use http::{Method, StatusCode};
use serde_json::Value;

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "modifications-are-not-done",
        "A modification answers as if it was done, and is not",
        Act::Around(|_, asked, desk| {
            Box::pin(async move {
                let sent = asked.json().filter(|_| modifies(&asked));
                let Some(Value::Object(sent)) = sent else {
                    return desk.ask(asked).await;
                };
                let mut answer = desk.ask(asked.viewing(asked.resource())).await;
                answer.edit_members(|members| members.extend(sent));
                answer
            })
        }),
    ),
    of(
        "modifications-answer-with-the-old",
        "A modification answers with what was there before",
        Act::Around(|_, asked, desk| {
            Box::pin(async move {
                if !modifies(&asked) {
                    return desk.ask(asked).await;
                }
                let before = desk.ask(asked.viewing(asked.resource())).await;
                let after = desk.ask(asked).await;
                if after.is_success() { before } else { after }
            })
        }),
    ),
    of(
        "modifications-have-no-content",
        "A modification answers with 204 and nothing",
        Act::Answer(|_, asked, answer| {
            if modifies(asked) && answer.is_success() {
                nothing(answer);
            }
        }),
    ),
    of(
        "modifications-take-patch",
        "Clients and policies are modified with PATCH, as with PUT",
        Act::Around(|_, mut asked, desk| {
            Box::pin(async move {
                let change = asked
                    .json()
                    .filter(|_| asked.method == Method::PATCH && asked.item().is_some());
                let Some(Value::Object(change)) = change else {
                    return desk.ask(asked).await;
                };
                let present = desk.ask(asked.viewing(asked.resource())).await.value();
                if let Some(Value::Object(mut present)) = present {
                    present.extend(change);
                    asked.method = Method::PUT;
                    asked.set_json(&Value::Object(present));
                }
                desk.ask(asked).await
            })
        }),
    ),
    of(
        "modifications-are-refused",
        "Clients and policies cannot be modified with PUT",
        Act::Instead(|_, asked| {
            modifies(asked)
                .then(|| Answer::refusal(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
        }),
    ),
    of(
        "redirect-uris-add-up",
        "A modification of a client adds redirect URIs to those that there are",
        Act::Around(|_, mut asked, desk| {
            Box::pin(async move {
                if asked.modifies("clients") {
                    let present = desk.ask(asked.viewing(asked.resource())).await.value();
                    let old = present.and_then(|client| client["redirectURIs"].as_array().cloned());
                    asked.edit_members(|members| {
                        let sent = members
                            .get_mut("redirectURIs")
                            .and_then(Value::as_array_mut);
                        if let Some((sent, old)) = sent.zip(old) {
                            let kept = old.into_iter().filter(|uri| !sent.contains(uri));
                            let kept: Vec<Value> = kept.collect();
                            sent.extend(kept);
                        }
                    });
                }
                desk.ask(asked).await
            })
        }),
    ),
    of(
        "new-redirect-uris-are-lost",
        "A modification of a client keeps the redirect URIs that there are, and takes no new one",
        Act::Around(|_, mut asked, desk| {
            Box::pin(async move {
                if asked.modifies("clients") {
                    let present = desk.ask(asked.viewing(asked.resource())).await.value();
                    let old = present.and_then(|client| client.get("redirectURIs").cloned());
                    asked.edit_members(|members| {
                        if let Some((sent, old)) = members.get_mut("redirectURIs").zip(old) {
                            *sent = old;
                        }
                    });
                }
                desk.ask(asked).await
            })
        }),
    ),
    of(
        "deletions-are-not-done",
        "A deletion answers as if it was done, and is not",
        Act::Around(|_, asked, desk| {
            Box::pin(async move {
                let is_deletion = asked.method == Method::DELETE && asked.is_below("config");
                if !is_deletion {
                    return desk.ask(asked).await;
                }
                let mut answer = desk.ask(asked.viewing(asked.resource())).await;
                if answer.is_success() {
                    nothing(&mut answer);
                }
                answer
            })
        }),
    ),
    of(
        "deletions-are-refused",
        "Clients and policies cannot be deleted",
        Act::Instead(|_, asked| {
            let is_deletion = asked.method == Method::DELETE && asked.is_below("config");
            is_deletion
                .then(|| Answer::refusal(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
        }),
    ),
    of(
        "deleted-items-are-still-shown",
        "What was deleted can still be read",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let notes = app.faults().notes();
                let key = format!("deleted {}", asked.resource());
                let (is_deletion, is_view) =
                    (asked.method == Method::DELETE, asked.method == Method::GET);
                let shown = match is_deletion && asked.is_below("config") {
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
        "clients-are-deleted-with-200",
        "The deletion of a client answers 200, and that of a policy 204",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::DELETE, "config/clients/*") && answer.is_success() {
                answer.status = StatusCode::OK;
            }
        }),
    ),
    of(
        "policies-are-made-with-200",
        "The creation of a policy answers 200, and that of a client 201",
        Act::Answer(|_, asked, answer| {
            let is_policy = asked.creates("loginPolicies") || asked.creates("tokenPolicies");
            if is_policy && answer.is_success() {
                answer.status = StatusCode::OK;
            }
        }),
    ),
    of(
        "policies-are-made-with-202",
        "The creation of a policy answers 202",
        Act::Answer(|_, asked, answer| {
            let is_policy = asked.creates("loginPolicies") || asked.creates("tokenPolicies");
            if is_policy && answer.is_success() {
                answer.status = StatusCode::ACCEPTED;
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "replacement",
        title,
        act,
    }
}

/// Returns whether a request puts something in the place of a client or a policy.
fn modifies(asked: &Asked) -> bool {
    asked.is(&Method::PUT, "config/*/*")
}

/// Leaves an answer nothing to say.
fn nothing(answer: &mut Answer) {
    answer.status = StatusCode::NO_CONTENT;
    for name in [CONTENT_TYPE, HeaderName::from_static("content-length")] {
        answer.headers.remove(name);
    }
    answer.set_body("");
}
