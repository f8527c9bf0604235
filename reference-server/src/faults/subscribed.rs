//! Subscriptions of webhooks as faults see them.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode};
use serde_json::{Map, Value};

use super::answer::Answer;
use super::asked::Asked;

/// The collection.
pub(super) const COLLECTION: &str = "webhooks/subscriptions";

/// One of it.
pub(super) const ITEM: &str = "webhooks/subscriptions/*";

pub(super) fn creates(asked: &Asked) -> bool {
    asked.is(&Method::POST, COLLECTION)
}

pub(super) fn lists(asked: &Asked) -> bool {
    asked.is(&Method::GET, COLLECTION)
}

pub(super) fn modifies(asked: &Asked) -> bool {
    asked.is(&Method::PATCH, ITEM)
}

pub(super) fn writes(asked: &Asked) -> bool {
    creates(asked) || modifies(asked)
}

/// Returns whether a request is about subscriptions, and not about what they captured.
pub(super) fn is_about(asked: &Asked) -> bool {
    asked.is_on(COLLECTION) || asked.is_on(ITEM)
}

/// Changes every subscription that an answer shows.
pub(super) fn each(asked: &Asked, answer: &mut Answer, edit: impl Fn(&mut Map<String, Value>)) {
    if !is_about(asked) || !answer.is_success() {
        return;
    }
    answer.edit(|body| {
        let items = body.pointer_mut("/_embedded/subscriptions");
        match items.and_then(Value::as_array_mut) {
            Some(items) => {
                for item in items.iter_mut().filter_map(Value::as_object_mut) {
                    edit(item);
                }
            }
            None => {
                if let Value::Object(shown) = body {
                    edit(shown);
                }
            }
        }
    });
}

/// Changes the items of the list, and counts them again.
pub(super) fn edit_list(asked: &Asked, answer: &mut Answer, edit: impl FnOnce(&mut Vec<Value>)) {
    if !lists(asked) || !answer.is_success() {
        return;
    }
    answer.edit(|list| {
        let items = list.pointer_mut("/_embedded/subscriptions");
        if let Some(items) = items.and_then(Value::as_array_mut) {
            edit(items);
            list["total"] = items.len().into();
        }
    });
}

/// Changes the members that a creation or a PATCH sends.
pub(super) fn edit_sent(asked: &mut Asked, edit: impl FnOnce(&mut Map<String, Value>)) {
    if writes(asked) {
        asked.edit_members(edit);
    }
}

/// Returns a status in the place of a refusal with 400.
pub(super) fn instead_of_400(asked: &Asked, answer: &mut Answer, status: StatusCode) {
    if writes(asked) && answer.status == StatusCode::BAD_REQUEST {
        answer.status = status;
    }
}

/// Sends the body as a merge patch, whatever it was sent as.
pub(super) fn as_merge_patch(asked: &mut Asked) {
    let media_type = HeaderValue::from_static("application/merge-patch+json");
    asked.headers.insert(CONTENT_TYPE, media_type);
}
