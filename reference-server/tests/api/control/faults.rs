//! `/_control/faults`: ways in which the server is wrong on purpose.

use http::StatusCode;
use serde_json::{Value, json};

use super::Control;
use crate::caller::{Asks, Server};

#[tokio::test]
async fn a_fault_is_on_where_and_as_often_as_was_asked_for() {
    let server = Server::new();
    let control = Control::of(&server);
    let wanted =
        json!({"fault": "service-is-unavailable", "method": "GET", "path": "login/*", "times": 2});
    let on = control.json("POST", "/faults", &wanted).await.success();
    assert_eq!(on["left"], 2);
    assert_eq!(on["probability"], 1.0);
    let status = async |path: &str| server.anybody().get(path).await.status;
    // It meets neither another path, nor a third request.
    assert_eq!(status("config/clients").await, 401);
    assert_eq!(status("login/jwk").await, 503);
    let list = control.send("GET", "/faults").await.success();
    assert_eq!(list["active"][0]["left"], 1);
    assert_eq!(status("login/jwk").await, 503);
    assert_eq!(status("login/jwk").await, 200);
}

#[tokio::test]
async fn faults_are_turned_off_one_by_one_or_all_at_once() {
    let server = Server::new();
    let control = Control::of(&server);
    for fault in ["body-is-cut", "content-type-is-text", "body-is-cut"] {
        let wanted = json!({ "fault": fault });
        control.json("POST", "/faults", &wanted).await.success();
    }
    let on = async || control.send("GET", "/faults").await.success()["active"].take();
    assert_eq!(on().await.as_array().map(Vec::len), Some(3));
    let off = control.send("DELETE", "/faults/body-is-cut").await;
    assert_eq!(off.status, StatusCode::NO_CONTENT);
    assert_eq!(on().await.as_array().map(Vec::len), Some(1));
    control
        .send("DELETE", "/faults/body-is-cut")
        .await
        .refused(404, "there is nothing here");
    control.send("DELETE", "/faults").await.success();
    assert_eq!(on().await, json!([]));
}

#[tokio::test]
async fn every_fault_is_known_by_its_name() {
    let control = Control::of(&Server::new());
    let list = control.send("GET", "/faults").await.success();
    let known: Vec<&Value> = list["known"].as_array().into_iter().flatten().collect();
    assert!(
        known
            .iter()
            .any(|fault| fault["fault"] == "deny-is-forgotten")
    );
    assert_eq!(known.len(), reference_server::faults::all().count());
}

#[tokio::test]
async fn what_is_no_fault_is_refused_and_says_why() {
    let control = Control::of(&Server::new());
    for (wanted, told) in [
        (json!({}), "missing field `fault`"),
        (
            json!({"fault": "deny-is-forgoten"}),
            "did you mean `deny-is-forgotten`?",
        ),
        (
            json!({"fault": "body-is-cut", "probability": 2}),
            "between 0 and 1",
        ),
        (
            json!({"fault": "body-is-cut", "path": "/login"}),
            "no path below the customer",
        ),
        (
            json!({"fault": "body-is-cut", "method": "G E T"}),
            "a method like `POST`",
        ),
        (json!({"fault": "body-is-cut", "times": -1}), "-1"),
        (
            json!({"fault": "body-is-cut", "when": 1}),
            "unknown field `when`",
        ),
    ] {
        let answer = control.json("POST", "/faults", &wanted).await;
        answer.refused_with(400, told);
    }
    let list = control.send("GET", "/faults").await.success();
    assert_eq!(list["active"], json!([]));
}
