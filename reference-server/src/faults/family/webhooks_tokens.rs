//! Faults of the tokens of notifications: their headers and claims.

use serde_json::{Map, Value, json};

use crate::faults::fault::{Act, Fault};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "event-tokens-are-jwts",
        "`typ` of a security event token is `JWT`",
        Act::EventToken(|_, header, _| set(header, "typ", "JWT")),
    ),
    of(
        "event-tokens-name-no-keys",
        "`jku` of a security event token is that of nobody",
        Act::EventToken(|_, header, _| set(header, "jku", "https://example.com/keys")),
    ),
    of(
        "event-tokens-are-of-the-login",
        "The issuer of a security event token is that of ID tokens",
        Act::EventToken(|_, _, claims| {
            let issuer = claims["iss"].as_str().unwrap_or_default();
            let issuer = issuer.replace("/webhooks", "/login");
            set(claims, "iss", issuer);
        }),
    ),
    of(
        "event-tokens-are-issued-in-milliseconds",
        "`iat` of a security event token counts milliseconds",
        Act::EventToken(|_, _, claims| {
            let seconds = claims["iat"].as_i64().unwrap_or_default();
            set(claims, "iat", seconds * 1000);
        }),
    ),
    of(
        "events-happen-at-the-beginning-of-time",
        "`toe` of a security event token is zero",
        Act::EventToken(|_, _, claims| set(claims, "toe", 0)),
    ),
    of(
        "times-of-events-are-texts",
        "`toe` of a security event token is a text",
        Act::EventToken(|_, _, claims| {
            let time = claims["toe"].to_string();
            set(claims, "toe", time);
        }),
    ),
    of(
        "event-tokens-are-for-everybody",
        "`aud` of a security event token is the customer",
        Act::EventToken(|_, _, claims| {
            let issuer = claims["iss"].clone();
            set(claims, "aud", json!([issuer]));
        }),
    ),
    of(
        "audiences-are-objects",
        "`aud` of a security event token is an object",
        Act::EventToken(|_, _, claims| {
            let audience = claims["aud"].clone();
            set(claims, "aud", json!({ "endpoint": audience }));
        }),
    ),
    of(
        "notifications-share-an-id",
        "`jti` is the id of the event",
        Act::EventToken(|_, _, claims| {
            let mut id = Value::Null;
            edit_event(claims, |event| id = event["id"].clone());
            set(claims, "jti", id);
        }),
    ),
    of(
        "event-tokens-have-two-events",
        "A security event token has a second event",
        Act::EventToken(|_, _, claims| {
            events_mut(claims, |events| {
                events.insert("verification".to_owned(), json!({}));
            });
        }),
    ),
    of(
        "event-tokens-expire",
        "A security event token has an `exp`",
        Act::EventToken(|_, _, claims| {
            let end = claims["iat"].as_i64().unwrap_or_default() + 300;
            set(claims, "exp", end);
        }),
    ),
    of(
        "tests-are-transactions",
        "A test notification has a `txn`",
        Act::EventToken(|app, _, claims| {
            let transaction = app.ids().id().to_string();
            claims.entry("txn").or_insert(transaction.into());
        }),
    ),
    of(
        "transactions-are-counted",
        "`txn` is a number",
        Act::EventToken(|_, _, claims| set(claims, "txn", 1)),
    ),
    of(
        "entities-have-no-client",
        "An event does not say which client caused it",
        Act::EventToken(|_, _, claims| {
            edit_event(claims, |event| {
                event.remove("captureClientId");
            });
        }),
    ),
    of(
        "attributes-are-without-their-parents",
        "Changed attributes are listed by the last part of their paths",
        Act::EventToken(|_, _, claims| {
            edit_event(claims, |event| {
                if let Some(Value::Array(paths)) = event.get_mut("attributes") {
                    for path in paths {
                        let text = path.as_str().unwrap_or_default();
                        *path = text.rsplit('.').next().unwrap_or_default().into();
                    }
                }
            });
        }),
    ),
    of(
        "creations-are-updates",
        "A new user is told as updated",
        Act::EventToken(|_, _, claims| rename(claims, "entityCreated", "entityUpdated")),
    ),
    of(
        "updates-are-creations",
        "A changed user is told as created",
        Act::EventToken(|_, _, claims| rename(claims, "entityUpdated", "entityCreated")),
    ),
    of(
        "removals-are-updates",
        "A removed user is told as updated",
        Act::EventToken(|_, _, claims| rename(claims, "entityDeleted", "entityUpdated")),
    ),
    of(
        "events-have-other-ids-inside",
        "The id inside a token is another one than that of the event",
        Act::EventToken(|app, _, claims| {
            let id = app.ids().id().to_string();
            edit_event(claims, |event| set(event, "id", id));
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "webhooks_tokens",
        title,
        act,
    }
}

fn set(members: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    members.insert(name.to_owned(), value.into());
}

fn events_mut(claims: &mut Map<String, Value>, edit: impl FnOnce(&mut Map<String, Value>)) {
    if let Some(Value::Object(events)) = claims.get_mut("events") {
        edit(events);
    }
}

fn edit_event(claims: &mut Map<String, Value>, edit: impl FnOnce(&mut Map<String, Value>)) {
    events_mut(claims, |events| {
        if let Some(Value::Object(event)) = events.values_mut().next() {
            edit(event);
        }
    });
}

fn rename(claims: &mut Map<String, Value>, from: &str, to: &str) {
    events_mut(claims, |events| {
        if let Some(event) = events.remove(from) {
            events.insert(to.to_owned(), event);
        }
    });
}
