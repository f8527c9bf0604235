//! POST.

use reference_server::settings::{Settings, Webhooks};
use serde_json::{Value, json};

use super::super::{SUBSCRIPTIONS, local, subscription};
use crate::caller::{Asks, CUSTOMER, NOBODY, Server, text};

#[tokio::test]
async fn a_subscription_is_shown_with_what_the_server_adds() {
    let server = local();
    let owner = server.owner().await;
    let filter = json!({ "$schema": "http://json-schema.org/draft-07/schema", "not": { "required": ["test"] } });
    let mut sent = subscription("CRM sync");
    sent["filter"] = filter.clone();
    let answer = owner.post(SUBSCRIPTIONS, sent.clone()).await;
    let location = answer.header("location").map(str::to_owned);
    let (status, mut shown) = answer.whole();
    assert_eq!(status, 201, "{shown}");
    let own = format!("/{CUSTOMER}/{SUBSCRIPTIONS}/{}", text(&shown["id"]));
    assert_eq!(location.as_ref(), Some(&own));
    let links = shown["_links"].take();
    assert_eq!(
        links,
        json!({ "self": { "href": own }, "events": { "href": format!("{own}/events") } })
    );
    sent["id"] = shown["id"].clone();
    sent["customerId"] = json!(CUSTOMER);
    sent["enabled"] = json!(true);
    sent["createdAt"] = json!("2026-01-01T00:00:00.000000Z");
    sent["updatedAt"] = sent["createdAt"].clone();
    sent["_links"] = json!(null);
    assert_eq!(shown, sent);
    assert_eq!(owner.get(&own).await.success()["filter"], filter);
}

#[tokio::test]
async fn members_have_their_rules() {
    let server = local();
    let owner = server.owner().await;
    let with = |member: &str, value: Value| {
        let mut body = subscription("CRM sync");
        body[member] = value;
        body
    };
    for member in ["title", "endpoint", "events"] {
        let mut body = subscription("CRM sync");
        body.as_object_mut().expect("an object").remove(member);
        let said = format!("('{member}',) field required");
        owner.post(SUBSCRIPTIONS, body).await.refused(400, &said);
    }
    for body in [
        with("title", json!("x")),
        with("title", json!("é")),
        with("title", json!("x".repeat(201))),
        with("title", json!(null)),
        with("endpoint", json!(7)),
        with("endpoint", json!("")),
        with("events", json!("entityCreated")),
        with("events", json!(["entityRenamed"])),
        with("events", json!(["test"])),
        with("events", json!([1])),
        with("enabled", json!("yes")),
        with("enabled", json!(null)),
        with("filter", json!(null)),
        with("filter", json!([])),
        with("filter", json!({ "$ref": "http://127.0.0.1/" })),
        with("filter", json!({ "pattern": "(" })),
        with("id", json!(NOBODY)),
        with("createdAt", json!("2026-01-01T00:00:00Z")),
        with("_links", json!({})),
        with("colour", json!("red")),
        json!([]),
    ] {
        let (status, said) = owner.post(SUBSCRIPTIONS, body.clone()).await.whole();
        assert_eq!(status, 400, "{body}: {said}");
        assert!(!text(&said["errors"]).is_empty());
    }
    let total = owner.get(SUBSCRIPTIONS).await.success()["total"].clone();
    assert_eq!(total, 0, "nothing of that was kept");
    for body in [
        with("title", json!("xy")),
        with("title", json!("é".repeat(200))),
        with("events", json!([])),
        with("enabled", json!(false)),
    ] {
        let made = owner.post(SUBSCRIPTIONS, body).await.success();
        let path = format!("{SUBSCRIPTIONS}/{}", text(&made["id"]));
        owner.delete(&path).await.success();
    }
}

#[tokio::test]
async fn bodies_are_json() {
    let server = local();
    let owner = server.owner().await;
    let body = subscription("CRM").to_string();
    let answer = owner.raw("POST", SUBSCRIPTIONS, "text/plain", body).await;
    answer.refused(415, "the content type must be application/json");
    let answer = owner.raw("POST", SUBSCRIPTIONS, "application/json", "{");
    assert_eq!(answer.await.status, 400);
}

#[tokio::test]
async fn a_title_belongs_to_one_subscription_of_a_customer() {
    for (answer, status) in [("409", 409), ("400", 400)] {
        let mut settings = Settings::default();
        settings.webhooks.allow_local_listeners = true;
        let reading = format!("subscription-title-clash={answer}");
        settings.readings.set(&reading).expect("a reading");
        let server = Server::with(settings);
        let owner = server.owner().await;
        let post = || owner.post(SUBSCRIPTIONS, subscription("CRM"));
        post().await.success();
        let said = "another subscription has this title";
        post().await.refused(status, said);
        owner
            .post(SUBSCRIPTIONS, subscription("crm"))
            .await
            .success();
    }
}

#[tokio::test]
async fn there_is_room_for_so_many() {
    let server = Server::with(Settings {
        webhooks: Webhooks {
            allow_local_listeners: true,
            subscriptions: 2,
            ..Webhooks::default()
        },
        ..Settings::default()
    });
    let owner = server.owner().await;
    for title in ["One", "Two"] {
        owner
            .post(SUBSCRIPTIONS, subscription(title))
            .await
            .success();
    }
    let third = owner.post(SUBSCRIPTIONS, subscription("Three")).await;
    third.refused(409, "too many subscriptions");
}
