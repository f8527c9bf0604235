//! `POST /{customerId}/login/token` with `grant_type=refresh_token`.

use std::time::Duration;

use serde_json::json;

use crate::browser::Browser;
use crate::caller::{Asks, Server, text};
use crate::relying_party::{RelyingParty, Tokens};

#[tokio::test]
async fn a_refresh_gives_a_whole_new_set() {
    let server = Server::new();
    for client in [
        RelyingParty::confidential(&server),
        RelyingParty::public(&server),
    ] {
        let first = client.tokens(&[("nonce", "n1")]).await;
        server.app.clock().advance(Duration::from_secs(60));
        let answer = client.refresh(first.refresh(), &[]).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("pragma"), Some("no-cache"));
        let second = Tokens(answer.success());
        assert_eq!(second.0["scope"], first.0["scope"]);
        assert_ne!(second.access(), first.access());
        assert_ne!(second.refresh(), first.refresh());
        assert_eq!(second.refresh().len(), 64);
        let before = server.verified(first.id_token()).await;
        let after = server.verified(second.id_token()).await;
        // OpenID Connect Core, 12.2
        for name in ["iss", "sub", "aud", "azp", "auth_time", "sid", "global_sub"] {
            assert_eq!(after[name], before[name], "{name}");
        }
        let moment = |claims: &serde_json::Value, name: &str| claims[name].as_u64();
        assert_eq!(
            moment(&after, "iat"),
            moment(&before, "iat").map(|iat| iat + 60)
        );
        assert_eq!(
            moment(&after, "exp"),
            moment(&before, "exp").map(|exp| exp + 60)
        );
        assert_ne!(after["jti"], before["jti"]);
        assert_ne!(after["at_hash"], before["at_hash"]);
        assert_eq!(after.get("nonce"), None);
        // What was issued before works on.
        assert!(server.is_active(first.access()).await);
        client.refresh(second.refresh(), &[]).await.success();
    }
}

#[tokio::test]
async fn the_scope_may_shrink_but_not_grow() {
    let server = Server::new();
    let client = RelyingParty::confidential(&server);
    let tokens = client.tokens(&[("scope", "openid profile email")]).await;
    for scope in ["openid phone", "openid email admin", "*:**"] {
        let answer = client.refresh(tokens.refresh(), &[("scope", scope)]).await;
        answer.refused_oauth(400, "invalid_scope");
    }
    let less = client
        .refresh(tokens.refresh(), &[("scope", "openid  email email")])
        .await;
    let less = Tokens(less.success());
    assert_eq!(less.0["scope"], json!("email openid"));
    let said = server.introspect(less.access()).await;
    assert_eq!(said["scope"], json!("email openid"));
    let userinfo = server
        .bearer(less.access())
        .get("profiles/oidc/userinfo")
        .await
        .success();
    assert!(userinfo.get("email").is_some() && userinfo.get("name").is_none());
    // What was granted once can be had again.
    let all = client.refresh(less.refresh(), &[]).await.success();
    assert_eq!(all["scope"], json!("email openid profile"));
}

#[tokio::test]
async fn a_token_that_was_exchanged_takes_everything_with_it() {
    let server = Server::new();
    let client = RelyingParty::public(&server);
    let first = client.tokens(&[]).await;
    let second = Tokens(client.refresh(first.refresh(), &[]).await.success());
    let other = client.tokens(&[]).await;
    assert!(!server.is_active(first.refresh()).await, "it was exchanged");
    assert!(server.is_active(second.refresh()).await);
    client
        .refresh(first.refresh(), &[])
        .await
        .refused_oauth(400, "invalid_grant");
    for token in [first.access(), second.access(), second.refresh()] {
        assert!(!server.is_active(token).await);
    }
    client
        .refresh(second.refresh(), &[])
        .await
        .refused_oauth(400, "invalid_grant");
    // The user's other sign-in has nothing to do with it.
    assert!(server.is_active(other.access()).await);
    client.refresh(other.refresh(), &[]).await.success();
}

#[tokio::test]
async fn a_refresh_token_is_for_the_client_that_got_it() {
    let server = Server::new();
    let (client, public) = (
        RelyingParty::confidential(&server),
        RelyingParty::public(&server),
    );
    let tokens = client.tokens(&[]).await;
    public
        .refresh(tokens.refresh(), &[])
        .await
        .refused_oauth(400, "invalid_grant");
    for (more, status, error) in [
        (("client_secret", ""), 401, "invalid_client"),
        (("client_secret", "wrong"), 401, "invalid_client"),
        (("refresh_token", ""), 400, "invalid_request"),
        (("refresh_token", "unknown"), 400, "invalid_grant"),
        (("refresh_token", tokens.access()), 400, "invalid_grant"),
        (("refresh_token", tokens.id_token()), 400, "invalid_grant"),
    ] {
        let answer = client.refresh(tokens.refresh(), &[more]).await;
        answer.refused_oauth(status, error);
    }
    client.refresh(tokens.refresh(), &[]).await.success();
}

#[tokio::test]
async fn a_refresh_token_lives_as_long_as_the_token_policy_says() {
    let server = Server::new();
    server
        .token_policy("refreshTokenLifetime", json!(7200))
        .await;
    let client = RelyingParty::confidential(&server);
    let (first, second) = (client.tokens(&[]).await, client.tokens(&[]).await);
    let said = server.introspect(first.refresh()).await;
    let moment = |name: &str| said[name].as_u64().expect("a number");
    assert_eq!(moment("exp") - moment("iat"), 7200);
    server.app.clock().advance(Duration::from_secs(7199));
    let renewed = Tokens(client.refresh(first.refresh(), &[]).await.success());
    server.app.clock().advance(Duration::from_secs(1));
    client
        .refresh(second.refresh(), &[])
        .await
        .refused_oauth(400, "invalid_grant");
    assert!(!server.is_active(second.refresh()).await);
    server.app.clock().advance(Duration::from_secs(7198));
    client.refresh(renewed.refresh(), &[]).await.success();
}

#[tokio::test]
async fn refresh_tokens_outlive_the_session() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let client = RelyingParty::confidential(&server);
    let tokens = client.tokens_in(&browser, &[]).await;
    let sid = text(&server.verified(tokens.id_token()).await["sid"]).to_owned();
    let ended = server
        .owner()
        .await
        .delete(&format!("sessions/{sid}"))
        .await;
    assert_eq!(ended.status, 204);
    client.refresh(tokens.refresh(), &[]).await.success();
    assert!(server.is_active(tokens.access()).await);
}
