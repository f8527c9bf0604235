//! How long a listener may hold its answer.

use std::time::Duration;

use super::listener::Listener;
use super::{add_user, listening, local, only_event, until};
use crate::caller::{Asks, text};

#[tokio::test]
async fn a_listener_has_ten_seconds_by_the_clock_of_the_server() {
    let server = local();
    let owner = server.owner().await;
    let listener = Listener::start(&[0, 200]).await;
    let path = listening(&owner, "CRM", &listener).await;
    add_user(&server, "noor@example.com");
    listener.received(1).await;
    let clock = server.app.clock();
    clock.advance(Duration::from_millis(9_999));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(only_event(&owner, &path).await["state"], "executing");
    clock.advance(Duration::from_millis(1));
    let event = until(&owner, &path, "awaiting-retry").await;
    let history = format!("{path}/events/{}/history", text(&event["id"]));
    let history = owner.get(&history).await.success();
    let last = &history["_embedded"]["history"][2];
    assert_eq!(last["reason"], "the listener did not answer in time");
    clock.advance(Duration::from_secs(3));
    listener.received(2).await;
    until(&owner, &path, "success").await;
}
