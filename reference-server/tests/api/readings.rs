//! Both answers of every reading, on the wire.

use std::time::Duration;

use reference_server::settings::Readings;
use serde_json::{Value, json};

use crate::caller::{
    Asks, CONFIGURATION_CLIENT, CONFIGURATION_SECRET, CUSTOMER, NOBODY, PUBLIC_CLIENT, Server,
    TOKEN_POLICY, text,
};

const CREDENTIALS: (&str, &str) = ("grant_type", "client_credentials");

/// Makes a server for every answer of a reading, and wants each to be tried.
async fn each_answer<T>(
    id: &'static str,
    expected: &[(&str, T)],
    mut observe: impl AsyncFnMut(Server) -> T,
) where
    T: PartialEq + std::fmt::Debug,
{
    let tried: Vec<&str> = expected.iter().map(|(answer, _)| *answer).collect();
    assert_eq!(Readings::answers(id), Some(&*tried), "{id}");
    for (answer, expected) in expected {
        let observed = observe(Server::reading(&[&format!("{id}={answer}")])).await;
        assert_eq!(&observed, expected, "{id}={answer}");
    }
}

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
