//! What scopes allow.

use serde_json::json;

use super::each_answer;
use crate::caller::{Asks, CONFIGURATION_CLIENT, NOBODY, Server, TOKEN_POLICY};

/// Asks with a token of that one scope, and returns the status.
async fn status(server: &Server, scopes: &[&str], method: &str, path: &str) -> u16 {
    server
        .scoped(scopes)
        .await
        .json(method, path, json!({}))
        .await
        .status
        .as_u16()
}

#[tokio::test]
async fn plus_creates() {
    each_answer(
        "plus-creates",
        &[("yes", 400), ("no", 403)],
        async |server| {
            status(
                &server,
                &["+:config/tokenPolicies"],
                "POST",
                "config/tokenPolicies",
            )
            .await
        },
    )
    .await;
}

#[tokio::test]
async fn plus_with_read() {
    each_answer(
        "plus-with-read",
        &[("no", 403), ("yes", 200)],
        async |server| {
            status(
                &server,
                &["+:config/clients", ".:config/clients"],
                "GET",
                "config/clients",
            )
            .await
        },
    )
    .await;
}

#[tokio::test]
async fn plus_resets_secret() {
    let path = format!("config/clients/{CONFIGURATION_CLIENT}/secret");
    each_answer(
        "plus-resets-secret",
        &[("yes", 201), ("no", 403)],
        async |server| status(&server, &["+:config/clients"], "POST", &path).await,
    )
    .await;
}

#[tokio::test]
async fn bare_config() {
    let expected = [("nothing-below", 403), ("everything-below", 200)];
    each_answer("bare-config", &expected, async |server| {
        status(&server, &["*:config"], "GET", "config/clients").await
    })
    .await;
}

#[tokio::test]
async fn item_scope_lists() {
    let scope = format!("*:config/tokenPolicies/{TOKEN_POLICY}");
    each_answer(
        "item-scope-lists",
        &[("no", 403), ("yes", 200)],
        async |server| status(&server, &[&scope], "GET", "config/tokenPolicies").await,
    )
    .await;
}

#[tokio::test]
async fn foreign_item_status() {
    each_answer(
        "foreign-item-status",
        &[("403", 403), ("404", 404)],
        async |server| {
            let caller = server.scoped(&["*:config/clients"]).await;
            let there = format!("config/tokenPolicies/{TOKEN_POLICY}");
            caller.get(&there).await.refused(403, "Forbidden");
            caller
                .get("config/tokenPolicies")
                .await
                .refused(403, "Forbidden");
            caller
                .get(&format!("config/tokenPolicies/{NOBODY}"))
                .await
                .status
                .as_u16()
        },
    )
    .await;
}
