//! The configuration of clients and policies, when it goes wrong.

use serde_json::{Value, json};

use super::sound_and;
use crate::caller::{
    Asks, CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, LOGIN_POLICY, PUBLIC_CLIENT, TOKEN_POLICY, text,
};

const SECRET: &str = "config/clients/6d1f0b8a-7c11-4c39-9a51-000000000003/secret";

#[tokio::test]
async fn a_list_counts_one_too_many() {
    for (server, more) in sound_and("total-is-one-too-many").iter().zip([0, 1]) {
        let list = server.owner().await.get("config/clients").await.success();
        let entries = list["_embedded"]["clients"].as_array().map(Vec::len);
        assert_eq!(list["total"], entries.unwrap_or_default() + more);
    }
}

#[tokio::test]
async fn a_policy_in_use_is_deleted() {
    for (server, [login, token]) in sound_and("login-policies-in-use-are-deleted")
        .iter()
        .zip([[409, 409], [204, 409]])
    {
        let owner = server.owner().await;
        let path = format!("config/tokenPolicies/{TOKEN_POLICY}");
        assert_eq!(owner.delete(&path).await.status, token);
        let path = format!("config/loginPolicies/{LOGIN_POLICY}");
        assert_eq!(owner.delete(&path).await.status, login);
    }
}

#[tokio::test]
async fn an_old_secret_works_beside_the_new_one() {
    for (server, expected) in sound_and("old-secrets-go-on-working")
        .iter()
        .zip([401, 200])
    {
        let owner = server.owner().await;
        let reset = async || owner.send("POST", SECRET).await.success()["secret"].take();
        let secrets = [reset().await, reset().await];
        let status = async |secret: &str| {
            let client = server.client(CONFIDENTIAL_CLIENT, secret);
            client
                .form(&[("grant_type", "client_credentials")])
                .await
                .status
        };
        assert_eq!(status(text(&secrets[0])).await, expected);
        assert_eq!(status(text(&secrets[1])).await, 200);
        // It was never told while the fault was on.
        assert_eq!(status(CONFIDENTIAL_SECRET).await, 401);
    }
}

#[tokio::test]
async fn a_secret_is_shown_where_it_was_told_before() {
    for (server, is_shown) in sound_and("secrets-are-shown-with-clients")
        .iter()
        .zip([false, true])
    {
        let owner = server.owner().await;
        let secret = owner.send("POST", SECRET).await.success()["secret"].take();
        let path = format!("config/clients/{CONFIDENTIAL_CLIENT}");
        let shown = owner.get(&path).await.success();
        assert_eq!(shown.get("secret"), is_shown.then_some(&secret));
        let path = format!("config/clients/{PUBLIC_CLIENT}");
        let public = owner.get(&path).await.success();
        assert_eq!(public.get("secret"), None);
    }
}

#[tokio::test]
async fn an_identity_store_changes() {
    let path = format!("config/loginPolicies/{LOGIN_POLICY}");
    let place = "/identityStoreDetails/connectionDetails/clientSecret";
    for (server, expected) in sound_and("secrets-of-stores-can-be-changed")
        .iter()
        .zip([422, 200])
    {
        let owner = server.owner().await;
        let mut policy = owner.get(&path).await.success();
        let secret = policy.pointer_mut(place).expect("a secret");
        let before = std::mem::replace(secret, json!("another"));
        assert_eq!(owner.put(&path, policy).await.status, expected);
        let after = owner.get(&path).await.success();
        let is_kept = after.pointer(place) == Some(&before);
        assert_eq!(is_kept, expected == 422);
    }
}

#[tokio::test]
async fn a_modification_is_answered_and_not_done() {
    let path = format!("config/tokenPolicies/{TOKEN_POLICY}");
    for (server, is_done) in sound_and("modifications-are-not-done")
        .iter()
        .zip([true, false])
    {
        let owner = server.owner().await;
        let title = |policy: Value| policy["title"] == "Changed";
        let change = json!({ "title": "Changed" });
        assert!(title(owner.put(&path, change).await.success()));
        assert_eq!(title(owner.get(&path).await.success()), is_done);
    }
}

#[tokio::test]
async fn another_spelling_of_a_path_gets_past_a_deny() {
    for (server, expected) in sound_and("doubled-slashes-are-one").iter().zip([404, 200]) {
        let caller = server.scoped(&["*:**", "-:config/clients"]).await;
        assert_eq!(caller.get("config/clients").await.status, 403);
        let answer = caller.get("config//clients").await;
        assert_eq!(answer.status, expected);
    }
}
