//! `/_control/customers/{customer}/users`.

use serde_json::{Value, json};

use super::Control;
use crate::browser::Browser;
use crate::caller::{Asks, CUSTOMER, NOBODY, Server, text};
use crate::relying_party::RelyingParty;

fn path() -> String {
    format!("/customers/{CUSTOMER}/users")
}

fn noor() -> Value {
    json!({
        "uuid": "0f2b7c9e-6a51-4f0e-9c31-000000000001",
        "email": "noor.haddad@example.com",
        "password": "a longer one than most",
        "profile": { "givenName": "Noor", "shoeSize": 41 },
    })
}

#[tokio::test]
async fn somebody_is_added_shown_and_removed() {
    let control = Control::of(&Server::new());
    let before = control.send("GET", &path()).await.success();
    assert_eq!(before["users"][0]["email"], "mira.lind@example.com");
    assert_eq!(before["users"][0]["profile"]["givenName"], "Mira");
    let mut shown = noor();
    shown.as_object_mut().expect("an object").remove("password");
    let added = control.json("POST", &path(), &noor()).await;
    let own = format!("{}/{}", path(), text(&shown["uuid"]));
    assert_eq!(added.headers["location"], format!("/_control{own}"));
    assert_eq!(added.success(), shown);
    assert_eq!(control.send("GET", &own).await.success(), shown);
    let users = control.send("GET", &path()).await.success();
    assert_eq!(users["users"].as_array().map(Vec::len), Some(2));
    assert!(!users.to_string().contains("longer one"));
    control.send("DELETE", &own).await.success();
    for method in ["GET", "DELETE"] {
        control
            .send(method, &own)
            .await
            .refused(404, "there is nothing here");
    }
    assert_eq!(control.send("GET", &path()).await.success(), before);
}

#[tokio::test]
async fn an_id_is_made_if_none_is_given() {
    let control = Control::of(&Server::new());
    let user = json!({ "email": "a@example.com", "password": "p" });
    let added = control.json("POST", &path(), &user).await.success();
    assert_eq!(added["profile"], json!({}));
    let own = format!("{}/{}", path(), text(&added["uuid"]));
    assert_eq!(control.send("GET", &own).await.success(), added);
}

#[tokio::test]
async fn whoever_breaks_a_rule_is_refused() {
    let control = Control::of(&Server::new());
    control.json("POST", &path(), &noor()).await.success();
    let add = async |member: &str, value: Value| {
        let mut user = noor();
        user["uuid"] = json!("0f2b7c9e-6a51-4f0e-9c31-000000000002");
        user["email"] = json!("somebody@example.com");
        user[member] = value;
        control.json("POST", &path(), &user).await
    };
    let id = noor()["uuid"].clone();
    add("uuid", id)
        .await
        .refused(409, "somebody has this `uuid`");
    let email = json!("NOOR.haddad@example.com");
    add("email", email)
        .await
        .refused(409, "somebody has this `email`");
    add("email", json!("nobody"))
        .await
        .refused(400, "`email`: `nobody` is not an e-mail address");
    add("uuid", json!("x")).await.refused_with(400, "`uuid`");
    let profile = json!({ "givenName": 1 });
    add("profile", profile)
        .await
        .refused(400, "`profile.givenName`: a text is wanted");
    let profile = json!({ "lastUpdated": "2026-02-31T00:00:00Z" });
    add("profile", profile)
        .await
        .refused_with(400, "`profile.lastUpdated`");
    let profile = json!({ "email": "x" });
    add("profile", profile)
        .await
        .refused_with(400, "`profile.email`");
    add("shoeSize", json!(41))
        .await
        .refused_with(400, "unknown field `shoeSize`");
    add("password", json!(null))
        .await
        .refused_with(400, "expected a string");
    let users = control.send("GET", &path()).await.success();
    assert_eq!(users["users"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_customer_or_user_that_is_not_there_is_not_found() {
    let control = Control::of(&Server::new());
    for customer in [NOBODY, "x"] {
        let users = format!("/customers/{customer}/users");
        control
            .send("GET", &users)
            .await
            .refused(404, "there is nothing here");
        let added = control.json("POST", &users, &noor()).await;
        added.refused(404, "there is nothing here");
        let own = format!("{users}/{NOBODY}");
        control
            .send("DELETE", &own)
            .await
            .refused(404, "there is nothing here");
    }
    for user in [NOBODY, "x"] {
        let own = format!("{}/{user}", path());
        control
            .send("GET", &own)
            .await
            .refused(404, "there is nothing here");
    }
}

#[tokio::test]
async fn whoever_is_removed_is_signed_out_and_has_no_tokens() {
    let server = Server::new();
    let control = Control::of(&server);
    let rp = RelyingParty::confidential(&server);
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let code = rp.code(&browser, &[]).await;
    let tokens = rp.tokens_in(&browser, &[]).await.0;
    let users = control.send("GET", &path()).await.success();
    let own = format!("{}/{}", path(), text(&users["users"][0]["uuid"]));
    control.send("DELETE", &own).await.success();
    let refused = rp.exchange(&code, &[]).await;
    refused.refused_oauth(400, "invalid_grant");
    let refused = rp.refresh(text(&tokens["refresh_token"]), &[]).await;
    refused.refused_oauth(400, "invalid_grant");
    let bearer = server.bearer(text(&tokens["access_token"]));
    assert_eq!(bearer.get("profiles/oidc/userinfo").await.status, 401);
    let refused = browser.get(&rp.request(&[("prompt", "none")])).await;
    assert_eq!(refused.came_back()["error"], "login_required");
}

#[tokio::test]
async fn a_profile_is_changed_by_a_merge_patch() {
    let control = Control::of(&Server::new());
    let own = format!("{}/{}", path(), text(&noor()["uuid"]));
    control.json("POST", &path(), &noor()).await.success();
    let change = json!({ "profile": { "givenName": null, "primaryAddress": { "city": "Lund" } } });
    let changed = control.json("PATCH", &own, &change).await.success();
    let profile = &changed["profile"];
    assert_eq!(profile["primaryAddress"], json!({ "city": "Lund" }));
    assert_eq!(
        (&profile["shoeSize"], profile.get("givenName")),
        (&json!(41), None)
    );
    assert_eq!(control.send("GET", &own).await.success(), changed);
    for (change, words) in [
        (
            json!({ "profile": { "email": "x@example.com" } }),
            "`profile.email` cannot be changed",
        ),
        (
            json!({ "profile": { "uuid": NOBODY } }),
            "`profile.uuid` cannot be changed",
        ),
        (
            json!({ "profile": { "lastUpdated": "soon" } }),
            "profile.lastUpdated",
        ),
        (json!({ "profile": [] }), "invalid type"),
        (json!({ "email": "x@example.com" }), "unknown field"),
    ] {
        let answer = control.json("PATCH", &own, &change).await;
        answer.refused_with(400, words);
    }
    assert_eq!(control.send("GET", &own).await.success(), changed);
    let nobody = format!("{}/{NOBODY}", path());
    let change = json!({ "profile": {} });
    let answer = control.json("PATCH", &nobody, &change).await;
    answer.refused(404, "there is nothing here");
}
