//! A listener that takes less than there is to tell.

use reference_server::settings::{Settings, Webhooks};

use super::listener::Listener;
use super::{add_user, listening, until};
use crate::caller::{Asks, Server, text};

#[tokio::test]
async fn what_finds_no_place_in_the_queue_shows_in_the_summary_and_can_be_sent_later() {
    let server = Server::with(Settings {
        webhooks: Webhooks {
            allow_local_listeners: true,
            queue: 3,
            deliveries: 1,
            ..Webhooks::default()
        },
        ..Settings::default()
    });
    let owner = server.owner().await;
    let listener = Listener::start(&[1]).await;
    let path = listening(&owner, "Slow", &listener).await;
    for number in 0..5 {
        add_user(&server, &format!("{number}@example.com"));
    }
    let summary = owner.get(&format!("{path}/summary")).await.success();
    for (member, count) in [
        ("queued", 3),
        ("overflowed", 2),
        ("failed", 2),
        ("retrying", 3),
    ] {
        assert_eq!(summary[member], count, "{member}");
    }
    // Nothing that has a place is lost, and what has none is still there to be asked for.
    listener.release();
    listener.received(3).await;
    let list = owner.get(&format!("{path}/events")).await.success();
    let last = &list["_embedded"]["events"][4];
    assert_eq!(last["state"], "failure");
    let again = format!("{path}/events/{}/redeliver", text(&last["id"]));
    owner.send("POST", &again).await.success();
    let received = listener.received(4).await;
    let told = &received[3].part(1)["events"]["entityCreated"]["id"];
    assert_eq!(*told, last["id"]);
    until(&owner, &path, "success").await;
    assert_eq!(server.app.undelivered(), 0);
}
