//! `POST /{customerId}/login/token/introspect`.

use std::time::Duration;

use serde_json::json;

use crate::browser::USER;
use crate::caller::{
    Asks, CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, CONFIGURATION_CLIENT, CONFIGURATION_SECRET,
    PUBLIC_CLIENT, Server,
};
use crate::relying_party::RelyingParty;

const PATH: &str = "login/token/introspect";
const URLENCODED: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_token_that_works_is_described() {
    let server = Server::new();
    let client = RelyingParty::public(&server);
    let resource = "https://app.example.com";
    let tokens = client
        .tokens(&[("resource", resource), ("scope", "openid phone")])
        .await;
    let now = 1_767_225_600;
    let mut expected = json!({
        "active": true, "scope": "openid phone", "client_id": PUBLIC_CLIENT, "token_type": "Bearer",
        "exp": now + 3600, "iat": now, "sub": USER, "aud": [PUBLIC_CLIENT, resource]
    });
    assert_eq!(server.introspect(tokens.access()).await, expected);
    expected["token_type"] = json!("refresh_token");
    expected["exp"] = json!(now + 7_776_000);
    assert_eq!(server.introspect(tokens.refresh()).await, expected);
    server.app.clock().advance(Duration::from_secs(3600));
    assert!(!server.is_active(tokens.access()).await);
    assert!(server.is_active(tokens.refresh()).await);
}

#[tokio::test]
async fn an_administrative_token_has_no_user() {
    let server = Server::new();
    server.app.clock().advance(Duration::from_secs(7));
    let token = server.configuration_client().token("openid *:**").await;
    server.app.clock().advance(Duration::from_secs(7));
    let now = 1_767_225_600 + 7;
    assert_eq!(
        server.introspect(&token).await,
        json!({
            "active": true, "scope": "openid *:**", "client_id": CONFIGURATION_CLIENT,
            "token_type": "Bearer", "exp": now + 3600, "iat": now, "aud": [CONFIGURATION_CLIENT]
        })
    );
}

#[tokio::test]
async fn clients_that_share_a_token_policy_are_told_apart() {
    let server = Server::new();
    for (id, secret) in [
        (CONFIGURATION_CLIENT, CONFIGURATION_SECRET),
        (CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET),
    ] {
        let token = server.client(id, secret).token("openid").await;
        assert_eq!(server.introspect(&token).await["client_id"], json!(id));
    }
    let first = server.scoped_token(&[".:config/clients"]).await;
    let second = server.scoped_token(&[".:config/clients"]).await;
    let (first, second) = (
        server.introspect(&first).await,
        server.introspect(&second).await,
    );
    assert_ne!(first["client_id"], second["client_id"]);
}

#[tokio::test]
async fn nothing_is_said_about_anything_else() {
    let server = Server::new();
    let tokens = RelyingParty::confidential(&server).tokens(&[]).await;
    let long = "x".repeat(8000);
    for text in [
        "x",
        &long,
        tokens.id_token(),
        CONFIDENTIAL_SECRET,
        "\u{0}\u{1F600}",
    ] {
        assert_eq!(server.introspect(text).await, json!({ "active": false }));
    }
}

#[tokio::test]
async fn the_refresh_token_of_a_client_that_is_gone_is_not_active() {
    let server = Server::new();
    let tokens = RelyingParty::public(&server).tokens(&[]).await;
    assert!(server.is_active(tokens.refresh()).await);
    let owner = server.owner().await;
    let path = format!("config/clients/{PUBLIC_CLIENT}");
    owner.delete(&path).await.success();
    assert!(!server.is_active(tokens.refresh()).await);
    // An access token needs nobody to exchange it.
    assert!(server.is_active(tokens.access()).await);
}

#[tokio::test]
async fn only_who_has_a_secret_may_ask() {
    let server = Server::new();
    let token = server.configuration_client().token("*:**").await;
    let form = format!("token={token}");
    let basic = server.client(CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET);
    let answer = basic.raw("POST", PATH, URLENCODED, form.clone()).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("pragma"), Some("no-cache"));
    assert_eq!(answer.success()["active"], json!(true));

    let wrong = server.client(CONFIDENTIAL_CLIENT, "wrong");
    let bearer = server.bearer(&token);
    for caller in [&wrong, &bearer, &server.anybody()] {
        let answer = caller.raw("POST", PATH, URLENCODED, form.clone()).await;
        answer.refused_oauth(401, "invalid_client");
    }
    let public = RelyingParty::public(&server);
    let answer = public.send(PATH, &[("token", &token)], &[]).await;
    answer.refused_oauth(401, "invalid_client");
    let answer = basic.raw("POST", PATH, URLENCODED, "").await;
    answer.refused_oauth(400, "invalid_request");
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        let answer = basic.send(method, PATH).await;
        assert_eq!(answer.header("allow"), Some("POST"));
        answer.refused_oauth(405, "invalid_request");
    }
}
