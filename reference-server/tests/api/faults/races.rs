//! What goes wrong when requests meet: here they come one after the other, which is a race as well.

use super::sound_and;
use crate::relying_party::RelyingParty;

#[tokio::test]
async fn the_second_revocation_is_refused() {
    for (server, status) in sound_and("revocations-collide").iter().zip([200, 400]) {
        let client = RelyingParty::confidential(server);
        let tokens = client.tokens(&[]).await;
        for token in [tokens.access(), tokens.refresh()] {
            assert_eq!(client.revoke(token).await.status, 200);
            assert_eq!(client.revoke(token).await.status, status);
            assert!(!server.is_active(token).await);
        }
    }
}

#[tokio::test]
async fn who_loses_a_refresh_hears_that_the_request_is_invalid() {
    for (server, error) in sound_and("lost-refreshes-are-invalid-requests")
        .iter()
        .zip(["invalid_grant", "invalid_request"])
    {
        let client = RelyingParty::public(server);
        let tokens = client.tokens(&[]).await;
        client.refresh(tokens.refresh(), &[]).await.success();
        let lost = client.refresh(tokens.refresh(), &[]).await;
        lost.refused_oauth(400, error);
    }
}

#[tokio::test]
async fn a_revoked_refresh_token_is_taken_from_a_cache() {
    for (server, status) in sound_and("revoked-refresh-tokens-are-cached")
        .iter()
        .zip([400, 200])
    {
        let client = RelyingParty::public(server);
        let (revoked, other) = (client.tokens(&[]).await, client.tokens(&[]).await);
        client.revoke(revoked.refresh()).await;
        let late = client.refresh(revoked.refresh(), &[]).await;
        assert_eq!(late.status, status);
        // One that was replaced, and not revoked, is refused all the same.
        client.refresh(other.refresh(), &[]).await.success();
        let replaced = client.refresh(other.refresh(), &[]).await;
        replaced.refused_oauth(400, "invalid_grant");
    }
}
