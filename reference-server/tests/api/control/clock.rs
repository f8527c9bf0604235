//! `/_control/clock`.

use std::time::Duration;

use axum::body::Body;
use reference_server::TestServer;
use serde_json::json;

use super::Control;
use crate::caller::{Asks, Server};
use crate::serve::{client, token};

#[tokio::test]
async fn it_can_be_set_frozen_and_advanced() {
    let control = Control::of(&Server::new());
    let start = json!({ "now": "2026-01-01T00:00:00.000Z", "frozen": true });
    assert_eq!(control.send("GET", "/clock").await.success(), start);
    let step = json!({ "seconds": 1.5 });
    let advanced = control.json("POST", "/clock/advance", &step).await;
    let expected = json!({ "now": "2026-01-01T00:00:01.500Z", "frozen": true });
    assert_eq!(advanced.success(), expected);
    for (setting, now) in [
        (
            json!({ "now": "2025-06-30T12:00:00Z" }),
            "2025-06-30T12:00:00.000Z",
        ),
        (
            json!({ "now": "2030-06-30T14:00:00.25+02:00" }),
            "2030-06-30T12:00:00.250Z",
        ),
        (json!({ "frozen": true }), "2030-06-30T12:00:00.250Z"),
    ] {
        let set = control.json("PUT", "/clock", &setting).await.success();
        assert_eq!(set, json!({ "now": now, "frozen": true }));
        assert_eq!(control.send("GET", "/clock").await.success(), set);
    }
    let running = control
        .json("PUT", "/clock", &json!({ "frozen": false }))
        .await;
    assert_eq!(running.success()["frozen"], false);
}

#[tokio::test]
async fn tokens_live_and_die_by_it() {
    let server = Server::new();
    let control = Control::of(&server);
    let owner = server.owner().await;
    let step = json!({ "seconds": 3600 });
    control
        .json("POST", "/clock/advance", &step)
        .await
        .success();
    assert_eq!(owner.get("config/clients").await.status, 401);
}

#[tokio::test]
async fn what_is_no_time_is_refused() {
    let control = Control::of(&Server::new());
    for setting in [
        json!({ "now": "soon" }),
        json!({ "now": "1969-12-31T23:59:59Z" }),
        json!({ "now": "+010000-01-01T00:00:00Z" }),
    ] {
        let refused = control.json("PUT", "/clock", &setting).await;
        let wanted = "`now`: a time after 1970 like `2026-01-31T12:00:00Z` is wanted";
        refused.refused(400, wanted);
    }
    let nothing = control.json("PUT", "/clock", &json!({})).await;
    nothing.refused(400, "`now` or `frozen` is wanted");
    for seconds in ["-1", "-0.001", "3155760001", "1e300"] {
        let body = format!("{{\"seconds\": {seconds}}}");
        let refused = control.text("POST", "/clock/advance", &body).await;
        refused.refused_with(400, "a hundred years");
    }
    assert_eq!(
        control.send("GET", "/clock").await.success()["now"],
        "2026-01-01T00:00:00.000Z"
    );
}

#[tokio::test]
async fn what_is_not_the_wanted_object_is_refused() {
    let control = Control::of(&Server::new());
    for (body, words) in [
        ("", "EOF"),
        ("{", "EOF"),
        ("[]", "expected a map"),
        ("[60]", "expected a map"),
        ("{}", "missing field `seconds`"),
        ("{\"seconds\": \"1\"}", "expected f64"),
        ("{\"seconds\": 1e999}", "out of range"),
        ("{\"seconds\": 1, \"hours\": 1}", "unknown field `hours`"),
        ("{\"seconds\": 1} x", "trailing"),
    ] {
        let refused = control.text("POST", "/clock/advance", body).await;
        refused.refused_with(400, words);
    }
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "x"] {
        let body = Body::from("{\"seconds\": 1}");
        let headers = [("content-type", media_type)];
        let refused = control.ask("POST", "/clock/advance", &headers, body).await;
        refused.refused(415, "the content type must be application/json");
    }
    let refused = control.ask("PUT", "/clock", &[], "{}".into()).await;
    refused.refused(415, "the content type must be application/json");
    let large = format!("{{\"now\": \"{}\"}}", "x".repeat(64 * 1024));
    let refused = control.text("PUT", "/clock", &large).await;
    refused.refused(413, "the body is larger than 65536 bytes");
}

#[tokio::test]
async fn sixty_four_servers_have_sixty_four_times() {
    let client = client(Vec::new());
    let mut servers = Vec::new();
    for minutes in 0..64 {
        let server = TestServer::start().await;
        let base = format!("{}/{}", server.url(), server.customer());
        let token = token(&client, &base, server.configuration_client()).await;
        server.advance(Duration::from_secs(60 * minutes));
        servers.push((minutes, server, token));
    }
    for (minutes, server, token) in &servers {
        let list = client.get(server.at("config/clients")).bearer_auth(token);
        let status = list.send().await.expect("an answer").status();
        // A token lives for an hour.
        assert_eq!(status, if *minutes < 60 { 200 } else { 401 }, "{minutes}");
        let now = format!("2026-01-01T{:02}:{:02}:00Z", minutes / 60, minutes % 60);
        assert_eq!(server.clock().now().to_string(), now);
    }
}
