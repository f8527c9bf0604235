//! `/{customerId}/webhooks/subscriptions/{id}/exports` and its alias, and `.../summary`.

use std::time::Duration;

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use reference_server::router;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{add_user, local, patch, subscribed};
use crate::caller::{Asks, CUSTOMER, Caller, NOBODY, Server, text};

/// A subscription with so many failed events.
async fn failed(server: &Server, owner: &Caller<'_>, count: usize) -> String {
    let path = subscribed(owner, "CRM").await;
    patch(owner, &path, json!({ "enabled": false }))
        .await
        .success();
    for number in 0..count {
        add_user(server, &format!("{number}@example.com"));
    }
    path
}

async fn file(server: &Server, path: &str) -> Vec<Value> {
    let token = server.configuration_client().token("*:**").await;
    let request = Request::get(format!("/{CUSTOMER}/{path}/download"))
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .expect("a request");
    let response = router(server.app.clone())
        .oneshot(request)
        .await
        .expect("infallible");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/x-ndjson");
    let bytes = response
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[tokio::test]
async fn failed_events_are_exported_once() {
    let server = local();
    let owner = server.owner().await;
    let path = failed(&server, &owner, 3).await;
    let exports = format!("{path}/exports");
    let (status, job) = owner.send("POST", &exports).await.whole();
    assert_eq!((status, &job["state"]), (202, &json!("processing")));
    let id = text(&job["id"]).to_owned();
    let one = format!("{exports}/{id}");
    let links = json!({ "self": { "href": format!("/{CUSTOMER}/{one}") }, "exports": { "href": format!("/{CUSTOMER}/{exports}") } });
    assert_eq!(job["_links"], links);
    owner
        .send("POST", &exports)
        .await
        .refused(409, "Too many active exports");
    let early = owner.get(&format!("{one}/download")).await;
    early.refused(409, "there is no file of this export");
    assert_eq!(owner.get(&one).await.success(), job);
    server.app.clock().advance(Duration::from_secs(5));
    let done = owner.get(&one).await.success();
    assert_eq!(done["state"], "completed");
    assert_eq!(done["updatedAt"], "2026-01-01T00:00:05.000000Z");
    let link = format!("/{CUSTOMER}/{one}/download");
    assert_eq!(done["_links"]["download"]["href"], link);
    let lines = file(&server, &one).await;
    let list = owner.get(&format!("{path}/events")).await.success();
    assert_eq!(json!(lines), list["_embedded"]["events"]);
    let alias = format!("{path}/events/exports");
    assert_eq!(
        file(&server, &format!("{alias}/{id}")).await,
        lines,
        "as often as wanted"
    );
    let summary = owner.get(&format!("{path}/summary")).await.success();
    assert_eq!(
        (&summary["failed"], &summary["exportable"]),
        (&json!(3), &json!(0))
    );

    owner.send("POST", &alias).await.success();
    server.app.clock().advance(Duration::from_secs(5));
    let list = owner.get(&alias).await.success();
    assert_eq!(
        (&list["total"], &list["_embedded"]["exports"][0]),
        (&json!(2), &done)
    );
    let second = text(&list["_embedded"]["exports"][1]["id"]);
    assert_eq!(
        file(&server, &format!("{exports}/{second}")).await,
        [Value::Null; 0]
    );
    let over = owner.delete(&one).await;
    over.refused(409, "the export is over");
    server.app.clock().advance(Duration::from_secs(7 * 86_400));
    let owner = server.owner().await;
    assert_eq!(owner.get(&exports).await.success()["total"], 0);
    owner
        .get(&format!("{exports}/{NOBODY}"))
        .await
        .refused(404, "Not Found");
}

#[tokio::test]
async fn what_is_cancelled_exports_nothing() {
    let server = local();
    let owner = server.owner().await;
    let path = failed(&server, &owner, 2).await;
    let exports = format!("{path}/exports");
    let job = owner.send("POST", &exports).await.success();
    let one = format!("{exports}/{}", text(&job["id"]));
    let (status, cancelled) = owner.delete(&one).await.whole();
    assert_eq!((status, &cancelled["state"]), (200, &json!("canceled")));
    server.app.clock().advance(Duration::from_secs(60));
    assert_eq!(owner.get(&one).await.success()["state"], "canceled");
    let none = owner.get(&format!("{one}/download")).await;
    none.refused(409, "there is no file of this export");
    let job = owner.send("POST", &exports).await.success();
    server.app.clock().advance(Duration::from_secs(5));
    let other = format!("{exports}/{}", text(&job["id"]));
    assert_eq!(file(&server, &other).await.len(), 2);
}

#[tokio::test]
async fn a_summary_stays_for_a_day() {
    let server = local();
    let owner = server.owner().await;
    let path = failed(&server, &owner, 2).await;
    let summary = format!("{path}/summary");
    let first = owner.get(&summary).await.success();
    assert_eq!(
        first,
        json!({
            "updatedAt": "2026-01-01T00:00:00.000000Z", "total": 2, "succeeded": 0, "retrying": 0, "failed": 2,
            "exportable": 2, "queued": 0, "overflowed": 0,
        })
    );
    add_user(&server, "later@example.com");
    server.app.clock().advance(Duration::from_secs(86_399));
    let owner = server.owner().await;
    assert_eq!(owner.get(&summary).await.success(), first);
    server.app.clock().advance(Duration::from_secs(1));
    let second = owner.get(&summary).await.success();
    assert_eq!(
        (&second["total"], &second["updatedAt"]),
        (&json!(3), &json!("2026-01-02T00:00:00.000000Z"))
    );
}
