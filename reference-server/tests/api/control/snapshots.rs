//! `/_control/snapshots`.

use serde_json::json;

use super::Control;
use crate::browser::Browser;
use crate::caller::{Asks, Server, text};
use crate::relying_party::RelyingParty;

#[tokio::test]
async fn everything_comes_back_as_often_as_wanted() {
    let server = Server::new();
    let control = Control::of(&server);
    let rp = RelyingParty::confidential(&server);
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let code = rp.code(&browser, &[]).await;
    let tokens = rp.tokens_in(&browser, &[]).await.0;
    let access = text(&tokens["access_token"]);
    let refresh = text(&tokens["refresh_token"]);
    let administrator = server.configuration_client().token("*:**").await;
    let userinfo = async || {
        let answer = server.bearer(access).get("profiles/oidc/userinfo").await;
        answer.status.as_u16()
    };

    let id = control.send("POST", "/snapshots").await.success()["id"].clone();
    let restore = format!("/snapshots/{}/restore", text(&id));
    for _ in 0..2 {
        assert_eq!(userinfo().await, 200);
        assert_eq!(rp.exchange(&code, &[]).await.status, 200);
        assert_eq!(rp.refresh(refresh, &[]).await.status, 200);
        assert_eq!(rp.revoke(access).await.status, 200);
        assert_eq!(rp.revoke(refresh).await.status, 200);
        assert_eq!(userinfo().await, 401);
        assert_eq!(rp.exchange(&code, &[]).await.status, 400);
        assert_eq!(rp.refresh(refresh, &[]).await.status, 400);
        let owner = server.bearer(&administrator);
        let policy = json!({ "title": "A", "allowedScopes": ["openid"] });
        let policy = owner.post("config/tokenPolicies", policy).await.success();
        let path = format!("config/tokenPolicies/{}", text(&policy));
        assert_eq!(owner.get(&path).await.status, 200);
        control.send("POST", &restore).await.success();
        assert_eq!(owner.get(&path).await.status, 404);
    }
    assert_eq!(userinfo().await, 200);
    let again = rp.code(&browser, &[("prompt", "none")]).await;
    assert_ne!(again, code, "the session is there, and no code comes twice");
}

#[tokio::test]
async fn a_session_that_ended_since_is_there_again() {
    let server = Server::new();
    let control = Control::of(&server);
    let rp = RelyingParty::confidential(&server);
    let browser = Browser::new(&server);
    browser.sign_in().await;
    control.send("POST", "/snapshots").await.success();
    let path = format!("/customers/{}/users", crate::caller::CUSTOMER);
    let users = control.send("GET", &path).await.success();
    let user = format!("{path}/{}", text(&users["users"][0]["uuid"]));
    control.send("DELETE", &user).await.success();
    let request = rp.request(&[("prompt", "none")]);
    let refused = browser.get(&request).await.came_back();
    assert_eq!(refused["error"], "login_required");
    control.send("POST", "/snapshots/1/restore").await.success();
    assert!(browser.get(&request).await.came_back().contains_key("code"));
}

#[tokio::test]
async fn time_does_not_come_back() {
    let server = Server::new();
    let control = Control::of(&server);
    let owner = server.owner().await;
    control.send("POST", "/snapshots").await.success();
    let step = json!({ "seconds": 3600 });
    let advanced = control
        .json("POST", "/clock/advance", &step)
        .await
        .success();
    control.send("POST", "/snapshots/1/restore").await.success();
    assert_eq!(control.send("GET", "/clock").await.success(), advanced);
    assert_eq!(owner.get("config/clients").await.status, 401);
}

#[tokio::test]
async fn there_are_so_many_and_no_more() {
    let control = Control::of(&Server::new());
    for number in 1..=16 {
        let id = control.send("POST", "/snapshots").await.success();
        assert_eq!(id, json!({ "id": number.to_string() }));
    }
    let refused = control.send("POST", "/snapshots").await;
    refused.refused_with(409, "there are 16 snapshots");
    control.send("DELETE", "/snapshots/3").await.success();
    let again = control.send("DELETE", "/snapshots/3").await;
    again.refused(404, "there is nothing here");
    let restore = control.send("POST", "/snapshots/3/restore").await;
    restore.refused(404, "there is nothing here");
    let id = control.send("POST", "/snapshots").await.success();
    assert_eq!(id, json!({ "id": "17" }));
    for other in ["0", "03", "-1", "x", "99999999999999999999999"] {
        let path = format!("/snapshots/{other}/restore");
        let refused = control.send("POST", &path).await;
        refused.refused(404, "there is nothing here");
    }
}
