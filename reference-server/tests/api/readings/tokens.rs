//! How tokens are issued and refused.

use std::time::Duration;

use serde_json::{Value, json};

use super::each_answer;
use crate::caller::{Asks, NOBODY};

const CREDENTIALS: (&str, &str) = ("grant_type", "client_credentials");

#[tokio::test]
async fn rejected_token() {
    let expected = [
        (
            "401",
            (401, json!({ "errors": "Invalid or expired token" })),
        ),
        ("403", (403, json!({ "errors": "Forbidden" }))),
    ];
    each_answer("rejected-token", &expected, async |server| {
        let token = server.configuration_client().token("*:**").await;
        server.app.clock().advance(Duration::from_secs(3600));
        let expired = server.bearer(&token).get("config/clients").await.whole();
        let unknown = server
            .bearer("nonsense")
            .get("config/clients")
            .await
            .whole();
        assert_eq!(expired, unknown);
        expired
    })
    .await;
}

#[tokio::test]
async fn rejected_token_body() {
    let expected = [
        (
            "Invalid or expired token",
            json!({ "errors": "Invalid or expired token" }),
        ),
        ("other", json!({ "errors": "Unauthorized" })),
    ];
    each_answer("rejected-token-body", &expected, async |server| {
        let (status, body) = server.bearer("x").get("config/clients").await.whole();
        assert_eq!(status, 401);
        body
    })
    .await;
}

#[tokio::test]
async fn scope_absent() {
    let expected = [
        ("none-granted", (200, json!(""))),
        ("all-allowed", (200, json!("*:** openid"))),
        ("invalid_scope", (400, json!("invalid_scope"))),
    ];
    each_answer("scope-absent", &expected, async |server| {
        let client = server.configuration_client();
        let (status, body) = client.form(&[CREDENTIALS]).await.whole();
        // A parameter without a value counts as left out.
        let (same, _) = client.form(&[CREDENTIALS, ("scope", "")]).await.whole();
        assert_eq!(status, same);
        (
            status,
            body.get("error")
                .or(body.get("scope"))
                .cloned()
                .unwrap_or_default(),
        )
    })
    .await;
}

#[tokio::test]
async fn nothing_granted() {
    let expected = [
        ("empty-string", Some(json!(""))),
        ("absent", None),
        ("null", Some(Value::Null)),
    ];
    each_answer("nothing-granted", &expected, async |server| {
        let client = server.configuration_client();
        let granted = client
            .form(&[CREDENTIALS, ("scope", "*:**")])
            .await
            .success();
        assert_eq!(granted["scope"], json!("*:**"));
        let body = client
            .form(&[CREDENTIALS, ("scope", "nonsense")])
            .await
            .success();
        let members = body.as_object().map(serde_json::Map::len);
        let scope = body.get("scope").cloned();
        assert_eq!(members, Some(3 + usize::from(scope.is_some())));
        scope
    })
    .await;
}

#[tokio::test]
async fn unknown_customer() {
    each_answer("unknown-customer", &[("404", 404)], async |server| {
        let owner = server.owner().await;
        owner
            .get(&format!("/{NOBODY}/config/clients"))
            .await
            .status
            .as_u16()
    })
    .await;
}
