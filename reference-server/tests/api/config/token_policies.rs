//! `/{customerId}/config/tokenPolicies`.

use serde_json::{Value, json};

use crate::caller::{
    Asks, CONFIGURATION_CLIENT, CONFIGURATION_POLICY, CUSTOMER, NOBODY, Server, TOKEN_POLICY, text,
};

const POLICIES: &str = "config/tokenPolicies";

fn is_id(text: &str) -> bool {
    text.len() == 36
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'))
}

/// Makes a policy, and returns its path.
async fn made(owner: &impl Asks, body: Value) -> String {
    let (status, id) = owner.post(POLICIES, body).await.whole();
    assert_eq!(status, 201, "{id}");
    assert!(is_id(text(&id)), "{id}");
    format!("{POLICIES}/{}", text(&id))
}

#[tokio::test]
async fn lists_in_short() {
    let server = Server::new();
    let list = server.owner().await.get(POLICIES).await.success();
    let entry = |id: &str, title: &str| json!({ "id": id, "title": title, "_links": { "self": { "href": format!("/{CUSTOMER}/{POLICIES}/{id}") } } });
    assert_eq!(
        list,
        json!({ "total": 2, "_embedded": { "tokenPolicies": [
            entry(CONFIGURATION_POLICY, "Demo Configuration Token Policy"),
            entry(TOKEN_POLICY, "Demo Login Token Policy"),
        ] } })
    );
}

#[tokio::test]
async fn defaults_stand_in_for_what_is_left_out() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = made(&owner, json!({ "title": "Bare" })).await;
    let id = path.rsplit('/').next().expect("an id").to_owned();
    assert_eq!(
        owner.get(&path).await.success(),
        json!({
            "id": id,
            "title": "Bare",
            "accessTokenLifetime": 3600,
            "refreshTokenLifetime": 7_776_000,
            "allowedScopes": ["openid", "profile", "email", "address", "phone"],
            "useAccessJWT": false,
            "_links": { "self": { "href": format!("/{CUSTOMER}/{path}") } },
        })
    );
}

#[tokio::test]
async fn what_is_sent_is_kept() {
    let server = Server::new();
    let owner = server.owner().await;
    let body = json!({
        "title": "Whole",
        "accessTokenLifetime": 60,
        "refreshTokenLifetime": 31_557_600,
        "allowedScopes": ["*:config/clients", "openid", "no scope at all"],
        "useAccessJWT": true,
    });
    let mut copy = body.clone();
    copy["id"] = json!(NOBODY);
    copy["unknown"] = json!([1]);
    let path = made(&owner, copy).await;
    let shown = owner.get(&path).await.success();
    for (name, value) in body.as_object().expect("an object") {
        assert_eq!(&shown[name], value, "{name}");
    }
    assert_ne!(shown["id"], json!(NOBODY));
    assert!(shown.get("unknown").is_none());
}

#[tokio::test]
async fn bad_values_are_refused_by_name() {
    let server = Server::new();
    let owner = server.owner().await;
    owner
        .post(POLICIES, json!({}))
        .await
        .refused(400, "('title',) field required");
    owner
        .post(POLICIES, json!({ "Title": "x" }))
        .await
        .refused(400, "('title',) field required");
    let integer = "value is not a valid integer";
    for (member, value, problem) in [
        ("title", json!(1), "str type expected"),
        ("title", json!(null), "none is not an allowed value"),
        (
            "title",
            json!(""),
            "ensure this value has at least 1 characters",
        ),
        (
            "accessTokenLifetime",
            json!(59),
            "ensure this value is greater than or equal to 60",
        ),
        (
            "accessTokenLifetime",
            json!(3601),
            "ensure this value is less than or equal to 3600",
        ),
        ("accessTokenLifetime", json!("soon"), integer),
        ("accessTokenLifetime", json!(60.5), integer),
        (
            "refreshTokenLifetime",
            json!(59),
            "ensure this value is greater than or equal to 60",
        ),
        (
            "refreshTokenLifetime",
            json!(31_557_601),
            "ensure this value is less than or equal to 31557600",
        ),
        ("refreshTokenLifetime", json!([60]), integer),
        (
            "allowedScopes",
            json!("openid"),
            "value is not a valid list",
        ),
        (
            "useAccessJWT",
            json!("true"),
            "value could not be parsed to a boolean",
        ),
    ] {
        let mut body = json!({ "title": "x" });
        body[member] = value;
        owner
            .post(POLICIES, body)
            .await
            .refused(422, &format!("('{member}',) {problem}"));
    }
    owner
        .post(
            POLICIES,
            json!({ "title": "x", "allowedScopes": ["openid", 1] }),
        )
        .await
        .refused(422, "('allowedScopes', 1) str type expected");
}

#[tokio::test]
async fn put_replaces() {
    let server = Server::new();
    let owner = server.owner().await;
    let whole = json!({
        "title": "Whole", "accessTokenLifetime": 60, "refreshTokenLifetime": 60, "allowedScopes": [], "useAccessJWT": true,
    });
    let path = made(&owner, whole).await;
    owner
        .put(&path, json!({ "accessTokenLifetime": 60 }))
        .await
        .refused(400, "('title',) field required");
    let (status, shown) = owner.put(&path, json!({ "title": "Bare" })).await.whole();
    assert_eq!(status, 200);
    assert_eq!(shown, owner.get(&path).await.success());
    for (name, value) in [
        ("title", json!("Bare")),
        ("accessTokenLifetime", json!(3600)),
        ("refreshTokenLifetime", json!(7_776_000)),
        (
            "allowedScopes",
            json!(["openid", "profile", "email", "address", "phone"]),
        ),
        ("useAccessJWT", json!(false)),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
}

#[tokio::test]
async fn what_a_policy_loses_later_tokens_lose() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = format!("{POLICIES}/{CONFIGURATION_POLICY}");
    owner
        .put(
            &path,
            json!({ "title": "Narrow", "allowedScopes": [".:config/clients"] }),
        )
        .await
        .success();
    // A token that was issued before keeps what it was granted.
    owner.get(&path).await.success();
    let later = server
        .configuration_client()
        .token("*:** .:config/clients")
        .await;
    let later = server.bearer(&later);
    later.get("config/clients").await.success();
    later.get(&path).await.refused(403, "Forbidden");
}

#[tokio::test]
async fn a_policy_in_use_stays() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = made(&owner, json!({ "title": "Used" })).await;
    let policy = path.rsplit('/').next().expect("an id");
    let mut clients = Vec::new();
    for name in ["one", "two"] {
        let body = json!({ "name": name, "type": "confidential", "tokenPolicy": policy });
        clients.push(owner.post("config/clients", body).await.success());
    }
    let (status, body) = owner.delete(&path).await.whole();
    assert_eq!(status, 409);
    let errors = text(&body["errors"]);
    assert!(errors.ends_with('\n'), "{errors:?}");
    let mut paths: Vec<String> = serde_json::from_str(errors).expect("JSON within the text");
    let mut expected: Vec<String> = clients
        .iter()
        .map(|client| format!("/customers/{CUSTOMER}/clients/{}", text(&client["id"])))
        .collect();
    paths.sort();
    expected.sort();
    assert_eq!(paths, expected);

    for client in &clients {
        let path = format!("config/clients/{}", text(&client["id"]));
        let body =
            json!({ "name": "moved", "type": "confidential", "tokenPolicy": CONFIGURATION_POLICY });
        owner.put(&path, body).await.success();
    }
    let answer = owner.delete(&path).await;
    assert_eq!(answer.whole(), (204, Value::Null));
    owner.get(&path).await.refused(404, "Not Found");
    owner.delete(&path).await.refused(404, "Not Found");
}

#[tokio::test]
async fn the_policy_of_the_only_configuration_client_is_not_protected_from_change() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = format!("{POLICIES}/{CONFIGURATION_POLICY}");
    let (status, body) = owner.delete(&path).await.whole();
    assert_eq!(status, 409);
    assert!(text(&body["errors"]).contains(CONFIGURATION_CLIENT));
    owner
        .put(&path, json!({ "title": "Locked out", "allowedScopes": [] }))
        .await
        .success();
    let token = server.configuration_client().token("*:**").await;
    server
        .bearer(&token)
        .get(POLICIES)
        .await
        .refused(403, "Forbidden");
}
