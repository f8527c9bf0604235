//! Where listeners may be.

use std::net::IpAddr;

use serde_json::json;

use super::super::{SUBSCRIPTIONS, local, patch, subscribed, subscription};
use crate::caller::{Answer, Asks, Caller, Server, text};

async fn with_endpoint(owner: &Caller<'_>, endpoint: &str) -> Answer {
    let mut body = subscription(endpoint);
    body["endpoint"] = json!(endpoint);
    owner.post(SUBSCRIPTIONS, body).await
}

fn addresses(texts: &[&str]) -> Vec<IpAddr> {
    let read = |text: &&str| text.parse().expect("an address");
    texts.iter().map(read).collect()
}

#[tokio::test]
async fn only_what_everybody_reaches_by_https_is_a_listener() {
    let server = Server::new();
    let owner = server.owner().await;
    server
        .app
        .hosts()
        .set("outside.example", addresses(&["1.1.1.1"]));
    for (name, address) in [("alias.example", "127.0.0.1"), ("mixed.example", "fe80::1")] {
        server
            .app
            .hosts()
            .set(name, addresses(&["1.1.1.1", address]));
    }
    for endpoint in [
        "http://outside.example/",
        "ftp://outside.example/",
        "https://user:password@outside.example/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://hooks.localhost/",
        "https://alias.example/",
        "https://mixed.example./",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.01/",
        "https://127.0.0.1./",
        "https://0/",
        "https://10.0.0.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://172.16.0.1/",
        "https://192.168.0.1/",
        "https://224.0.0.1/",
        "https://[::]/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a00:1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[fc00::1]/",
        "https://[fe80::1]/",
        "https://[ff02::1]/",
        "https://\u{ff11}\u{ff12}\u{ff17}.0.0.1/",
    ] {
        let (status, said) = with_endpoint(&owner, endpoint).await.whole();
        assert_eq!(status, 400, "`{endpoint}`: {said}");
        assert!(
            text(&said["errors"]).starts_with("('endpoint',) "),
            "{said}"
        );
    }
    for endpoint in [
        "https://outside.example",
        "https://OUTSIDE.example.:8443/a?b=c",
        "https://1.1.1.1/",
        "https://[2606:4700::1111]/",
    ] {
        let shown = with_endpoint(&owner, endpoint).await.success();
        assert_eq!(text(&shown["endpoint"]), endpoint, "as it was sent");
    }
}

#[tokio::test]
async fn listeners_of_this_machine_are_a_setting() {
    let server = local();
    let owner = server.owner().await;
    for endpoint in [
        "http://127.0.0.1:9/",
        "https://[::1]:9/",
        "http://localhost:9/",
        "https://127.1/",
    ] {
        with_endpoint(&owner, endpoint).await.success();
    }
    for endpoint in [
        "http://10.0.0.1/",
        "https://169.254.169.254/",
        "http://0.0.0.0:9/",
    ] {
        assert_eq!(with_endpoint(&owner, endpoint).await.status, 400);
    }
}

#[tokio::test]
async fn a_patch_is_held_to_the_same_rules() {
    let server = local();
    let owner = server.owner().await;
    let path = subscribed(&owner, "CRM").await;
    for endpoint in ["ftp://127.0.0.1/", "https://10.0.0.1/"] {
        let (status, _) = patch(&owner, &path, json!({ "endpoint": endpoint }))
            .await
            .whole();
        assert_eq!(status, 400);
    }
    let shown = owner.get(&path).await.success();
    assert_eq!(shown["endpoint"], "https://127.0.0.1:9/hook");
}
