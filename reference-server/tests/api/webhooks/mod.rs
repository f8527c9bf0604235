//! `/{customerId}/webhooks/...`.

mod access;
mod crowd;
mod delivery;
mod events;
mod exports;
mod late;
pub(crate) mod listener;
mod queue;
mod stop;
mod subscriptions;
mod test;
mod tls;

use std::time::Duration;

use reference_server::Id;
use reference_server::settings::{Settings, Webhooks};
use serde_json::{Value, json};

use crate::caller::{Answer, Asks, CUSTOMER, Caller, Server, text};
use listener::Listener;

pub(crate) const SUBSCRIPTIONS: &str = "webhooks/subscriptions";

/// A server that reaches listeners of this machine as well.
pub(crate) fn local() -> Server {
    Server::with(Settings {
        webhooks: Webhooks {
            allow_local_listeners: true,
            ..Webhooks::default()
        },
        ..Settings::default()
    })
}

/// A subscription to everything, with a listener of this machine that nobody asks.
pub(crate) fn subscription(title: &str) -> Value {
    json!({
        "title": title,
        "endpoint": "https://127.0.0.1:9/hook",
        "events": ["entityCreated", "entityUpdated", "entityDeleted"],
    })
}

/// Makes a subscription, and returns its path.
pub(crate) async fn subscribed(owner: &Caller<'_>, title: &str) -> String {
    let made = owner.post(SUBSCRIPTIONS, subscription(title)).await;
    format!("{SUBSCRIPTIONS}/{}", text(&made.success()["id"]))
}

/// Sends a merge patch.
pub(crate) async fn patch(caller: &Caller<'_>, path: &str, body: Value) -> Answer {
    let kind = "application/merge-patch+json";
    caller.raw("PATCH", path, kind, body.to_string()).await
}

/// Makes a subscription to everything, and returns its path.
pub(crate) async fn listening(owner: &Caller<'_>, title: &str, listener: &Listener) -> String {
    let mut body = subscription(title);
    body["endpoint"] = json!(listener.url);
    let made = owner.post(SUBSCRIPTIONS, body).await;
    format!("{SUBSCRIPTIONS}/{}", text(&made.success()["id"]))
}

/// Adds a user as the control API does, and returns the id.
pub(crate) fn add_user(server: &Server, email: &str) -> String {
    let mut user = fixtures::seed::demo().users.swap_remove(0);
    user.uuid = None;
    email.clone_into(&mut user.email);
    let customer = Id::parse(CUSTOMER).expect("an id");
    let added = server.app.add_user(customer, &user);
    added.expect("there is room").to_string()
}

/// Returns the last event of a subscription, which has one.
pub(crate) async fn only_event(owner: &Caller<'_>, path: &str) -> Value {
    let mut list = owner.get(&format!("{path}/events")).await.success();
    let events = list["_embedded"]["events"].as_array_mut().expect("a list");
    events.pop().expect("an event")
}

/// Waits until the last event of a subscription has come to a state, and returns it.
pub(crate) async fn until(owner: &Caller<'_>, path: &str, state: &str) -> Value {
    let there = async {
        loop {
            let event = only_event(owner, path).await;
            if event["state"] == state {
                return event;
            }
            tokio::task::yield_now().await;
        }
    };
    let there = tokio::time::timeout(Duration::from_secs(20), there).await;
    there.unwrap_or_else(|_| panic!("no event of {path} comes to `{state}`"))
}
