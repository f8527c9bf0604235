//! Many events and three listeners: a fast one, one that is slow at first, and one that fails at first.

use std::collections::BTreeMap;
use std::time::Duration;

use reference_server::settings::{Settings, Webhooks};

use super::listener::{Delivery, Listener};
use super::{add_user, listening};
use crate::caller::{Asks, Caller, Server, text};

const USERS: usize = 120;

/// Waits until every event of a subscription has been tried.
async fn tried(owner: &Caller<'_>, path: &str) {
    let all = async {
        loop {
            let list = owner.get(&format!("{path}/events")).await.success();
            let events = list["_embedded"]["events"].as_array().expect("a list");
            let is_tried = |state: &str| !matches!(state, "awaiting-executing" | "executing");
            if events.iter().all(|event| is_tried(text(&event["state"]))) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let all = tokio::time::timeout(Duration::from_secs(60), all).await;
    assert!(all.is_ok(), "not every event of {path} is tried");
}

/// Returns how many notifications arrived how often.
fn times(deliveries: &[Delivery]) -> BTreeMap<usize, usize> {
    let mut by_notification = BTreeMap::<String, Vec<&str>>::new();
    for delivery in deliveries {
        let id = text(&delivery.part(1)["jti"]).to_owned();
        by_notification.entry(id).or_default().push(&delivery.body);
    }
    let mut times = BTreeMap::new();
    for bodies in by_notification.values() {
        assert!(
            bodies.iter().all(|body| body == &bodies[0]),
            "the same token"
        );
        *times.entry(bodies.len()).or_default() += 1;
    }
    times
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_beyond_the_timetable() {
    let server = Server::with(Settings {
        webhooks: Webhooks {
            allow_local_listeners: true,
            listener: Duration::from_millis(500),
            ..Webhooks::default()
        },
        ..Settings::default()
    });
    let owner = server.owner().await;
    let fast = Listener::start(&[]).await;
    let slow = Listener::start(&[0; 8]).await;
    let failing = Listener::start(&[500; USERS]).await;
    let mut paths = Vec::new();
    for (title, listener) in [("Fast", &fast), ("Slow", &slow), ("Failing", &failing)] {
        paths.push(listening(&owner, title, listener).await);
    }
    for number in 0..USERS {
        add_user(&server, &format!("{number}@example.com"));
    }
    for path in &paths {
        tried(&owner, path).await;
    }
    assert_eq!(
        times(&fast.received(USERS).await),
        BTreeMap::from([(1, USERS)])
    );
    // More than those that the listener kept waiting may have run out of time on a machine that is busy.
    let waiting = server.app.undelivered();
    assert!(waiting >= USERS + 8, "{waiting}");
    server.app.clock().advance(Duration::from_secs(3));
    for path in &paths {
        tried(&owner, path).await;
    }
    let failed = times(&failing.received(2 * USERS).await);
    assert_eq!(failed.get(&2), Some(&USERS), "{failed:?}");
    let kept_waiting = times(&slow.received(USERS + 8).await);
    assert_eq!(kept_waiting.values().sum::<usize>(), USERS);
    assert!(kept_waiting.get(&2) >= Some(&8), "{kept_waiting:?}");
    assert!(kept_waiting.keys().all(|times| *times <= 2));
    assert_eq!(fast.count(), USERS);
    assert_eq!(server.app.undelivered(), 0);
}
