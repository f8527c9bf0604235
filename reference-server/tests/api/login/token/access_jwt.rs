//! Access tokens under a token policy with `useAccessJWT`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::USER;
use crate::caller::{
    Asks, CONFIGURATION_CLIENT, CONFIGURATION_POLICY, PUBLIC_CLIENT, Server, text,
};
use crate::relying_party::{ISSUER, RelyingParty};

#[tokio::test]
async fn an_access_token_may_be_a_jwt() {
    let server = Server::new();
    server.token_policy("useAccessJWT", json!(true)).await;
    let client = RelyingParty::public(&server);
    let resource = "https://api.example.com/v1";
    let tokens = client.tokens(&[("resource", resource)]).await;
    let mut claims = server.verified(tokens.access()).await;
    assert_eq!(text(&claims["jti"]).len(), 24);
    claims["jti"] = json!("[jti]");
    let now = 1_767_225_600;
    let global = format!("capture-v1://demo.capture.example.test/demoapplication/user/{USER}");
    assert_eq!(
        claims,
        json!({
            "aud": [PUBLIC_CLIENT, resource], "client_id": PUBLIC_CLIENT, "exp": now + 3600,
            "global_sub": global, "iat": now, "iss": ISSUER, "jti": "[jti]",
            "scope": "email openid profile", "sub": USER
        })
    );
    let userinfo = server
        .bearer(tokens.access())
        .get("profiles/oidc/userinfo")
        .await;
    assert_eq!(userinfo.success()["sub"], json!(USER));
    let said = server.introspect(tokens.access()).await;
    assert_eq!(
        (&said["active"], &said["exp"]),
        (&json!(true), &json!(now + 3600))
    );
    client.revoke(tokens.access()).await.success();
    assert!(!server.is_active(tokens.access()).await);

    let tokens = client.tokens(&[]).await;
    server.app.clock().advance(Duration::from_secs(3600));
    assert!(!server.is_active(tokens.access()).await);
}

#[tokio::test]
async fn an_administrative_token_may_be_a_jwt_too() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = format!("config/tokenPolicies/{CONFIGURATION_POLICY}");
    let mut policy = owner.get(&path).await.success();
    policy["useAccessJWT"] = json!(true);
    owner.put(&path, policy).await.success();
    let token = server.configuration_client().token("*:**").await;
    let claims = server.verified(&token).await;
    assert_eq!(claims["sub"], json!(CONFIGURATION_CLIENT));
    assert_eq!(claims["scope"], json!("*:**"));
    assert_eq!(claims.get("global_sub"), None::<&Value>);
    server.bearer(&token).get("config/clients").await.success();
}
