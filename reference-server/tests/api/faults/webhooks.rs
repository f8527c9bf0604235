//! Subscriptions, tokens and events that are wrong on purpose.

use http::Method;
use serde_json::{Value, json};

use super::{sound_and, turn_on};
use crate::caller::{Asks, Server, text};
use crate::webhooks::{
    SUBSCRIPTIONS, listener::Listener, listening, local, patch, subscribed, until,
};

/// Two servers that reach listeners of this machine, one of them with the fault.
fn local_and(fault: &str) -> [Server; 2] {
    let servers = [local(), local()];
    turn_on(&servers[1], fault);
    servers
}

#[tokio::test]
async fn a_patch_takes_out_what_it_does_not_mention() {
    let mut events = Vec::new();
    for server in local_and("patches-replace") {
        let owner = server.owner().await;
        let path = subscribed(&owner, "CRM").await;
        let changed = patch(&owner, &path, json!({ "title": "Orders" })).await;
        events.push(changed.success()["events"].as_array().map(Vec::len));
    }
    assert_eq!(events, [Some(3), Some(0)]);
}

#[tokio::test]
async fn a_scope_on_subscriptions_opens_their_events() {
    let mut statuses = Vec::new();
    for server in local_and("subscriptions-open-their-events") {
        let owner = server.owner().await;
        let path = subscribed(&owner, "CRM").await;
        let support = server.scoped(&["*:webhooks/subscriptions"]).await;
        let answer = support.get(&format!("{path}/events")).await;
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses, [403, 200]);
}

#[tokio::test]
async fn a_call_without_a_token_is_refused_in_other_words() {
    let mut texts = Vec::new();
    let fault = "webhooks-without-a-token-are-unauthorized-in-other-words";
    for server in sound_and(fault) {
        let (status, body) = server.anybody().get(SUBSCRIPTIONS).await.whole();
        assert_eq!(status, 401);
        texts.push(text(&body["errors"]).to_owned());
    }
    let documented = "Unable to access TBA endpoints without token!";
    assert_eq!(texts, [documented, "Unauthorized"]);
}

/// The state that the event of a test notification comes to, and how it arrived.
async fn told(server: &Server, answer: u16, state: &str) -> (Method, Value) {
    let owner = server.owner().await;
    let listener = Listener::start(&[answer]).await;
    let path = listening(&owner, "CRM", &listener).await;
    owner.send("POST", &format!("{path}/test")).await;
    until(&owner, &path, state).await;
    let delivery = listener.received(1).await.swap_remove(0);
    let claims = delivery.part(1);
    (delivery.method, claims)
}

#[tokio::test]
async fn a_token_says_something_else_and_is_signed_all_the_same() {
    let [sound, faulty] = local_and("event-tokens-expire");
    let (_, claims) = told(&sound, 204, "success").await;
    assert!(claims.get("exp").is_none(), "{claims}");
    let (_, claims) = told(&faulty, 204, "success").await;
    assert!(claims["exp"].is_number(), "{claims}");
}

#[tokio::test]
async fn a_notification_is_sent_in_another_way() {
    let [sound, faulty] = local_and("notifications-are-put");
    assert_eq!(told(&sound, 204, "success").await.0, Method::POST);
    assert_eq!(told(&faulty, 204, "success").await.0, Method::PUT);
}

#[tokio::test]
async fn an_outcome_is_taken_for_another_one() {
    let [sound, faulty] = local_and("errors-are-final");
    told(&sound, 500, "awaiting-retry").await;
    told(&faulty, 500, "failure").await;
}
