//! `GET /{customerId}/login/.well-known/openid-configuration`.

use http::Request;
use serde_json::json;

use crate::caller::{Asks, CUSTOMER, NOBODY, Server};
use crate::relying_party::ISSUER;

const PATH: &str = "login/.well-known/openid-configuration";

#[tokio::test]
async fn the_documented_members_come_with_the_documented_values() {
    let server = Server::new();
    let answer = server.anybody().get(PATH).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    let userinfo = format!("http://127.0.0.1:9400/{CUSTOMER}/profiles/oidc/userinfo");
    assert_eq!(
        answer.success(),
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": format!("{ISSUER}/authorize"),
            "token_endpoint": format!("{ISSUER}/token"),
            "introspection_endpoint": format!("{ISSUER}/token/introspect"),
            "revocation_endpoint": format!("{ISSUER}/token/revoke"),
            "userinfo_endpoint": userinfo,
            "jwks_uri": format!("{ISSUER}/jwk"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "scopes_supported": ["openid", "profile", "email", "address", "phone"],
            "claims_supported": [
                "sub", "iss", "auth_time", "acr", "name", "given_name", "address", "family_name",
                "middle_name", "preferred_username", "gender", "birthdate", "updated_at",
                "phone_number", "phone_number_verified", "email", "email_verified"
            ],
            "code_challenge_methods_supported": ["S256"],
            "end_session_endpoint": format!("{ISSUER}/end_session"),
            "response_modes_supported": ["query", "fragment", "form_post"],
            "claims_parameter_supported": true,
            "request_parameter_supported": false,
            "request_uri_parameter_supported": false
        })
    );
}

#[tokio::test]
async fn response_types_follow_the_login_policies() {
    let server = Server::new();
    let documented = [
        "code",
        "id_token",
        "token",
        "none",
        "code id_token",
        "code token",
        "id_token token",
        "code id_token token",
    ];
    for (parts, types, is_implicit) in [
        (&["code", "id_token", "token"][..], &documented[..], true),
        (
            &["code", "token"],
            &["code", "token", "none", "code token"],
            true,
        ),
        (&["code"], &["code"], false),
        (&[], &["code"], false),
    ] {
        server.allow(parts).await;
        let document = server.anybody().get(PATH).await.success();
        assert_eq!(document["response_types_supported"], json!(types));
        let grants = document["grant_types_supported"]
            .as_array()
            .expect("a list");
        assert_eq!(
            grants.contains(&json!("implicit")),
            is_implicit,
            "{parts:?}"
        );
    }
}

#[tokio::test]
async fn scopes_of_the_customers_own_are_added() {
    let server = Server::new();
    let scopes = json!(["openid", "loyalty", "*:config/**", "email"]);
    server.token_policy("allowedScopes", scopes).await;
    let document = server.anybody().get(PATH).await.success();
    let expected = json!(["openid", "profile", "email", "address", "phone", "loyalty"]);
    assert_eq!(document["scopes_supported"], expected);
}

#[tokio::test]
async fn nothing_comes_from_the_host_of_the_request() {
    let server = Server::new();
    let request = Request::builder()
        .header("host", "evil.example")
        .header("x-forwarded-host", "evil.example");
    let answer = server
        .anybody()
        .ask(request, PATH, axum::body::Body::empty())
        .await;
    assert_eq!(answer.success()["issuer"], json!(ISSUER));
}

#[tokio::test]
async fn a_customer_that_nobody_has_is_not_found() {
    let server = Server::new();
    for path in [PATH, "login/jwk"] {
        let answer = server.anybody().get(&Server::elsewhere(path, NOBODY)).await;
        answer.refused_oauth(404, "invalid_request");
        for method in ["POST", "PUT", "DELETE"] {
            let answer = server.anybody().send(method, path).await;
            assert_eq!(answer.header("allow"), Some("GET,HEAD"));
            answer.refused_oauth(405, "invalid_request");
        }
    }
}

#[tokio::test]
async fn every_endpoint_is_there() {
    let server = Server::new();
    let document = server.anybody().get(PATH).await.success();
    let members = document.as_object().expect("an object");
    let base = format!("http://127.0.0.1:9400/{CUSTOMER}/");
    let mut tried = 0;
    for (name, value) in members {
        let is_url = name.ends_with("_endpoint") || name == "jwks_uri";
        let Some(path) = value.as_str().filter(|_| is_url) else {
            continue;
        };
        let path = path
            .strip_prefix(&base)
            .expect("an endpoint of the customer");
        let answer = server.raw(Request::builder().method("TRACE"), path).await;
        assert_eq!(answer.status(), 405, "{name}");
        tried += 1;
    }
    assert_eq!(tried, 7);
}
