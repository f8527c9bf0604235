//! What listeners get, and what becomes of their answers.

use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use reference_server::settings::{Settings, Webhooks};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::listener::{Delivery, Listener};
use super::{add_user, listening, local, only_event, patch, until};
use crate::caller::{Asks, CUSTOMER, Caller, Server, text};

const WAITS: [u64; 5] = [3, 30, 300, 3600, 86_400];

fn names(history: &Value) -> Vec<&str> {
    let steps = history["_embedded"]["history"].as_array();
    steps
        .expect("a list")
        .iter()
        .map(|step| text(&step["state"]))
        .collect()
}

async fn verified(owner: &Caller<'_>, delivery: &Delivery) -> Value {
    let keys = owner.get("login/jwk").await.success();
    let keys: JwkSet = serde_json::from_value(keys).expect("a key set");
    let kid = delivery.part(0)["kid"].clone();
    let key = keys.find(text(&kid)).expect("a published key");
    let key = DecodingKey::from_jwk(key).expect("an RSA key");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.required_spec_claims.clear();
    validation.validate_aud = false;
    decode::<Value>(&delivery.body, &key, &validation)
        .expect("the signature holds")
        .claims
}

#[tokio::test]
async fn a_listener_gets_a_security_event_token() {
    let server = local();
    let owner = server.owner().await;
    let listener = Listener::start(&[200]).await;
    let path = listening(&owner, "CRM", &listener).await;
    let user = add_user(&server, "noor@example.com");
    let delivery = listener.received(1).await.remove(0);
    assert_eq!(delivery.method, "POST");
    assert_eq!(delivery.header("content-type"), "application/secevent+jwt");
    assert_eq!(delivery.header("accept"), "*/*");
    let agent = delivery.header("user-agent");
    assert_eq!(agent, "Akamai Identity Cloud Webhooks/v3.0.0");
    assert_eq!(
        delivery.header("content-length"),
        delivery.body.len().to_string()
    );
    assert_eq!(delivery.headers.len(), 5, "{:?}", delivery.headers);

    let base = format!("http://127.0.0.1:9400/{CUSTOMER}");
    let header = delivery.part(0);
    assert_eq!(text(&header["kid"]).len(), 40);
    let expected = json!({ "alg": "RS256", "typ": "secevent+jwt", "kid": header["kid"], "jku": format!("{base}/login/jwk") });
    assert_eq!(header, expected);
    let claims = verified(&owner, &delivery).await;
    let now = server.app.clock().now().to_string();
    assert_eq!(now, "2026-01-01T00:00:00Z");
    let (jti, txn) = (claims["jti"].clone(), claims["txn"].clone());
    let event = claims["events"]["entityCreated"].clone();
    assert_eq!(
        claims,
        json!({
            "iss": format!("{base}/webhooks"), "iat": 1_767_225_600, "toe": 1_767_225_600, "jti": jti, "txn": txn,
            "aud": [listener.url], "events": { "entityCreated": event },
        })
    );
    let global_sub = text(&event["globalSub"]);
    assert!(global_sub.starts_with("capture-v1://") && global_sub.ends_with(&user));
    assert_eq!(text(&event["sub"]), user);
    assert_eq!(event["entityType"], "user");
    assert_ne!(event["id"], jti);

    let shown = until(&owner, &path, "success").await;
    assert_eq!(shown["id"], event["id"]);
    assert_eq!(shown["request"]["payload"], delivery.body);
    assert_eq!(shown["request"]["endpoint"], listener.url);
    assert_eq!(
        text(&shown["request"]["headers"]["Host"]),
        delivery.header("host")
    );
    assert_eq!(shown["response"]["statusCode"], 200);
    assert_eq!(shown["response"]["headers"]["Server"], "a listener");
    assert_eq!(shown["attempts"], 1);
}

#[tokio::test]
async fn what_fails_is_tried_six_times_by_the_clock_of_the_server() {
    let server = local();
    let mut owner = server.owner().await;
    let listener = Listener::start(&[500, 404, 503, 429, 400, 599, 200]).await;
    let path = listening(&owner, "CRM", &listener).await;
    add_user(&server, "noor@example.com");
    for (tries, wait) in WAITS.into_iter().enumerate() {
        until(&owner, &path, "awaiting-retry").await;
        assert_eq!(listener.count(), tries + 1);
        server
            .app
            .clock()
            .advance(Duration::from_secs(wait) - Duration::from_millis(1));
        // Tokens of administrators live by the same clock.
        owner = server.owner().await;
        let event = only_event(&owner, &path).await;
        assert_eq!(event["state"], "awaiting-retry", "not yet");
        server.app.clock().advance(Duration::from_millis(1));
        listener.received(tries + 2).await;
        owner = server.owner().await;
    }
    let event = until(&owner, &path, "failure").await;
    assert_eq!(event["attempts"], 6);
    assert_eq!(event["response"]["statusCode"], 599);
    let all = listener.received(6).await;
    assert!(all.iter().all(|delivery| delivery.body == all[0].body));
    let history = owner
        .get(&format!("{path}/events/{}/history", text(&event["id"])))
        .await;
    let history = history.success();
    let mut expected = vec!["awaiting-executing"];
    for _ in 0..5 {
        expected.extend(["executing", "awaiting-retry"]);
    }
    expected.extend(["executing", "failure"]);
    assert_eq!(names(&history), expected);
    assert_eq!(history["total"], 13);

    // Somebody asks for it once more: the same notification, and the timetable from its beginning.
    let again = format!("{path}/events/{}/redeliver", text(&event["id"]));
    let (status, shown) = owner.send("POST", &again).await.whole();
    assert_eq!(
        (status, &shown["state"]),
        (202, &json!("awaiting-executing"))
    );
    let last = listener.received(7).await.pop();
    assert_eq!(
        last.map(|delivery| delivery.body),
        Some(all[0].body.clone())
    );
    let event = until(&owner, &path, "success").await;
    assert_eq!(event["attempts"], 7);
    let refused = owner.send("POST", &again).await;
    refused.refused(409, "the event has not failed");
    assert_eq!(server.app.undelivered(), 0);
}

#[tokio::test]
async fn some_answers_settle_it_at_once() {
    let server = local();
    let owner = server.owner().await;
    for (answer, state) in [
        (200, "success"),
        (204, "success"),
        (299, "success"),
        (301, "failure"),
        (302, "failure"),
        (307, "failure"),
        (600, "failure"),
        (400, "awaiting-retry"),
        (410, "awaiting-retry"),
        (500, "awaiting-retry"),
    ] {
        let listener = Listener::start(&[answer]).await;
        let path = listening(&owner, &format!("No. {answer}"), &listener).await;
        owner.send("POST", &format!("{path}/test")).await.success();
        let event = until(&owner, &path, state).await;
        assert_eq!(event["response"]["statusCode"], answer);
        assert_eq!(listener.count(), 1, "no redirect is followed");
        owner.delete(&path).await.success();
    }
}

#[tokio::test]
async fn what_is_no_http_is_given_up_and_what_breaks_off_is_not() {
    let server = local();
    let owner = server.owner().await;
    for (said, state, reason) in [
        (
            &b"this is no HTTP at all\r\n\r\n"[..],
            "failure",
            "the answer is no HTTP",
        ),
        (b"", "awaiting-retry", "the connection broke off"),
    ] {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/", socket.local_addr().expect("it is bound"));
        let asked = tokio::spawn(async move {
            let (mut stream, _) = socket.accept().await.expect("somebody comes");
            let mut first = [0; 16];
            stream.read_exact(&mut first).await.expect("a request");
            stream.write_all(said).await.expect("they listen");
        });
        let body = json!({ "title": state, "endpoint": url, "events": [] });
        let made = owner.post(super::SUBSCRIPTIONS, body).await.success();
        let path = format!("{}/{}", super::SUBSCRIPTIONS, text(&made["id"]));
        owner.send("POST", &format!("{path}/test")).await.success();
        let event = until(&owner, &path, state).await;
        assert_eq!(event.get("response"), None);
        asked.await.expect("the listener does not panic");
        let history = owner
            .get(&format!("{path}/events/{}/history", text(&event["id"])))
            .await;
        let history = history.success();
        assert_eq!(history["_embedded"]["history"][2]["reason"], reason);
    }
    // Nobody listens on a port that was just given back.
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/", socket.local_addr().expect("it is bound"));
    drop(socket);
    let body = json!({ "title": "nobody", "endpoint": url, "events": [] });
    let made = owner.post(super::SUBSCRIPTIONS, body).await.success();
    let path = format!("{}/{}", super::SUBSCRIPTIONS, text(&made["id"]));
    owner.send("POST", &format!("{path}/test")).await.success();
    until(&owner, &path, "awaiting-retry").await;
}

#[tokio::test]
async fn a_name_that_leads_inside_later_is_not_connected_to() {
    let server = local();
    let listener = Listener::start(&[]).await;
    let port = listener
        .url
        .rsplit_once(':')
        .map(|(_, rest)| rest.to_owned());
    let port = port.expect("a port");
    let hosts = server.app.hosts();
    let address = |text: &str| [text.parse().expect("an address")];
    hosts.set("hooks.example", address("127.0.0.1"));
    let owner = server.owner().await;
    let body =
        json!({ "title": "CRM", "endpoint": format!("http://hooks.example:{port}"), "events": [] });
    let made = owner.post(super::SUBSCRIPTIONS, body).await.success();
    let path = format!("{}/{}", super::SUBSCRIPTIONS, text(&made["id"]));
    hosts.set("hooks.example", address("10.0.0.1"));
    owner.send("POST", &format!("{path}/test")).await.success();
    let event = until(&owner, &path, "awaiting-retry").await;
    let history = owner
        .get(&format!("{path}/events/{}/history", text(&event["id"])))
        .await;
    let reason = history.success()["_embedded"]["history"][2]["reason"].clone();
    assert_eq!(reason, "the host has an address that is not public");
    assert_eq!(listener.count(), 0);
    hosts.set("hooks.example", address("127.0.0.1"));
    server.app.clock().advance(Duration::from_secs(3));
    listener.received(1).await;
    until(&owner, &path, "success").await;
}

#[tokio::test]
async fn a_listener_that_does_not_answer_delays_nobody_else_and_is_tried_again() {
    let server = Server::with(Settings {
        webhooks: Webhooks {
            allow_local_listeners: true,
            listener: Duration::from_millis(300),
            deliveries: 1,
            ..Webhooks::default()
        },
        ..Settings::default()
    });
    let owner = server.owner().await;
    let (dead, fast) = (Listener::start(&[0; 99]).await, Listener::start(&[]).await);
    let to_dead = listening(&owner, "Dead", &dead).await;
    listening(&owner, "Fast", &fast).await;
    for number in 0..20 {
        add_user(&server, &format!("{number}@example.com"));
    }
    fast.received(20).await;
    assert!(dead.count() <= 3, "one after the other");
    let summary = owner.get(&format!("{to_dead}/summary")).await.success();
    assert_eq!(summary["retrying"], 20);
    assert_eq!(summary["queued"], 20);
    dead.received(20).await;
    assert_eq!(fast.count(), 20, "nothing is sent twice");
    assert!(server.app.undelivered() >= 19);
}

#[tokio::test]
async fn a_disabled_subscription_records_and_does_not_send() {
    let server = local();
    let owner = server.owner().await;
    let listener = Listener::start(&[500]).await;
    let path = listening(&owner, "CRM", &listener).await;
    add_user(&server, "one@example.com");
    until(&owner, &path, "awaiting-retry").await;
    patch(&owner, &path, json!({ "enabled": false }))
        .await
        .success();
    add_user(&server, "two@example.com");
    let test = owner.send("POST", &format!("{path}/test")).await;
    test.refused(409, "the subscription is disabled");
    let list = owner.get(&format!("{path}/events")).await.success();
    assert_eq!(list["total"], 2);
    for (index, attempts) in [(0, 1), (1, 0)] {
        let event = &list["_embedded"]["events"][index];
        assert_eq!(
            (&event["state"], &event["attempts"]),
            (&json!("failure"), &json!(attempts))
        );
        assert!(!text(&event["request"]["payload"]).is_empty());
    }
    let second = text(&list["_embedded"]["events"][1]["id"]).to_owned();
    let again = format!("{path}/events/{second}/redeliver");
    let refused = owner.send("POST", &again).await;
    refused.refused(409, "the subscription is disabled");
    server.app.clock().advance(Duration::from_secs(1_000));
    patch(&owner, &path, json!({ "enabled": true }))
        .await
        .success();
    owner.send("POST", &again).await.success();
    let received = listener.received(2).await;
    assert_eq!(received[1].part(1)["events"]["entityCreated"]["id"], second);
    until(&owner, &path, "success").await;
    assert_eq!(server.app.undelivered(), 0);
}

#[tokio::test]
async fn another_listener_gets_a_token_of_its_own_for_the_same_notification() {
    let server = local();
    let owner = server.owner().await;
    let (old, new) = (Listener::start(&[500]).await, Listener::start(&[]).await);
    let path = listening(&owner, "CRM", &old).await;
    add_user(&server, "one@example.com");
    until(&owner, &path, "awaiting-retry").await;
    patch(&owner, &path, json!({ "endpoint": new.url }))
        .await
        .success();
    server.app.clock().advance(Duration::from_secs(3));
    let (old, second) = (
        old.received(1).await.remove(0),
        new.received(1).await.remove(0),
    );
    assert_eq!(second.part(1)["aud"], json!([new.url]));
    assert_eq!(second.part(1)["jti"], old.part(1)["jti"]);
    verified(&owner, &second).await;
}

#[tokio::test]
async fn the_readings_of_tokens_are_settings() {
    let mut settings = Settings::default();
    settings.webhooks.allow_local_listeners = true;
    for reading in ["set-audience=string", "set-time-of-event=milliseconds"] {
        settings.readings.set(reading).expect("a reading");
    }
    let server = Server::with(settings);
    let owner = server.owner().await;
    let listener = Listener::start(&[]).await;
    listening(&owner, "CRM", &listener).await;
    add_user(&server, "one@example.com");
    let claims = listener.received(1).await[0].part(1);
    assert_eq!(claims["aud"], listener.url);
    assert_eq!(claims["toe"], 1_767_225_600_000_u64);
}
