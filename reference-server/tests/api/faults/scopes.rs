//! Scopes that open or close something else than they say.

use super::sound_and;
use crate::caller::{Asks, CONFIGURATION_POLICY, TOKEN_POLICY};

/// What a token with these scopes is answered, without the fault and with it.
async fn statuses(fault: &str, scopes: &[&str], method: &str, path: &str) -> [u16; 2] {
    let mut statuses = [0; 2];
    for (status, server) in statuses.iter_mut().zip(sound_and(fault)) {
        let answer = server.scoped(scopes).await.send(method, path).await;
        *status = answer.status.as_u16();
    }
    statuses
}

#[tokio::test]
async fn precedence_goes_another_way() {
    let both = ["+:config/clients", ".:config/clients"];
    let list = "config/clients";
    assert_eq!(
        statuses("mutate-and-read-add-up", &both, "GET", list).await,
        [403, 200]
    );
    let denied = ["*:config/clients", "-:config/clients"];
    assert_eq!(
        statuses("full-access-beats-a-deny", &denied, "GET", list).await,
        [403, 200]
    );
    // The others of the family leave it as it is.
    assert_eq!(
        statuses("mutate-access-beats-a-deny", &denied, "GET", list).await,
        [403, 403]
    );
}

#[tokio::test]
async fn a_behaviour_allows_another_method() {
    let path = format!("config/tokenPolicies/{TOKEN_POLICY}");
    let read = [".:config/tokenPolicies"];
    // Clients use the policy.
    assert_eq!(
        statuses("read-access-deletes", &read, "DELETE", &path).await,
        [403, 409]
    );
    assert_eq!(
        statuses("read-access-deletes", &read, "GET", &path).await,
        [200, 200]
    );
    assert_eq!(
        statuses("read-access-does-not-view", &read, "GET", &path).await,
        [200, 403]
    );
}

#[tokio::test]
async fn a_scope_for_one_item_opens_another() {
    let one = format!("*:config/tokenPolicies/{TOKEN_POLICY}");
    let other = format!("config/tokenPolicies/{CONFIGURATION_POLICY}");
    assert_eq!(
        statuses("item-scopes-open-others", &[&one], "GET", &other).await,
        [403, 200]
    );
    assert_eq!(
        statuses("item-scopes-open-the-list", &[&one], "GET", &other).await,
        [403, 403]
    );
}

#[tokio::test]
async fn denied_items_vanish_from_the_list() {
    for (server, expected) in sound_and("denied-items-are-left-out-of-lists")
        .iter()
        .zip([true, false])
    {
        let deny = format!("-:config/tokenPolicies/{TOKEN_POLICY}");
        let caller = server.scoped(&[".:config/tokenPolicies", &deny]).await;
        let list = caller.get("config/tokenPolicies").await.success();
        let entries = list["_embedded"]["tokenPolicies"].as_array();
        let entries = entries.expect("an array");
        let is_there = entries.iter().any(|entry| entry["id"] == TOKEN_POLICY);
        assert_eq!(is_there, expected);
        assert_eq!(list["total"], entries.len());
    }
}

#[tokio::test]
async fn a_name_is_taken_for_another() {
    let scope = ["*:config/client"];
    let fault = "beginnings-of-names-are-enough";
    assert_eq!(
        statuses(fault, &scope, "GET", "config/clients").await,
        [403, 200]
    );
    assert_eq!(
        statuses(fault, &scope, "GET", "config/tokenPolicies").await,
        [403, 403]
    );
}
