//! `/{customerId}/config/loginPolicies`, and the two resources below each.

use serde_json::{Value, json};

use crate::caller::{Asks, CUSTOMER, LOGIN_POLICY, NOBODY, PUBLIC_CLIENT, Server, text};

const POLICIES: &str = "config/loginPolicies";

fn body() -> Value {
    json!({
        "title": "Shop Login Policy",
        "loginURL": "https://id.shop.example.test/login",
        "identityStoreDetails": {
            "type": "janrainCapture",
            "connectionDetails": {
                "domain": "shop.capture.example.test",
                "applicationId": "shopapplication",
                "entityType": "user",
                "clientId": "shopowner",
                "clientSecret": "shop-owner-secret",
            },
        },
    })
}

fn without(mut body: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let removed = body
        .pointer_mut(parent)
        .and_then(Value::as_object_mut)
        .and_then(|members| members.remove(name));
    assert!(removed.is_some(), "`{pointer}` is there");
    body
}

fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = body
        .pointer_mut(parent)
        .and_then(Value::as_object_mut)
        .expect("an object");
    parent.insert(name.to_owned(), value);
    body
}

/// Makes a policy, and returns its path.
async fn made(owner: &impl Asks, body: Value) -> String {
    let (status, id) = owner.post(POLICIES, body).await.whole();
    assert_eq!(status, 201, "{id}");
    format!("{POLICIES}/{}", text(&id))
}

#[tokio::test]
async fn lists_in_short() {
    let server = Server::new();
    let owner = server.owner().await;
    let href = format!("/{CUSTOMER}/{POLICIES}/{LOGIN_POLICY}");
    assert_eq!(
        owner.get(POLICIES).await.success(),
        json!({ "total": 1, "_embedded": { "loginPolicies": [
            { "id": LOGIN_POLICY, "title": "Demo Login Policy", "_links": { "self": { "href": href } } },
        ] } })
    );
}

#[tokio::test]
async fn what_is_sent_is_shown() {
    let server = Server::new();
    let owner = server.owner().await;
    for body in [
        body(),
        with(body(), "/customClaims", json!({})),
        with(
            body(),
            "/customClaims",
            json!({ "userinfo": { "zip": "primaryAddress.zip" } }),
        ),
        with(
            body(),
            "/customClaims",
            json!({ "id_token": {}, "userinfo": { "a": "b" } }),
        ),
        with(body(), "/loginURL", json!("http://localhost/login")),
    ] {
        let path = made(&owner, body.clone()).await;
        let mut expected = body;
        expected["id"] = json!(path.rsplit('/').next());
        expected["_links"] = json!({ "self": { "href": format!("/{CUSTOMER}/{path}") } });
        assert_eq!(owner.get(&path).await.success(), expected);
    }
}

#[tokio::test]
async fn a_fetched_policy_without_its_id_makes_a_copy() {
    let server = Server::new();
    let owner = server.owner().await;
    let fetched = owner
        .get(&format!("{POLICIES}/{LOGIN_POLICY}"))
        .await
        .success();
    let path = made(&owner, without(fetched, "/id")).await;
    assert!(!path.ends_with(LOGIN_POLICY));
}

#[tokio::test]
async fn required_members_are_asked_for_by_name() {
    let server = Server::new();
    let owner = server.owner().await;
    let fetched = owner
        .get(&format!("{POLICIES}/{LOGIN_POLICY}"))
        .await
        .success();
    for (pointer, location) in [
        ("/title", "'title',"),
        ("/loginURL", "'loginURL',"),
        ("/identityStoreDetails", "'identityStoreDetails',"),
        (
            "/identityStoreDetails/type",
            "'identityStoreDetails', 'type'",
        ),
        (
            "/identityStoreDetails/connectionDetails",
            "'identityStoreDetails', 'connectionDetails'",
        ),
        (
            "/identityStoreDetails/connectionDetails/domain",
            "'identityStoreDetails', 'connectionDetails', 'domain'",
        ),
        (
            "/identityStoreDetails/connectionDetails/clientSecret",
            "'identityStoreDetails', 'connectionDetails', 'clientSecret'",
        ),
    ] {
        let said = format!("({location}) field required");
        owner
            .post(POLICIES, without(body(), pointer))
            .await
            .refused(400, &said);
        let path = format!("{POLICIES}/{LOGIN_POLICY}");
        owner
            .put(&path, without(fetched.clone(), pointer))
            .await
            .refused(400, &said);
    }
    let path = format!("{POLICIES}/{LOGIN_POLICY}");
    owner
        .put(&path, without(fetched, "/id"))
        .await
        .refused(400, "('id',) field required");
}

#[tokio::test]
async fn bad_values_are_refused_by_name() {
    let server = Server::new();
    let owner = server.owner().await;
    let connection = "/identityStoreDetails/connectionDetails";
    for (pointer, value, said) in [
        ("/title", json!(1), "('title',) str type expected"),
        (
            "/loginURL",
            json!("/login"),
            "('loginURL',) invalid or missing URL scheme",
        ),
        (
            "/loginURL",
            json!("javascript:alert(1)"),
            "('loginURL',) invalid or missing URL scheme",
        ),
        (
            "/loginURL",
            json!("https://id.shop.example.test/login\r\n"),
            "('loginURL',) a URL has no spaces or control characters",
        ),
        (
            "/identityStoreDetails/type",
            json!("ldap"),
            "('identityStoreDetails', 'type') unexpected value; permitted: 'janrainCapture'",
        ),
        (
            &format!("{connection}/domain"),
            json!("https://shop.capture.example.test"),
            "('identityStoreDetails', 'connectionDetails', 'domain') host name expected, without a scheme",
        ),
        (
            connection,
            json!([]),
            "('identityStoreDetails', 'connectionDetails') value is not a valid dict",
        ),
        (
            "/customClaims",
            json!(null),
            "('customClaims',) none is not an allowed value",
        ),
        (
            "/customClaims",
            json!({ "id_tokens": {} }),
            "('customClaims', 'id_tokens') extra fields not permitted",
        ),
        (
            "/customClaims",
            json!({ "userinfo": { "zip": 1 } }),
            "('customClaims', 'userinfo', 'zip') str type expected",
        ),
    ] {
        owner
            .post(POLICIES, with(body(), pointer, value))
            .await
            .refused(422, said);
    }
}

#[tokio::test]
async fn put_replaces_what_may_change() {
    let server = Server::new();
    let owner = server.owner().await;
    let claims = json!({ "userinfo": { "zip": "primaryAddress.zip" } });
    let path = made(&owner, with(body(), "/customClaims", claims)).await;
    let fetched = owner.get(&path).await.success();
    let mut changed = without(fetched, "/customClaims");
    changed["title"] = json!("Renamed");
    changed["loginURL"] = json!("https://id.shop.example.test/v2/login");
    let (status, shown) = owner.put(&path, changed.clone()).await.whole();
    assert_eq!((status, &shown), (200, &changed));
    assert_eq!(owner.get(&path).await.success(), changed);
}

#[tokio::test]
async fn the_identity_store_never_changes() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = format!("{POLICIES}/{LOGIN_POLICY}");
    let fetched = owner.get(&path).await.success();
    for member in [
        "domain",
        "applicationId",
        "entityType",
        "clientId",
        "clientSecret",
    ] {
        let pointer = format!("/identityStoreDetails/connectionDetails/{member}");
        owner
            .put(&path, with(fetched.clone(), &pointer, json!("other")))
            .await
            .refused(422, "identityStoreDetails cannot be changed");
    }
    owner
        .put(&path, with(fetched.clone(), "/id", json!(NOBODY)))
        .await
        .refused(422, "('id',) the id of a policy cannot be changed");
    assert_eq!(owner.get(&path).await.success(), fetched);
}

#[tokio::test]
async fn a_policy_in_use_stays() {
    let server = Server::new();
    let owner = server.owner().await;
    let (status, body) = owner
        .delete(&format!("{POLICIES}/{LOGIN_POLICY}"))
        .await
        .whole();
    assert_eq!(status, 409);
    let paths: Vec<String> =
        serde_json::from_str(text(&body["errors"])).expect("JSON within the text");
    assert_eq!(paths.len(), 2);
    assert!(paths.contains(&format!("/customers/{CUSTOMER}/clients/{PUBLIC_CLIENT}")));

    let path = made(&owner, self::body()).await;
    assert_eq!(owner.delete(&path).await.whole(), (204, Value::Null));
    owner.get(&path).await.refused(404, "Not Found");
}

#[tokio::test]
async fn push_claims_are_off_until_turned_on() {
    let server = Server::new();
    let owner = server.owner().await;
    let policy = made(&owner, body()).await;
    let path = format!("{policy}/pushClaims");
    assert_eq!(
        owner.get(&path).await.success(),
        json!({ "pushClaims": false })
    );
    let before = owner.get(&policy).await.success();
    let on = json!({ "pushClaims": true });
    assert_eq!(
        owner.put(&path, on.clone()).await.whole(),
        (200, on.clone())
    );
    assert_eq!(owner.get(&path).await.success(), on);
    assert_eq!(
        owner.get(&policy).await.success(),
        before,
        "the policy does not show it"
    );
    // Replacing the policy leaves it alone.
    owner.put(&policy, before).await.success();
    assert_eq!(owner.get(&path).await.success(), on);
    owner
        .put(&path, json!({}))
        .await
        .refused(400, "('pushClaims',) field required");
    owner.put(&path, json!({ "pushClaims": 1 })).await.refused(
        422,
        "('pushClaims',) value could not be parsed to a boolean",
    );
    owner
        .get(&format!("{POLICIES}/{NOBODY}/pushClaims"))
        .await
        .refused(404, "Not Found");
}

#[tokio::test]
async fn allowed_response_types_are_code_until_changed() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = format!("{}/allowedResponseTypes", made(&owner, body()).await);
    assert_eq!(
        owner.get(&path).await.success(),
        json!({ "allowedResponseTypes": ["code"] })
    );
    let sent = json!({ "allowedResponseTypes": ["token", "id_token", "token", "code"] });
    let kept = json!({ "allowedResponseTypes": ["token", "id_token", "code"] });
    assert_eq!(owner.put(&path, sent).await.whole(), (200, kept.clone()));
    assert_eq!(owner.get(&path).await.success(), kept);
    owner
        .put(&path, json!({}))
        .await
        .refused(400, "('allowedResponseTypes',) field required");
    owner
        .put(
            &path,
            json!({ "allowedResponseTypes": ["code", "code id_token"] }),
        )
        .await
        .refused(
            422,
            "('allowedResponseTypes', 1) unexpected value; permitted: 'code', 'id_token', 'token'",
        );
    assert_eq!(owner.get(&path).await.success(), kept);
    owner
        .get(&format!("{POLICIES}/{NOBODY}/allowedResponseTypes"))
        .await
        .refused(404, "Not Found");
}
