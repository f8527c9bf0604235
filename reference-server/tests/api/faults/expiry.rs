//! Codes and tokens that outlive their end, or whose end is told.

use std::time::Duration;

use super::sound_and;
use crate::browser::Browser;
use crate::relying_party::RelyingParty;

#[tokio::test]
async fn codes_live_for_an_hour() {
    for (server, status) in sound_and("codes-live-for-an-hour").iter().zip([400, 200]) {
        let client = RelyingParty::public(server);
        let browser = Browser::new(server);
        browser.sign_in().await;
        let code = client.code(&browser, &[]).await;
        server.app.clock().advance(Duration::from_secs(3590));
        assert_eq!(client.exchange(&code, &[]).await.status, status);
    }
}

#[tokio::test]
async fn an_expired_code_is_told_from_one_that_never_was() {
    for (server, error) in sound_and("expired-codes-are-invalid-requests")
        .iter()
        .zip(["invalid_grant", "invalid_request"])
    {
        let client = RelyingParty::public(server);
        let browser = Browser::new(server);
        browser.sign_in().await;
        let code = client.code(&browser, &[]).await;
        client.exchange(&code, &[]).await.success();
        // It is known for used, until it expires.
        let used = client.exchange(&code, &[]).await;
        used.refused_oauth(400, "invalid_grant");
        server.app.clock().advance(Duration::from_secs(3600));
        let expired = client.exchange(&code, &[]).await;
        expired.refused_oauth(400, error);
        let unknown = client.exchange("never-issued", &[]).await;
        unknown.refused_oauth(400, "invalid_grant");
    }
}

#[tokio::test]
async fn an_expired_token_is_active_and_a_revoked_one_is_not() {
    for (server, is_active) in sound_and("expired-tokens-are-active")
        .iter()
        .zip([false, true])
    {
        let client = RelyingParty::confidential(server);
        let (kept, revoked) = (client.tokens(&[]).await, client.tokens(&[]).await);
        client.revoke(revoked.access()).await;
        assert!(!server.is_active(revoked.access()).await);
        let before = server.introspect(kept.access()).await;
        server.app.clock().advance(Duration::from_secs(86_400));
        let after = server.introspect(kept.access()).await;
        assert_eq!(after["active"], is_active);
        assert!(!is_active || after["exp"] == before["exp"], "{after}");
    }
}
