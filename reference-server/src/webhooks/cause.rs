//! What happens to users, as subscriptions are told of it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::app::App;
use crate::faults::outgoing;
use crate::ids::Id;
use crate::store::{Customer, EventType, LoginPolicy, User};

/// Something that happened to a user.
pub(crate) struct Cause<'a> {
    kind: EventType,
    user: Id,
    attributes: Option<Vec<String>>,
    /// The policy of whoever signs in there; without, the customer's first.
    policy: Option<&'a LoginPolicy>,
}

impl<'a> Cause<'a> {
    /// A record was made.
    pub(crate) fn created(user: &User) -> Self {
        Self::of(EventType::Created, user.id)
    }

    /// A record was changed; `None` if both are the same.
    pub(crate) fn updated(before: &User, after: &User) -> Option<Self> {
        let attributes = changed(&before.attributes, &after.attributes);
        (!attributes.is_empty()).then(|| Self {
            attributes: Some(attributes),
            ..Self::of(EventType::Updated, after.id)
        })
    }

    /// A record was removed.
    pub(crate) fn deleted(user: Id) -> Self {
        Self::of(EventType::Deleted, user)
    }

    fn of(kind: EventType, user: Id) -> Self {
        Self {
            kind,
            user,
            attributes: None,
            policy: None,
        }
    }

    /// Says by which policy's store it was.
    pub(crate) fn by(self, policy: Option<&'a LoginPolicy>) -> Self {
        Self { policy, ..self }
    }

    /// Returns what the claim says beside the id of the event: names of attributes, never values.
    fn about(&self, customer: &Customer) -> Map<String, Value> {
        let first = match self.policy {
            Some(_) => None,
            None => customer.list::<LoginPolicy>().into_iter().next(),
        };
        let store = self
            .policy
            .or(first.as_deref())
            .map(|policy| &policy.identity_store);
        let mut about = Map::new();
        let mut say = |name: &str, value: Value| about.insert(name.to_owned(), value);
        if let Some(attributes) = &self.attributes {
            say("attributes", json!(attributes));
        }
        if let Some(store) = store {
            let details = &store.connection_details;
            say("captureApplicationId", json!(details.application_id));
            say("captureClientId", json!(details.client_id));
            say("entityType", json!(details.entity_type));
            say("globalSub", json!(store.global_sub(self.user)));
        } else {
            // A customer without any policy has no store that has a name.
            say("captureApplicationId", json!(customer.id()));
            say("captureClientId", json!(customer.id()));
            say("entityType", json!("user"));
            say("globalSub", json!(self.user));
        }
        say("sub", json!(self.user));
        about
    }
}

impl App {
    /// Tells every subscription that wants to know.
    pub(crate) fn tell(&self, customer: &Customer, cause: &Cause<'_>) {
        let webhooks = customer.webhooks();
        if webhooks.is_empty() || outgoing::is_hushed(self) {
            return;
        }
        let about = cause.about(customer);
        let now = self.clock().now();
        let told = webhooks.record(cause.kind, &about, self.ids(), now);
        for subscription in told {
            self.deliver(customer, subscription);
        }
    }
}

/// Returns the paths of the attributes that differ, in the order of their names. When a record was changed is no attribute
/// of the person.
fn changed(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<String> {
    let mut paths = Vec::new();
    compare("", before, after, &mut paths);
    paths.retain(|path| path != User::UPDATED);
    paths
}

fn compare(
    parent: &str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    paths: &mut Vec<String>,
) {
    let none = Map::new();
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for name in names {
        let path = format!("{parent}{name}");
        match (before.get(name), after.get(name)) {
            (old, new) if old == new => {}
            (Some(Value::Object(old)), Some(Value::Object(new))) => {
                compare(&format!("{path}."), old, new, paths);
            }
            (Some(Value::Object(old)), None) if !old.is_empty() => {
                compare(&format!("{path}."), old, &none, paths);
            }
            (None, Some(Value::Object(new))) if !new.is_empty() => {
                compare(&format!("{path}."), &none, new, paths);
            }
            _ => paths.push(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(before: &Value, after: &Value) -> Vec<String> {
        let object = |value: &Value| value.as_object().cloned().expect("an object");
        changed(&object(before), &object(after))
    }

    #[test]
    fn attributes_that_differ_have_paths() {
        let before = json!({
            "email": "a", "givenName": "A", "lastUpdated": "1", "tags": ["x"],
            "primaryAddress": { "city": "Lund", "zip": "1" }, "old": { "a": { "b": 1 } },
        });
        let after = json!({
            "email": "a", "familyName": "B", "lastUpdated": "2", "tags": ["x", "y"],
            "primaryAddress": { "city": "Malm\u{f6}", "zip": "1" }, "new": { "c": null },
        });
        let expected = [
            "familyName",
            "givenName",
            "new.c",
            "old.a.b",
            "primaryAddress.city",
            "tags",
        ];
        assert_eq!(paths(&before, &after), expected);
        assert_eq!(
            paths(&json!({ "a": { "b": 1 } }), &json!({ "a": 1 })),
            ["a"]
        );
        assert_eq!(paths(&before, &before), [""; 0]);
        assert_eq!(paths(&json!({ "lastUpdated": "1" }), &json!({})), [""; 0]);
    }
}
