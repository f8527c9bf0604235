//! Tokens that are granted something else, and callers who get one too many.

use super::{sound_and, turn_on};
use crate::caller::{Asks, CONFIGURATION_CLIENT, CONFIGURATION_SECRET, Server, text};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

#[tokio::test]
async fn what_is_granted_is_what_the_token_opens() {
    for (server, [granted, status]) in sound_and("all-that-is-asked-for-is-granted")
        .iter()
        .zip([["", "403"], [".:config/clients", "200"]])
    {
        let client = server.configuration_client();
        let form = [GRANT, ("scope", ".:config/clients")];
        let answer = client.form(&form).await.success();
        assert_eq!(answer["scope"], granted);
        let caller = server.bearer(text(&answer["access_token"]));
        let list = caller.get("config/clients").await;
        assert_eq!(list.status.as_str(), status);
    }
}

#[tokio::test]
async fn a_client_keeps_its_secret_when_it_was_let_in_without() {
    let [sound, faulty] = sound_and("configuration-takes-any-secret");
    let status = async |server: &Server, secret: &str| {
        let client = server.client(CONFIGURATION_CLIENT, secret);
        client.form(&[GRANT]).await.status.as_u16()
    };
    assert_eq!(status(&sound, "wrong").await, 401);
    assert_eq!(status(&faulty, "wrong").await, 200);
    faulty.app.faults().clear();
    assert_eq!(status(&faulty, "wrong").await, 401);
    assert_eq!(status(&faulty, CONFIGURATION_SECRET).await, 200);
}

#[tokio::test]
async fn a_new_token_ends_the_one_before() {
    for (server, expected) in sound_and("one-token-for-each-client")
        .iter()
        .zip([200, 401])
    {
        let first = server.owner().await;
        let second = server.owner().await;
        assert_eq!(first.get("config/clients").await.status, expected);
        assert_eq!(second.get("config/clients").await.status, 200);
    }
}

#[tokio::test]
async fn what_was_remembered_is_forgotten_with_the_fault() {
    let server = Server::new();
    turn_on(&server, "items-belong-to-their-makers");
    let maker = server.owner().await;
    let body = serde_json::json!({ "title": "Mine" });
    let id = maker.post("config/tokenPolicies", body).await.success();
    let path = format!("config/tokenPolicies/{}", text(&id));
    let other = server.scoped(&["*:config/tokenPolicies"]).await;
    assert_eq!(other.get(&path).await.status, 403);
    assert_eq!(maker.get(&path).await.status, 200);
    server.app.faults().clear();
    turn_on(&server, "items-belong-to-their-makers");
    assert_eq!(other.get(&path).await.status, 200);
}
