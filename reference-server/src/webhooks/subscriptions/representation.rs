//! How a subscription is shown.

use serde_json::{Value, json};

use crate::ids::Id;
use crate::store::{EventType, Subscription, Terms};

/// Returns the path of a subscription.
pub(in crate::webhooks) fn path(customer: Id, subscription: Id) -> String {
    format!("/{customer}/webhooks/subscriptions/{subscription}")
}

/// Shows a subscription; a filter only if there is one.
pub(super) fn shown(customer: Id, subscription: &Subscription) -> Value {
    let own = path(customer, subscription.id);
    let mut shown = chosen(&subscription.terms);
    shown["id"] = json!(subscription.id);
    shown["customerId"] = json!(customer);
    shown["createdAt"] = json!(subscription.created_at.to_micros());
    shown["updatedAt"] = json!(subscription.updated_at.to_micros());
    shown["_links"] = json!({
        "self": { "href": own },
        "events": { "href": format!("{own}/events") },
    });
    shown
}

/// Shows what can be chosen: what a patch applies to.
pub(super) fn chosen(terms: &Terms) -> Value {
    let events: Vec<_> = terms.events.iter().copied().map(EventType::name).collect();
    let mut chosen = json!({
        "title": terms.title,
        "endpoint": terms.endpoint,
        "events": events,
        "enabled": terms.enabled,
    });
    if let Some(filter) = &terms.filter {
        chosen["filter"] = filter.schema().clone();
    }
    chosen
}
