//! PATCH.

use std::time::Duration;

use serde_json::json;

use super::super::{local, patch, subscribed};
use crate::caller::{Asks, NOBODY, Server, text};

#[tokio::test]
async fn only_what_is_mentioned_changes() {
    let server = local();
    let owner = server.owner().await;
    let path = subscribed(&owner, "CRM").await;
    let mut before = owner.get(&path).await.success();
    server.app.clock().advance(Duration::from_millis(1500));
    let filter = json!({ "properties": { "entityCreated": false }, "maxItems": 1 });
    for (change, member) in [
        (json!({ "enabled": false }), "enabled"),
        (json!({ "title": "Other" }), "title"),
        (json!({ "events": [] }), "events"),
        (json!({ "endpoint": "http://127.0.0.1:9/x" }), "endpoint"),
        (json!({ "filter": filter }), "filter"),
    ] {
        let (status, shown) = patch(&owner, &path, change.clone()).await.whole();
        assert_eq!(status, 200, "{shown}");
        before[member] = change[member].clone();
        before["updatedAt"] = json!("2026-01-01T00:00:01.500000Z");
        assert_eq!(shown, before);
        assert_eq!(owner.get(&path).await.success(), before);
    }
    // RFC 7396 merges objects within objects.
    let merged = json!({ "filter": { "maxItems": null, "minItems": 1 } });
    let shown = patch(&owner, &path, merged).await.success();
    let filter = json!({ "properties": { "entityCreated": false }, "minItems": 1 });
    assert_eq!(shown["filter"], filter);
    let shown = patch(&owner, &path, json!({ "filter": null }))
        .await
        .success();
    assert_eq!(shown.get("filter"), None);
    let shown = patch(&owner, &path, json!({ "enabled": null }))
        .await
        .success();
    assert_eq!(shown["enabled"], true, "the default");
    patch(&owner, &path, json!({})).await.success();
}

#[tokio::test]
async fn what_breaks_a_rule_changes_nothing() {
    let server = local();
    let owner = server.owner().await;
    subscribed(&owner, "Other").await;
    let path = subscribed(&owner, "CRM").await;
    let before = owner.get(&path).await.success();
    for change in [
        json!({ "title": "x" }),
        json!({ "title": null }),
        json!({ "endpoint": null }),
        json!({ "events": null }),
        json!({ "events": ["other"] }),
        json!({ "filter": { "$ref": "#" } }),
        json!({ "filter": [] }),
        json!({ "enabled": false, "id": NOBODY }),
        json!({ "enabled": false, "customerId": NOBODY }),
        json!({ "createdAt": null }),
        json!({ "_links": {} }),
        json!({ "colour": "red" }),
        json!([]),
        json!(null),
        json!("enabled"),
    ] {
        let (status, said) = patch(&owner, &path, change.clone()).await.whole();
        assert_eq!(status, 400, "{change}: {said}");
    }
    let clash = patch(&owner, &path, json!({ "title": "Other" })).await;
    clash.refused(409, "another subscription has this title");
    assert_eq!(owner.get(&path).await.success(), before);
    patch(&owner, &path, json!({ "title": "CRM" }))
        .await
        .success();
}

#[tokio::test]
async fn a_patch_is_sent_as_one() {
    for (server, status) in [
        (local(), 415),
        (Server::reading(&["patch-media-type=400"]), 400),
    ] {
        server
            .app
            .hosts()
            .set("a.example", ["1.1.1.1".parse().expect("an address")]);
        let owner = server.owner().await;
        let body = json!({ "title": "CRM", "endpoint": "https://a.example/", "events": [] });
        let made = owner
            .post(super::super::SUBSCRIPTIONS, body)
            .await
            .success();
        let path = format!("webhooks/subscriptions/{}", text(&made["id"]));
        let answer = owner
            .json("PATCH", &path, json!({ "enabled": false }))
            .await;
        answer.refused(
            status,
            "the content type must be application/merge-patch+json",
        );
        let missing = format!("webhooks/subscriptions/{NOBODY}");
        let answer = owner.json("PATCH", &missing, json!({})).await;
        answer.refused(404, "Not Found");
    }
}
