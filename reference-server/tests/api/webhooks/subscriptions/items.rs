//! GET and DELETE of one.

use super::super::{SUBSCRIPTIONS, local, subscribed};
use crate::caller::{Asks, NOBODY};

#[tokio::test]
async fn what_is_deleted_is_gone() {
    let server = local();
    let owner = server.owner().await;
    let hash = server.app.state_hash();
    let (one, other) = (
        subscribed(&owner, "One").await,
        subscribed(&owner, "Other").await,
    );
    assert_ne!(
        server.app.state_hash(),
        hash,
        "subscriptions are configuration"
    );
    let (status, body) = owner.delete(&one).await.whole();
    assert_eq!((status, body.is_null()), (204, true));
    owner.get(&one).await.refused(404, "Not Found");
    owner.delete(&one).await.refused(404, "Not Found");
    owner.get(&other).await.success();
    subscribed(&owner, "One").await;
    for id in [NOBODY, "x", "ABCDEF00-0000-4000-8000-000000000000"] {
        let path = format!("{SUBSCRIPTIONS}/{id}");
        owner.get(&path).await.refused(404, "Not Found");
    }
}

#[tokio::test]
async fn a_snapshot_has_them_and_a_reset_does_not() {
    let server = local();
    let owner = server.owner().await;
    let path = subscribed(&owner, "CRM").await;
    let (snapshot, hash) = (server.app.snapshot(), server.app.state_hash());
    owner.delete(&path).await.success();
    server.app.restore(&snapshot);
    assert_eq!(server.app.state_hash(), hash);
    owner.get(&path).await.success();
    server.app.reset();
    let owner = server.owner().await;
    assert_eq!(owner.get(SUBSCRIPTIONS).await.success()["total"], 0);
}
