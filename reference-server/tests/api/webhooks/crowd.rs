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
            // A look takes longer than many tries.
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
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
            // A machine that has much to do is no reason to try again.
            listener: Duration::from_secs(600),
            deliveries: 3,
            ..Webhooks::default()
        },
        ..Settings::default()
    });
    let owner = server.owner().await;
    let fast = Listener::start(&[]).await;
    let slow = Listener::start(&[1; USERS]).await;
    let failing = Listener::start(&[500; USERS]).await;
    let to_fast = listening(&owner, "Fast", &fast).await;
    let to_slow = listening(&owner, "Slow", &slow).await;
    let to_failing = listening(&owner, "Failing", &failing).await;
    for number in 0..USERS {
        add_user(&server, &format!("{number}@example.com"));
    }
    for path in [&to_fast, &to_failing] {
        tried(&owner, path).await;
    }
    slow.received(3).await;
    assert_eq!(fast.count(), USERS, "the slow one delays nobody else");
    assert_eq!(slow.count(), 3, "as many at the same time as there may be");
    assert_eq!(server.app.undelivered(), 2 * USERS);
    slow.release();
    server.app.clock().advance(Duration::from_secs(3));
    for path in [&to_slow, &to_failing] {
        tried(&owner, path).await;
    }
    let once = BTreeMap::from([(1, USERS)]);
    assert_eq!(times(&fast.received(USERS).await), once);
    assert_eq!(times(&slow.received(USERS).await), once);
    let twice = BTreeMap::from([(2, USERS)]);
    assert_eq!(times(&failing.received(2 * USERS).await), twice);
    assert_eq!(server.app.undelivered(), 0);
}
