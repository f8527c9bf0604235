//! The eight response types, and the three ways back.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::browser::{Browser, CALLBACK, Page, USER};
use crate::caller::{Asks, CONFIDENTIAL_CLIENT, Server};
use crate::relying_party::RelyingParty;

/// Returns the parameters in the fragment.
#[track_caller]
fn fragment(page: &Page) -> BTreeMap<String, String> {
    assert_eq!(page.status, 302, "{page:?}");
    let url = Url::parse(page.header("location").expect("a redirect")).expect("a URL");
    assert_eq!(url.query(), None);
    let fragment = url.fragment().unwrap_or_default();
    form_urlencoded::parse(fragment.as_bytes())
        .into_owned()
        .collect()
}

fn half_digest(text: &str) -> Value {
    json!(URL_SAFE_NO_PAD.encode(&Sha256::digest(text)[..16]))
}

#[tokio::test]
async fn each_type_gives_its_parts_and_nothing_else() {
    let server = Server::new();
    server.allow(&["code", "id_token", "token"]).await;
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let client = RelyingParty::confidential(&server);
    let access = ["access_token", "token_type", "expires_in", "scope"];
    for (response_type, has_code, has_id_token, has_token) in [
        ("id_token", false, true, false),
        ("token", false, false, true),
        ("id_token token", false, true, true),
        ("token id_token", false, true, true),
        ("code id_token", true, true, false),
        ("code token", true, false, true),
        ("code id_token token", true, true, true),
    ] {
        let more = [
            ("response_type", response_type),
            ("nonce", "n1"),
            ("scope", "openid email"),
        ];
        let page = browser.get(&client.request(&more)).await;
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        let given = fragment(&page);
        assert_eq!(given.get("state").map(String::as_str), Some("some state"));
        assert_eq!(given.contains_key("code"), has_code, "{response_type}");
        assert_eq!(
            given.contains_key("id_token"),
            has_id_token,
            "{response_type}"
        );
        for name in access {
            assert_eq!(
                given.contains_key(name),
                has_token,
                "{response_type}: {name}"
            );
        }
        assert!(!given.contains_key("refresh_token"));
        if let Some(token) = given.get("access_token") {
            assert_eq!(
                (given["token_type"].as_str(), given["expires_in"].as_str()),
                ("Bearer", "3600")
            );
            assert_eq!(given["scope"], "email openid");
            let info = server
                .bearer(token)
                .get("profiles/oidc/userinfo")
                .await
                .success();
            assert_eq!(info["email"], json!("mira.lind@example.com"));
        }
        if let Some(id_token) = given.get("id_token") {
            let claims = server.verified(id_token).await;
            assert_eq!(
                (&claims["nonce"], &claims["sub"]),
                (&json!("n1"), &json!(USER))
            );
            assert_eq!(claims["aud"], json!([CONFIDENTIAL_CLIENT]));
            let at_hash = given.get("access_token").map(|token| half_digest(token));
            let c_hash = given.get("code").map(|code| half_digest(code));
            assert_eq!(claims.get("at_hash"), at_hash.as_ref());
            assert_eq!(claims.get("c_hash"), c_hash.as_ref());
            // OpenID Connect Core, 5.4: without an access token there is no other way to them.
            assert_eq!(claims.get("email").is_some(), !has_code && !has_token);
        }
        if let Some(code) = given.get("code") {
            let tokens = client.exchange(code, &[]).await.success();
            let claims = server
                .verified(tokens["id_token"].as_str().expect("a JWT"))
                .await;
            assert_eq!(claims["nonce"], json!("n1"));
        }
    }
}

#[tokio::test]
async fn a_type_that_the_policy_does_not_allow_is_refused_where_its_answer_would_have_been() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let client = RelyingParty::confidential(&server);
    for response_type in ["token", "id_token", "code id_token", "code id_token token"] {
        let page = browser
            .get(&client.request(&[("response_type", response_type)]))
            .await;
        let given = fragment(&page);
        assert_eq!(given["error"], "unsupported_response_type");
        assert_eq!(given["state"], "some state");
    }
}

#[tokio::test]
async fn none_gives_the_state_only() {
    let server = Server::new();
    server.allow(&["code", "token"]).await;
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let client = RelyingParty::confidential(&server);
    let page = browser
        .get(&client.request(&[("response_type", "none")]))
        .await;
    assert_eq!(
        page.header("location"),
        Some("http://localhost:8080/callback?state=some+state")
    );
    let more = [("response_type", "none"), ("state", "")];
    let page = browser.get(&client.request(&more)).await;
    assert_eq!(page.header("location"), Some(CALLBACK));
}

#[tokio::test]
async fn an_implicit_type_needs_a_nonce_and_no_query() {
    let server = Server::new();
    server.allow(&["code", "id_token", "token"]).await;
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let client = RelyingParty::confidential(&server);
    for more in [
        &[("response_type", "id_token")][..],
        &[("response_type", "code id_token")],
        &[("response_type", "token"), ("response_mode", "query")],
        &[("response_type", "code token"), ("response_mode", "query")],
    ] {
        let given = fragment(&browser.get(&client.request(more)).await);
        assert_eq!(
            given.get("error").map(String::as_str),
            Some("invalid_request"),
            "{more:?}"
        );
        assert_eq!(given.get("state").map(String::as_str), Some("some state"));
    }
    let public = RelyingParty::public(&server);
    let more = [("response_type", "code token"), ("code_challenge", "")];
    let given = fragment(&browser.get(&public.request(&more)).await);
    assert_eq!(given["error_description"], "code_challenge_is_missing");
    // Nothing is exchanged here, so there is nothing to prove.
    let more = [
        ("response_type", "token"),
        ("code_challenge", ""),
        ("code_challenge_method", ""),
    ];
    let given = fragment(&browser.get(&public.request(&more)).await);
    assert!(given.contains_key("access_token"));
}

#[tokio::test]
async fn an_id_token_needs_the_scope_that_stands_for_it() {
    let server = Server::new();
    server.allow(&["id_token"]).await;
    server.token_policy("allowedScopes", json!(["email"])).await;
    let browser = Browser::new(&server);
    let client = RelyingParty::confidential(&server);
    let more = [("response_type", "id_token"), ("nonce", "n1")];
    let given = fragment(&browser.get(&client.request(&more)).await);
    assert_eq!(
        given.get("error").map(String::as_str),
        Some("invalid_scope")
    );
}

#[tokio::test]
async fn the_client_chooses_the_way_back() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let client = RelyingParty::confidential(&server);
    let in_fragment = browser
        .get(&client.request(&[("response_mode", "fragment")]))
        .await;
    assert!(fragment(&in_fragment).contains_key("code"));
    let error = [("response_mode", "fragment"), ("scope", "email")];
    let in_fragment = browser.get(&client.request(&error)).await;
    assert_eq!(fragment(&in_fragment)["error"], "invalid_request");

    let more = [
        ("response_mode", "form_post"),
        ("state", "\"><script>alert(1)</script>"),
    ];
    let page = browser.get(&client.request(&more)).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("location"), None);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(
        page.html.contains(&format!("action=\"{CALLBACK}\"")),
        "{}",
        page.html
    );
    assert!(page.html.contains("name=\"code\""));
    assert!(!page.html.contains("<script>alert"));
    let error = [("response_mode", "form_post"), ("prompt", "none login")];
    let page = browser.get(&client.request(&error)).await;
    assert!(
        page.html.contains("value=\"invalid_request\""),
        "{}",
        page.html
    );
}

#[tokio::test]
async fn the_query_of_a_redirect_uri_is_kept() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = format!("config/clients/{CONFIDENTIAL_CLIENT}");
    let mut client = owner.get(&path).await.success();
    let uris = [
        "http://localhost:8080/callback",
        "https://app.example.com/cb?tenant=1&x=%41",
        "demo-app:/callback",
    ];
    client["redirectURIs"] = json!(uris);
    owner.put(&path, client).await.success();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let relying_party = RelyingParty::confidential(&server);
    for (uri, start) in [
        (uris[1], "https://app.example.com/cb?tenant=1&x=%41&code="),
        (uris[2], "demo-app:/callback?code="),
    ] {
        let page = browser
            .get(&relying_party.request(&[("redirect_uri", uri)]))
            .await;
        let location = page.header("location").expect("a redirect");
        assert!(location.starts_with(start), "{location}");
    }
}
