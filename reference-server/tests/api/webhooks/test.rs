//! `/{customerId}/webhooks/subscriptions/{id}/test`.

use serde_json::json;

use super::listener::Listener;
use super::{SUBSCRIPTIONS, listening, local, patch, until};
use crate::caller::{Asks, NOBODY, text};

#[tokio::test]
async fn a_test_goes_the_way_of_all_events() {
    let server = local();
    let owner = server.owner().await;
    let listener = Listener::start(&[]).await;
    let path = listening(&owner, "CRM", &listener).await;
    patch(&owner, &path, json!({ "events": [] }))
        .await
        .success();
    let (status, shown) = owner.send("POST", &format!("{path}/test")).await.whole();
    assert_eq!(status, 202, "{shown}");
    let claims = listener.received(1).await[0].part(1);
    assert_eq!(claims["events"], json!({ "test": { "id": shown["id"] } }));
    let mut names: Vec<_> = claims.as_object().expect("an object").keys().collect();
    names.sort_unstable();
    assert_eq!(names, ["aud", "events", "iat", "iss", "jti", "toe"]);
    assert_eq!(until(&owner, &path, "success").await["id"], shown["id"]);

    let filter = json!({ "properties": { "test": false } });
    patch(&owner, &path, json!({ "filter": filter }))
        .await
        .success();
    let (status, body) = owner.send("POST", &format!("{path}/test")).await.whole();
    assert_eq!((status, body), (202, json!(null)));
    let list = owner.get(&format!("{path}/events")).await.success();
    assert_eq!(list["total"], 1, "what a filter keeps out is not recorded");
    let unknown = format!("{SUBSCRIPTIONS}/{NOBODY}/test");
    owner.send("POST", &unknown).await.refused(404, "Not Found");
    assert_eq!(text(&shown["request"]["endpoint"]), listener.url);
}
