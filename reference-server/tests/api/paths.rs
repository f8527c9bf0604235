//! Path tricks never get past a deny.

use axum::body::Body;
use http::Uri;
use proptest::prelude::*;
use serde_json::json;

use crate::caller::{Asks, CUSTOMER, LOGIN_POLICY, Server, TOKEN_POLICY};

/// Runs something async within a property.
fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
        .block_on(future)
}

#[tokio::test]
async fn known_tricks_find_nothing() {
    let server = Server::new();
    let deny = format!("-:config/tokenPolicies/{TOKEN_POLICY}");
    let caller = server.scoped(&["*:**", &deny]).await;
    let id = TOKEN_POLICY;
    let upper = id.to_uppercase();
    let (first, rest) = id.split_at(1);
    for path in [
        format!("config/tokenPolicies/{id}/"),
        format!("config/tokenPolicies//{id}"),
        format!("config//tokenPolicies/{id}"),
        format!("config/./tokenPolicies/{id}"),
        format!("config/clients/../tokenPolicies/{id}"),
        format!("config/clients/%2e%2e/tokenPolicies/{id}"),
        format!("config/tokenPolicies/x/..%2f{id}"),
        format!("config/tokenPolicies%2f{id}"),
        format!("config%5ctokenPolicies%5c{id}"),
        format!("config/tokenPolicies/{upper}"),
        format!("config/TokenPolicies/{id}"),
        format!("config/tokenPolicies/{{{id}}}"),
        format!("config/tokenPolicies/urn:uuid:{id}"),
        format!("config/tokenPolicies/{}", id.replace('-', "")),
        format!("config/tokenPolicies/{id}%00"),
        format!("config/tokenPolicies/{id}%20"),
        format!("config/tokenPolicies/{id};x"),
        format!("config/tokenPolicies/%25{:02x}{rest}", first.as_bytes()[0]),
        format!("/{CUSTOMER}//config/tokenPolicies/{id}"),
        format!("//{CUSTOMER}/config/tokenPolicies/{id}"),
        format!("/{CUSTOMER}/x/../config/tokenPolicies/{id}"),
    ] {
        for method in ["GET", "DELETE"] {
            caller.send(method, &path).await.refused(404, "Not Found");
        }
    }
    // An encoding that RFC 3986 calls equal names the same, and so is denied the same.
    for path in [
        format!("config/tokenPolicies/%{:02x}{rest}", first.as_bytes()[0]),
        format!("%63onfig/%74okenPolicies/{id}"),
        format!("config/tokenPolicies/{id}?x=/y#z"),
    ] {
        caller.get(&path).await.refused(403, "Forbidden");
    }
    caller
        .get(&format!("%63onfig/loginPolicies/{LOGIN_POLICY}"))
        .await
        .success();
}

/// One way to write a character.
fn spelling(character: char) -> impl Strategy<Value = String> {
    let encoded = format!("%{:02X}", u32::from(character));
    let twice = format!("%25{:02x}", u32::from(character));
    prop_oneof![
        12 => Just(character.to_string()),
        4 => Just(encoded.clone()),
        1 => Just(encoded.to_lowercase()),
        1 => Just(twice),
        1 => Just(character.to_ascii_uppercase().to_string()),
    ]
}

/// Something that might slip in between two segments.
fn separator() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        10 => Just("/"),
        1 => prop::sample::select(vec![
            "//", "/./", "/%2e/", "/x/../", "/x/%2E%2e/", "%2f", "%2F", "\\", "%5c", "/;/", "/%00", "/%20", "%00/", "/.%2e/",
            "/x%2f..%2f", ";a/", "/%c0%af/", "%EF%BC%8F",
        ])
    ]
}

/// A spelling of a path.
fn spelled(path: &str) -> impl Strategy<Value = String> {
    let segments: Vec<_> = path
        .split('/')
        .map(|segment| {
            let characters: Vec<_> = segment.chars().map(spelling).collect();
            (separator(), characters)
                .prop_map(|(separator, characters)| separator.to_owned() + &characters.concat())
        })
        .collect();
    let ends = prop::sample::select(vec![
        "", "", "", "/", "//", "/.", "/..", "%2f", "?x", "?/config",
    ]);
    (segments, ends).prop_map(|(segments, end)| segments.concat() + end)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_spelling_gets_past_a_deny(
        path in spelled(&format!("{CUSTOMER}/config/tokenPolicies/{TOKEN_POLICY}")),
        method in prop::sample::select(vec!["GET", "PUT", "DELETE", "HEAD"]),
    ) {
        prop_assume!(path.parse::<Uri>().is_ok());
        let statuses = block_on(async {
            let server = Server::new();
            let deny = format!("-:config/tokenPolicies/{TOKEN_POLICY}");
            let denied = server.scoped(&["*:**", &deny]).await;
            let request = http::Request::builder()
                .method(method)
                .header("content-type", "application/json");
            let body = Body::from(json!({ "title": "changed" }).to_string());
            let answer = denied.ask(request, &path, body).await.status.as_u16();
            let owner = server.owner().await;
            let after = owner.get(&format!("config/tokenPolicies/{TOKEN_POLICY}")).await.success();
            (answer, after["title"].clone())
        });
        prop_assert!(matches!(statuses.0, 403 | 404), "{} {}: {}", method, path, statuses.0);
        prop_assert_eq!(&statuses.1, &json!("Demo Login Token Policy"));
    }
}
