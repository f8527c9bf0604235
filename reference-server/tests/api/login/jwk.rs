//! `GET /{customerId}/login/jwk`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::caller::{Asks, CUSTOMER, Server, text};
use crate::relying_party::{RelyingParty, claims};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reference_server::{Id, RotateKeysError};

async fn keys(server: &Server, customer: &str) -> Vec<Value> {
    let path = format!("/{customer}/login/jwk");
    let answer = server.anybody().get(&path).await.success();
    assert_eq!(answer.as_object().map(serde_json::Map::len), Some(1));
    answer["keys"].as_array().expect("a list").clone()
}

fn ids(keys: &[Value]) -> Vec<&str> {
    keys.iter().map(|key| text(&key["kid"])).collect()
}

#[tokio::test]
async fn three_keys_have_the_six_documented_members() {
    let server = Server::new();
    let answer = server.anybody().get("login/jwk").await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=3600"));
    let keys = keys(&server, CUSTOMER).await;
    assert_eq!(keys.len(), 3);
    for key in &keys {
        let members: BTreeSet<&str> = key
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(
            members,
            BTreeSet::from(["alg", "e", "kid", "kty", "n", "use"])
        );
        assert_eq!(
            (&key["use"], &key["kty"], &key["alg"], &key["e"]),
            (
                &json!("sig"),
                &json!("RSA"),
                &json!("RS256"),
                &json!("AQAB")
            )
        );
        let modulus = URL_SAFE_NO_PAD.decode(text(&key["n"])).expect("base64url");
        assert_eq!(modulus.len(), 256);
        assert!(modulus[0] >= 0x80);
        let kid = text(&key["kid"]);
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        assert!(kid.len() == 40 && kid.bytes().all(is_hex), "{kid}");
    }
    assert_eq!(ids(&keys).iter().collect::<BTreeSet<_>>().len(), 3);
}

#[tokio::test]
async fn the_demo_tenants_keys_survive_a_restart_and_nobody_elses_do() {
    let other = "5b1f0d3e-7a42-4c5d-8f16-2d9a6b3c4e70";
    let tenant = fixtures::seed::Tenant::parse(&format!(r#"{{"customer": "{other}"}}"#));
    let tenant = tenant.expect("a tenant");
    let [first, second] = [Server::by_chance(), Server::by_chance()];
    let [seeded, alike] = [Server::new(), Server::new()];
    for server in [&first, &second, &seeded, &alike] {
        server.app.add_tenant(&tenant).expect("another customer");
    }
    // But where the seed is the same, everybody's are.
    assert_eq!(keys(&seeded, other).await, keys(&alike, other).await);
    assert_eq!(keys(&first, CUSTOMER).await, keys(&second, CUSTOMER).await);
    let own = keys(&first, other).await;
    assert_eq!(own, keys(&first, other).await);
    assert_eq!(own.len(), 3);
    let all = [
        own,
        keys(&second, other).await,
        keys(&first, CUSTOMER).await,
    ]
    .concat();
    assert_eq!(ids(&all).iter().collect::<BTreeSet<_>>().len(), 9);
}

#[tokio::test]
async fn a_key_is_published_before_it_signs_and_for_a_while_after() {
    let server = Server::new();
    let customer = Id::parse(CUSTOMER).expect("an id");
    let client = RelyingParty::confidential(&server);
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let kid = |jwt: &str| jsonwebtoken::decode_header(jwt).expect("a header").kid;
    let first = client.tokens_in(&browser, &[]).await;
    let before = keys(&server, CUSTOMER).await;
    assert_eq!(kid(first.id_token()).as_deref(), Some(ids(&before)[1]));

    server.app.rotate_keys(customer).await.expect("another key");
    let after = keys(&server, CUSTOMER).await;
    assert_eq!(ids(&after)[..2], ids(&before)[1..]);
    let second = client.tokens_in(&browser, &[]).await;
    assert_eq!(kid(second.id_token()).as_deref(), Some(ids(&before)[2]));
    for tokens in [&first, &second] {
        server.verified(tokens.id_token()).await;
    }

    server.app.rotate_keys(customer).await.expect("another key");
    assert!(server.verify(first.id_token()).await.is_none());
    server.verified(second.id_token()).await;
}

#[tokio::test]
async fn a_signature_is_of_that_text_by_that_key() {
    let server = Server::new();
    let tokens = RelyingParty::confidential(&server).tokens(&[]).await;
    let id_token = tokens.id_token();
    assert_eq!(server.verified(id_token).await, claims(id_token));
    let [header, _, signature] = id_token.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts");
    };
    let mut forged = claims(id_token);
    forged["sub"] = json!("somebody else");
    let forged = URL_SAFE_NO_PAD.encode(forged.to_string());
    let forged = format!("{header}.{forged}.{signature}");
    assert!(server.verify(&forged).await.is_none());
}

#[tokio::test]
async fn nobodys_keys_cannot_be_rotated() {
    let server = Server::new();
    let nobody = Id::parse(crate::caller::NOBODY).expect("an id");
    assert_eq!(
        server.app.rotate_keys(nobody).await,
        Err(RotateKeysError::Unknown(nobody))
    );
}

/// Everybody who comes while keys are made waits for the same ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_are_made_once() {
    let other = "5b1f0d3e-7a42-4c5d-8f16-2d9a6b3c4e70";
    let tenant = fixtures::seed::Tenant::parse(&format!(r#"{{"customer": "{other}"}}"#));
    let server = std::sync::Arc::new(Server::new());
    let added = server.app.add_tenant(&tenant.expect("a tenant"));
    added.expect("another customer");
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let server = std::sync::Arc::clone(&server);
            tokio::spawn(async move { keys(&server, other).await })
        })
        .collect();
    let mut seen = Vec::new();
    for task in tasks {
        seen.push(task.await.expect("no panic"));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
}
