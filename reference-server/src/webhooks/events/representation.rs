//! How an event is shown.

use serde_json::{Map, Value, json};

use crate::deliveries::sent_headers;
use crate::ids::Id;
use crate::store::{Event, Step};
use crate::webhooks::subscriptions;

/// Shows an event with what is sent of it.
pub(super) fn event(customer: Id, subscription: Id, event: &Event, token: &str) -> Value {
    let own = path(customer, subscription, event.id);
    let headers: Map<String, Value> = sent_headers(&event.endpoint, token)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let mut shown = json!({
        "id": event.id,
        "createdAt": event.created_at.to_micros(),
        "updatedAt": event.updated_at.to_micros(),
        "state": event.state.name(),
        "attempts": event.attempts,
        "request": { "endpoint": event.endpoint, "headers": headers, "payload": token },
        "_links": {
            "self": { "href": own },
            "redeliver": { "href": format!("{own}/redeliver") },
            "history": { "href": format!("{own}/history") },
        },
    });
    if let Some(reply) = &event.reply {
        let headers: Map<String, Value> = reply
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        shown["response"] = json!({ "statusCode": reply.status, "headers": headers });
    }
    shown
}

/// Shows a state that an event came to.
pub(super) fn step(step: &Step) -> Value {
    let mut shown = json!({
        "state": step.state.name(),
        "createdAt": step.at.to_micros(),
        "attempts": step.attempts,
    });
    if let Some(status) = step.status {
        shown["response"] = json!({ "statusCode": status });
    }
    if let Some(reason) = step.reason {
        shown["reason"] = reason.into();
    }
    shown
}

pub(super) fn path(customer: Id, subscription: Id, event: Id) -> String {
    let subscription = subscriptions::path(customer, subscription);
    format!("{subscription}/events/{event}")
}
