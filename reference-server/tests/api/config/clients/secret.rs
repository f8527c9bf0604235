//! `/{id}/secret`.

use serde_json::json;

use super::CLIENTS;
use crate::caller::{
    Asks, CONFIGURATION_CLIENT, CONFIGURATION_SECRET, NOBODY, PUBLIC_CLIENT, Server, text,
};

const FORM: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("scope", "*:**")];

#[tokio::test]
async fn a_reset_works_at_once() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = format!("{CLIENTS}/{CONFIGURATION_CLIENT}/secret");
    let (status, body) = owner.send("POST", &path).await.whole();
    assert_eq!(status, 201);
    let secret = text(&body["secret"]);
    assert_eq!(secret.len(), 86);
    assert!(
        secret
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    );
    assert_eq!(body, json!({ "secret": secret }));

    let old = server.client(CONFIGURATION_CLIENT, CONFIGURATION_SECRET);
    old.form(&FORM).await.refused_oauth(401, "invalid_client");
    server
        .client(CONFIGURATION_CLIENT, secret)
        .form(&FORM)
        .await
        .success();
    // Tokens that were had with the old secret are not taken back.
    owner.get(CLIENTS).await.success();

    let again = owner.send("POST", &path).await.success();
    assert_ne!(text(&again["secret"]), secret);
}

#[tokio::test]
async fn a_reset_wants_no_body_and_minds_none() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = format!("{CLIENTS}/{CONFIGURATION_CLIENT}/secret");
    owner
        .raw("POST", &path, "text/plain", "hoursToLive=12")
        .await
        .success();
}

#[tokio::test]
async fn a_secret_cannot_be_read() {
    let server = Server::new();
    let owner = server.owner().await;
    let answer = owner
        .get(&format!("{CLIENTS}/{CONFIGURATION_CLIENT}/secret"))
        .await;
    assert_eq!(answer.header("allow"), Some("POST"));
    answer.refused(405, "Method Not Allowed");
}

#[tokio::test]
async fn who_has_no_secret_cannot_have_it_reset() {
    let server = Server::new();
    let owner = server.owner().await;
    for client in [PUBLIC_CLIENT, NOBODY, "x"] {
        owner
            .send("POST", &format!("{CLIENTS}/{client}/secret"))
            .await
            .refused(404, "Not Found");
    }
}
