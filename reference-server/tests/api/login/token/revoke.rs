//! `POST /{customerId}/login/token/revoke`.

use crate::caller::{
    Asks, CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, CONFIGURATION_CLIENT, CONFIGURATION_SECRET,
    Server,
};
use crate::relying_party::{RelyingParty, Tokens};

const PATH: &str = "login/token/revoke";
const URLENCODED: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_revoked_access_token_opens_nothing_and_its_refresh_token_works_on() {
    let server = Server::new();
    for client in [
        RelyingParty::confidential(&server),
        RelyingParty::public(&server),
    ] {
        let tokens = client.tokens(&[]).await;
        let answer = client.revoke(tokens.access()).await;
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &None));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(!server.is_active(tokens.access()).await);
        let answer = server
            .bearer(tokens.access())
            .get("profiles/oidc/userinfo")
            .await;
        assert_eq!(answer.status, 401);
        assert!(server.is_active(tokens.refresh()).await);
        client.revoke(tokens.access()).await.success();
        client.refresh(tokens.refresh(), &[]).await.success();
    }
}

#[tokio::test]
async fn a_revoked_refresh_token_takes_its_access_tokens_along() {
    let server = Server::new();
    let client = RelyingParty::public(&server);
    let (tokens, other) = (client.tokens(&[]).await, client.tokens(&[]).await);
    client.revoke(tokens.refresh()).await.success();
    for token in [tokens.access(), tokens.refresh()] {
        assert!(!server.is_active(token).await);
    }
    client
        .refresh(tokens.refresh(), &[])
        .await
        .refused_oauth(400, "invalid_grant");
    client.revoke(tokens.refresh()).await.success();
    assert!(server.is_active(other.access()).await && server.is_active(other.refresh()).await);
}

#[tokio::test]
async fn a_refresh_token_that_was_exchanged_can_be_revoked_with_all_that_came_of_it() {
    let server = Server::new();
    let client = RelyingParty::confidential(&server);
    let first = client.tokens(&[]).await;
    let second = Tokens(client.refresh(first.refresh(), &[]).await.success());
    let foreign = RelyingParty::public(&server).revoke(first.refresh()).await;
    assert_eq!(foreign.status, 200);
    assert!(server.is_active(second.refresh()).await);
    client.revoke(first.refresh()).await.success();
    for token in [first.access(), second.access(), second.refresh()] {
        assert!(!server.is_active(token).await);
    }
}

#[tokio::test]
async fn a_revoked_administrative_token_configures_nothing() {
    let server = Server::new();
    let client = server.client(CONFIGURATION_CLIENT, CONFIGURATION_SECRET);
    let (token, other) = (client.token("*:**").await, client.token("*:**").await);
    server.bearer(&token).get("config/clients").await.success();
    let form = format!("token={token}&token_type_hint=refresh_token");
    client.raw("POST", PATH, URLENCODED, form).await.success();
    server
        .bearer(&token)
        .get("config/clients")
        .await
        .refused(401, "Invalid or expired token");
    assert!(!server.is_active(&token).await);
    server.bearer(&other).get("config/clients").await.success();
}

#[tokio::test]
async fn a_client_revokes_its_own_tokens_only() {
    let server = Server::new();
    let (client, public) = (
        RelyingParty::confidential(&server),
        RelyingParty::public(&server),
    );
    let tokens = client.tokens(&[]).await;
    for token in [tokens.access(), tokens.refresh()] {
        public
            .revoke(token)
            .await
            .refused_oauth(400, "invalid_grant");
        assert!(server.is_active(token).await);
    }
}

#[tokio::test]
async fn what_is_no_token_is_as_good_as_revoked() {
    let server = Server::new();
    let client = RelyingParty::confidential(&server);
    let tokens = client.tokens(&[]).await;
    for text in ["unknown", tokens.id_token(), CONFIDENTIAL_SECRET] {
        client.revoke(text).await.success();
    }
    assert!(server.is_active(tokens.access()).await);
}

#[tokio::test]
async fn only_a_client_may_revoke() {
    let server = Server::new();
    let client = RelyingParty::confidential(&server);
    let tokens = client.tokens(&[]).await;
    let form = [("token", tokens.access())];
    for (more, status, error) in [
        (("client_secret", ""), 401, "invalid_client"),
        (("client_secret", "wrong"), 401, "invalid_client"),
        (("client_id", ""), 401, "invalid_client"),
        (("token", ""), 400, "invalid_request"),
    ] {
        client
            .send(PATH, &form, &[more])
            .await
            .refused_oauth(status, error);
    }
    let basic = server.client(CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET);
    for method in ["GET", "PUT", "DELETE"] {
        let answer = basic.send(method, PATH).await;
        answer.refused_oauth(405, "invalid_request");
    }
    assert!(server.is_active(tokens.access()).await);
    let form = format!("token={}", tokens.access());
    basic.raw("POST", PATH, URLENCODED, form).await.success();
    assert!(!server.is_active(tokens.access()).await);
}

#[tokio::test]
async fn a_token_of_another_customer_is_none_here_and_works_on() {
    let server = Server::new();
    let other = fixtures::seed::Tenant::parse(OTHER).expect("a tenant");
    server.app.add_tenant(&other).expect("another customer");
    let tokens = RelyingParty::confidential(&server).tokens(&[]).await;
    let path = Server::elsewhere(PATH, "5b1f0d3e-7a42-4c5d-8f16-2d9a6b3c4e70");
    for token in [tokens.access(), tokens.refresh()] {
        let stranger = server.client("5b1f0d3e-7a42-4c5d-8f16-000000000001", "other-secret");
        let form = format!("token={token}");
        stranger
            .raw("POST", &path, URLENCODED, form)
            .await
            .success();
        assert!(server.is_active(token).await);
    }
}

const OTHER: &str = r#"{
    "customer": "5b1f0d3e-7a42-4c5d-8f16-2d9a6b3c4e70",
    "tokenPolicies": [{ "id": "5b1f0d3e-7a42-4c5d-8f16-000000000101", "title": "Other" }],
    "clients": [{
        "id": "5b1f0d3e-7a42-4c5d-8f16-000000000001",
        "name": "Other",
        "type": "confidential",
        "secret": "other-secret",
        "tokenPolicy": "5b1f0d3e-7a42-4c5d-8f16-000000000101"
    }]
}"#;
