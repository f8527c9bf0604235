//! `/_control`, `/_control/state` and `/_control/reset`.

use serde_json::json;

use super::Control;
use crate::caller::{Asks, CONFIGURATION_POLICY, CUSTOMER, Server, text};

#[tokio::test]
async fn it_says_what_is_served() {
    let control = Control::of(&Server::new());
    let expected = json!({
        "proofhouse": env!("CARGO_PKG_VERSION"),
        "customers": [CUSTOMER],
        "clock": { "now": "2026-01-01T00:00:00.000Z", "frozen": true },
    });
    assert_eq!(control.send("GET", "").await.success(), expected);
    control
        .send("GET", "/nothing")
        .await
        .refused(404, "there is nothing here");
    control
        .send("GET", "/faults/x/y")
        .await
        .refused(404, "there is nothing here");
}

#[tokio::test]
async fn the_hash_changes_with_what_is_configured_and_comes_back_with_it() {
    let server = Server::new();
    let control = Control::of(&server);
    let hash = async || control.send("GET", "/state").await.success()["hash"].clone();
    let owner = server.owner().await;
    let start = hash().await;
    let client =
        json!({ "name": "A", "type": "confidential", "tokenPolicy": CONFIGURATION_POLICY });
    let client = owner.post("config/clients", client).await.success();
    let with_client = hash().await;
    assert_ne!(with_client, start);
    let path = format!("config/clients/{}", text(&client["id"]));
    owner
        .send("POST", &format!("{path}/secret"))
        .await
        .success();
    let with_other_secret = hash().await;
    assert_ne!(with_other_secret, with_client, "the secret is another one");
    owner.delete(&path).await.success();
    assert_eq!(hash().await, start);
    let token = owner.get("config/clients").await;
    assert_eq!(token.status, 200, "what was asked changes nothing");
    assert_eq!(hash().await, start);
}

#[tokio::test]
async fn a_sign_in_changes_no_hash_and_a_changed_profile_does() {
    use crate::browser::Browser;

    let server = Server::new();
    let control = Control::of(&server);
    let hash = async || control.send("GET", "/state").await.success()["hash"].clone();
    let start = hash().await;
    Browser::new(&server).sign_in().await;
    assert_eq!(hash().await, start);
    let path = format!("/customers/{CUSTOMER}/users");
    let users = control.send("GET", &path).await.success();
    let id = text(&users["users"][0]["uuid"]).to_owned();
    control
        .send("DELETE", &format!("{path}/{id}"))
        .await
        .success();
    let gone = hash().await;
    assert_ne!(gone, start);
    let mut again = users["users"][0].clone();
    again["password"] = json!("another password");
    control.json("POST", &path, &again).await.success();
    let other_password = hash().await;
    assert!(other_password != start && other_password != gone);
    control
        .send("DELETE", &format!("{path}/{id}"))
        .await
        .success();
    again["password"] = json!("correct horse battery staple");
    control.json("POST", &path, &again).await.success();
    assert_eq!(hash().await, start);
}

#[tokio::test]
async fn a_reset_goes_back_to_the_start() {
    let server = Server::new();
    let control = Control::of(&server);
    let hash = async || control.send("GET", "/state").await.success()["hash"].clone();
    let overview = control.send("GET", "").await.success();
    let start = hash().await;
    let first_token = server.configuration_client().token("*:**").await;
    let keys = server.anybody().get("login/jwk").await.success();

    let owner = server.bearer(&first_token);
    owner
        .post(
            "config/tokenPolicies",
            json!({ "title": "A", "allowedScopes": ["openid"] }),
        )
        .await
        .success();
    let rotate = format!("/customers/{CUSTOMER}/keys/rotate");
    control.send("POST", &rotate).await.success();
    let step = json!({ "seconds": 60 });
    control
        .json("POST", "/clock/advance", &step)
        .await
        .success();
    assert_ne!(hash().await, start);

    control.send("POST", "/reset").await.success();
    assert_eq!(hash().await, start);
    assert_eq!(control.send("GET", "").await.success(), overview);
    let after = server.anybody().get("login/jwk").await.success();
    assert_eq!(after, keys);
    let refused = server.bearer(&first_token).get("config/clients").await;
    assert_eq!(refused.status, 401, "tokens are gone");
    let again = server.configuration_client().token("*:**").await;
    assert_ne!(again, "");
    server.app.reset();
    assert_eq!(
        server.configuration_client().token("*:**").await,
        again,
        "the seed's sequence begins again"
    );
}
