//! Forms and statuses of the configuration APIs.

use serde_json::{Value, json};

use super::each_answer;
use crate::caller::{
    Asks, CONFIGURATION_CLIENT, CONFIGURATION_SECRET, CUSTOMER, NOBODY, PUBLIC_CLIENT, Server,
    TOKEN_POLICY, text,
};

#[tokio::test]
async fn secret_retrieval() {
    let expected = [
        ("refused", (405, json!({ "errors": "Method Not Allowed" }))),
        ("readable", (200, json!({ "secret": CONFIGURATION_SECRET }))),
    ];
    let path = |client: &str| format!("config/clients/{client}/secret");
    each_answer("secret-retrieval", &expected, async |server| {
        let owner = server.owner().await;
        owner.get(&path(CONFIGURATION_CLIENT)).await.whole()
    })
    .await;

    let server = Server::reading(&["secret-retrieval=readable"]);
    let owner = server.owner().await;
    let writer = server.scoped(&["+:config/clients"]).await;
    writer
        .get(&path(CONFIGURATION_CLIENT))
        .await
        .refused(403, "Forbidden");
    let reset = owner
        .send("POST", &path(CONFIGURATION_CLIENT))
        .await
        .success();
    assert_eq!(
        owner.get(&path(CONFIGURATION_CLIENT)).await.success(),
        reset
    );
    owner
        .get(&path(PUBLIC_CLIENT))
        .await
        .refused(404, "Not Found");
}

#[tokio::test]
async fn secret_at_creation() {
    each_answer(
        "secret-at-creation",
        &[("yes", true), ("no", false)],
        async |server| {
            let body = json!({ "name": "x", "type": "confidential", "tokenPolicy": TOKEN_POLICY });
            let created = server
                .owner()
                .await
                .post("config/clients", body)
                .await
                .success();
            created.get("secret").is_some()
        },
    )
    .await;
}

#[tokio::test]
async fn secret_reset_method() {
    let path = format!("config/clients/{CONFIGURATION_CLIENT}/secret");
    let expected = [
        ("POST", (201, 405, "POST".to_owned())),
        ("PUT", (405, 201, "PUT".to_owned())),
    ];
    each_answer("secret-reset-method", &expected, async |server| {
        let owner = server.owner().await;
        let post = owner.send("POST", &path).await.status.as_u16();
        let put = owner.send("PUT", &path).await.status.as_u16();
        let allow = owner
            .get(&path)
            .await
            .header("allow")
            .unwrap_or_default()
            .to_owned();
        (post, put, allow)
    })
    .await;
}

#[tokio::test]
async fn creation_status() {
    each_answer(
        "creation-status",
        &[("201", 201), ("200", 200)],
        async |server| {
            let owner = server.owner().await;
            let policy = owner
                .post("config/tokenPolicies", json!({ "title": "x" }))
                .await;
            let client =
                json!({ "name": "x", "type": "confidential", "tokenPolicy": TOKEN_POLICY });
            let client = owner.post("config/clients", client).await;
            assert_eq!(policy.status, client.status);
            policy.status.as_u16()
        },
    )
    .await;
}

#[tokio::test]
async fn deletion_status() {
    each_answer(
        "deletion-status",
        &[("204", 204), ("200", 200)],
        async |server| {
            let owner = server.owner().await;
            let (status, body) = owner
                .delete(&format!("config/clients/{PUBLIC_CLIENT}"))
                .await
                .whole();
            assert_eq!(body, Value::Null);
            status
        },
    )
    .await;
}

#[tokio::test]
async fn missing_member_status() {
    each_answer(
        "missing-member-status",
        &[("400", 400), ("422", 422)],
        async |server| {
            let answer = server
                .owner()
                .await
                .post("config/tokenPolicies", json!({}))
                .await;
            answer.status.as_u16()
        },
    )
    .await;
}

#[tokio::test]
async fn bad_value_status() {
    each_answer(
        "bad-value-status",
        &[("422", 422), ("400", 400)],
        async |server| {
            let owner = server.owner().await;
            let value = owner
                .post("config/tokenPolicies", json!({ "title": 1 }))
                .await
                .status;
            let reference = json!({ "name": "x", "type": "confidential", "tokenPolicy": NOBODY });
            let reference = owner.post("config/clients", reference).await.status;
            assert_eq!(value, reference);
            value.as_u16()
        },
    )
    .await;
}

#[tokio::test]
async fn lifetime_as_text() {
    each_answer(
        "lifetime-as-text",
        &[("yes", 201), ("no", 422)],
        async |server| {
            let owner = server.owner().await;
            let body = json!({ "title": "x", "accessTokenLifetime": "1800" });
            let (status, id) = owner.post("config/tokenPolicies", body).await.whole();
            if status == 201 {
                let shown = owner
                    .get(&format!("config/tokenPolicies/{}", text(&id)))
                    .await
                    .success();
                assert_eq!(shown["accessTokenLifetime"], json!(1800));
            }
            status
        },
    )
    .await;
}

#[tokio::test]
async fn client_href() {
    let id = PUBLIC_CLIENT;
    let expected = [
        (
            "customer-first",
            json!({ "href": format!("/{CUSTOMER}/config/clients/{id}") }),
        ),
        (
            "config-first",
            json!({ "href": format!("/config/{CUSTOMER}/clients/{id}") }),
        ),
    ];
    each_answer("client-href", &expected, async |server| {
        let owner = server.owner().await;
        let shown = owner.get(&format!("config/clients/{id}")).await.success();
        let list = owner.get("config/clients").await.success();
        let links = list.pointer("/_embedded/clients/1/_links/self").cloned();
        assert_eq!(links.as_ref(), Some(&shown["_links"]["self"]));
        shown["_links"]["self"].clone()
    })
    .await;
}
