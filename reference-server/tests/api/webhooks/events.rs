//! `/{customerId}/webhooks/subscriptions/{id}/events`: what happened, and how it is looked at.

use std::time::Duration;

use serde_json::{Value, json};

use super::listener::{Listener, part};
use super::{SUBSCRIPTIONS, add_user, listening, local, patch, subscribed, until};
use crate::browser::{Browser, at, encoded};
use crate::caller::{Asks, CUSTOMER, Caller, NOBODY, PUBLIC_CLIENT, text};

async fn claims(owner: &Caller<'_>, path: &str) -> Vec<Value> {
    let list = owner.get(&format!("{path}/events")).await.success();
    let events = list["_embedded"]["events"].as_array().expect("a list");
    let token = |event: &Value| part(text(&event["request"]["payload"]), 1)["events"].clone();
    events.iter().map(token).collect()
}

#[tokio::test]
async fn what_people_do_on_the_pages_is_told() {
    let server = local();
    let owner = server.owner().await;
    let path = subscribed(&owner, "CRM").await;
    let browser = Browser::new(&server);
    let form = [("email", "new@example.com"), ("password", "a new password")];
    browser
        .submit(&at("auth-ui/register", &[]), &form)
        .await
        .came_back();
    let profile = format!(
        "auth-ui/profile?{}",
        encoded(&[("client_id", PUBLIC_CLIENT)])
    );
    let form = [
        ("givenName", "Noor"),
        ("primaryAddress.city", "Lund"),
        ("gender", ""),
    ];
    browser.submit(&profile, &form).await;
    browser.submit(&profile, &form).await;
    let told = claims(&owner, &path).await;
    assert_eq!(told.len(), 2, "what changes nothing is nothing: {told:?}");
    let (created, updated) = (&told[0]["entityCreated"], &told[1]["entityUpdated"]);
    assert_eq!(
        updated["attributes"],
        json!(["givenName", "primaryAddress.city"])
    );
    assert_eq!(created["sub"], updated["sub"]);
    assert_eq!(created["captureApplicationId"], "demoapplication");
    assert!(!text(&created["captureClientId"]).is_empty());
    assert_eq!(created.get("attributes"), None);
    assert!(!told[1].to_string().contains("Noor"), "no values are told");
}

#[tokio::test]
async fn what_the_owner_of_the_server_does_is_told_to_those_who_want_to_know() {
    let server = local();
    let owner = server.owner().await;
    let all = subscribed(&owner, "All").await;
    let some = subscribed(&owner, "Some").await;
    patch(&owner, &some, json!({ "events": ["entityDeleted"] }))
        .await
        .success();
    let filtered = subscribed(&owner, "Filtered").await;
    let filter = json!({ "properties": { "entityUpdated": { "properties": { "attributes": { "contains": { "const": "email" } } } } } });
    patch(&owner, &filtered, json!({ "filter": filter }))
        .await
        .success();
    let customer = reference_server::Id::parse(CUSTOMER).expect("an id");
    let id = add_user(&server, "noor@example.com");
    let user = reference_server::Id::parse(&id).expect("an id");
    let change = json!({ "nickname": "N", "primaryAddress": { "city": "Malm\u{f6}" } });
    let change = change.as_object().expect("an object");
    let changed = server.app.change_user(customer, user, change);
    assert_eq!(changed.expect("she is there").profile["nickname"], "N");
    assert!(server.app.remove_user(customer, user));
    assert!(!server.app.remove_user(customer, user));
    let kinds = |told: &[Value]| -> Vec<String> {
        let name = |event: &Value| {
            event
                .as_object()
                .and_then(|event| event.keys().next().cloned())
        };
        told.iter().filter_map(name).collect()
    };
    let told = claims(&owner, &all).await;
    assert_eq!(
        kinds(&told),
        ["entityCreated", "entityUpdated", "entityDeleted"]
    );
    assert!(told.iter().all(|event| event.to_string().contains(&id)));
    assert_eq!(
        told[1]["entityUpdated"]["attributes"],
        json!(["nickname", "primaryAddress.city"])
    );
    assert_eq!(kinds(&claims(&owner, &some).await), ["entityDeleted"]);
    assert_eq!(
        kinds(&claims(&owner, &filtered).await),
        ["entityCreated", "entityDeleted"]
    );
    owner.delete(&all).await.success();
    owner
        .get(&format!("{all}/events"))
        .await
        .refused(404, "Not Found");
}

#[tokio::test]
async fn events_are_listed_oldest_first_and_between_others() {
    let server = local();
    let owner = server.owner().await;
    let path = subscribed(&owner, "CRM").await;
    for number in 0..4 {
        add_user(&server, &format!("{number}@example.com"));
    }
    let ids = async |query: &str| -> Vec<String> {
        let list = owner.get(&format!("{path}/events{query}")).await.success();
        let events = list["_embedded"]["events"]
            .as_array()
            .expect("a list")
            .clone();
        assert_eq!(list["total"], events.len());
        events
            .iter()
            .map(|event| text(&event["id"]).to_owned())
            .collect()
    };
    let all = ids("").await;
    assert_eq!(all.len(), 4);
    assert_eq!(ids(&format!("?after={}", all[1])).await, all[2..]);
    assert_eq!(ids(&format!("?before={}", all[1])).await, all[..1]);
    assert_eq!(
        ids(&format!("?after={}&before={}", all[0], all[3])).await,
        all[1..3]
    );
    assert_eq!(
        ids(&format!("?after={}&before={}", all[3], all[0])).await,
        [""; 0]
    );
    for query in [format!("after={NOBODY}"), "before=x".to_owned()] {
        let answer = owner.get(&format!("{path}/events?{query}")).await;
        answer.refused(400, "no event has this id");
    }
    let one = format!("{path}/events/{}", all[2]);
    let shown = owner.get(&one).await.success();
    assert_eq!(
        shown["_links"]["self"]["href"],
        format!("/{CUSTOMER}/{one}")
    );
    assert_eq!(
        shown["_links"]["history"]["href"],
        format!("/{CUSTOMER}/{one}/history")
    );
    assert_eq!(
        shown["_links"]["redeliver"]["href"],
        format!("/{CUSTOMER}/{one}/redeliver")
    );
    for path in [
        format!("{path}/events/{NOBODY}"),
        format!("{path}/events/{NOBODY}/history"),
        format!("{SUBSCRIPTIONS}/{NOBODY}/events"),
        format!("{SUBSCRIPTIONS}/{NOBODY}/events/{}", all[0]),
    ] {
        owner.get(&path).await.refused(404, "Not Found");
    }
    let again = format!("{path}/events/{NOBODY}/redeliver");
    owner.send("POST", &again).await.refused(404, "Not Found");
}

#[tokio::test]
async fn events_are_kept_for_seven_days() {
    let server = local();
    let owner = server.owner().await;
    let listener = Listener::start(&[]).await;
    let path = listening(&owner, "CRM", &listener).await;
    add_user(&server, "noor@example.com");
    until(&owner, &path, "success").await;
    server
        .app
        .clock()
        .advance(Duration::from_secs(7 * 86_400 - 1));
    let owner = server.owner().await;
    let count = async |owner: &Caller<'_>| {
        owner.get(&format!("{path}/events")).await.success()["total"].clone()
    };
    assert_eq!(count(&owner).await, 1);
    server.app.clock().advance(Duration::from_secs(1));
    assert_eq!(count(&owner).await, 0);
}

#[tokio::test]
async fn events_and_subscriptions_have_scopes_of_their_own() {
    let server = local();
    let owner = server.owner().await;
    let listener = Listener::start(&[302]).await;
    let path = listening(&owner, "CRM", &listener).await;
    add_user(&server, "noor@example.com");
    let event = until(&owner, &path, "failure").await;
    let event = format!("{path}/events/{}", text(&event["id"]));
    let below = [
        format!("{path}/events"),
        event.clone(),
        format!("{event}/history"),
        format!("{path}/exports"),
        format!("{path}/events/exports"),
        format!("{path}/summary"),
    ];
    let subscriptions = server.scoped(&["*:webhooks/subscriptions"]).await;
    let events = server.scoped(&[".:webhooks/events"]).await;
    for path in &below {
        subscriptions.get(path).await.refused(403, "Forbidden");
        events.get(path).await.success();
    }
    events.get(&path).await.refused(403, "Forbidden");
    events.get(SUBSCRIPTIONS).await.refused(403, "Forbidden");
    let again = format!("{event}/redeliver");
    for (caller, posts) in [(&events, false), (&subscriptions, false)] {
        assert_eq!(caller.send("POST", &again).await.status != 403, posts);
    }
    let test = format!("{path}/test");
    events.send("POST", &test).await.refused(403, "Forbidden");
    subscriptions.send("POST", &test).await.success();
    let changing = server.scoped(&["+:webhooks/events"]).await;
    changing.get(&event).await.refused(403, "Forbidden");
    changing.send("POST", &again).await.success();
    let name = event.rsplit_once('/').map(|(_, id)| id).expect("an id");
    let one = server.scoped(&[&format!(".:webhooks/events/{name}")]).await;
    one.get(&event).await.success();
    one.get(&below[0]).await.refused(403, "Forbidden");
}

#[tokio::test]
async fn a_snapshot_has_the_events_and_what_waits_goes_on() {
    let server = local();
    let owner = server.owner().await;
    let listener = Listener::start(&[500, 500]).await;
    let path = listening(&owner, "CRM", &listener).await;
    add_user(&server, "noor@example.com");
    let event = until(&owner, &path, "awaiting-retry").await;
    let snapshot = server.app.snapshot();
    owner.delete(&path).await.success();
    server.app.clock().advance(Duration::from_secs(3));
    server.app.restore(&snapshot);
    let received = listener.received(2).await;
    assert_eq!(received[0].body, received[1].body);
    let again = until(&owner, &path, "awaiting-retry").await;
    assert_eq!(
        (&again["id"], &again["attempts"]),
        (&event["id"], &json!(2))
    );
    server.app.reset();
    server.app.clock().advance(Duration::from_secs(86_400));
    assert_eq!(server.app.undelivered(), 0);
    tokio::task::yield_now().await;
    assert_eq!(
        listener.count(),
        2,
        "a reset server sends nothing of before"
    );
}
