//! Requests that are refused: in which order, and by which way.

use crate::browser::{Browser, CALLBACK, at, encoded};
use crate::caller::{CONFIGURATION_CLIENT, NOBODY, PUBLIC_CLIENT, Server};
use crate::relying_party::{CHALLENGE, RelyingParty};

/// Wants a redirect to the client with that error, the state, and nothing else.
#[track_caller]
fn sent_back(page: &crate::browser::Page, error: &str) -> String {
    let mut parameters = page.came_back();
    assert_eq!(parameters.remove("error").as_deref(), Some(error));
    assert_eq!(parameters.remove("state").as_deref(), Some("some state"));
    let description = parameters.remove("error_description");
    assert_eq!(parameters.len(), 0, "{parameters:?}");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    description.expect("a word about it")
}

#[tokio::test]
async fn an_unknown_client_or_redirect_uri_is_a_page() {
    let server = Server::new();
    let browser = Browser::new(&server);
    for (name, value, code) in [
        ("client_id", "", "invalid_client"),
        ("client_id", NOBODY, "invalid_client"),
        ("client_id", CONFIGURATION_CLIENT, "invalid_client"),
        (
            "client_id",
            "8q2w3e4r5t6y7u8i9o0pasdfghjklzxc",
            "invalid_client",
        ),
        ("client_id", &PUBLIC_CLIENT.to_uppercase(), "invalid_client"),
        ("redirect_uri", "", "invalid_redirect_uri"),
        (
            "redirect_uri",
            "https://evil.example/",
            "invalid_redirect_uri",
        ),
        (
            "redirect_uri",
            "http://localhost:8080/callback/",
            "invalid_redirect_uri",
        ),
        (
            "redirect_uri",
            "http://localhost:8080/callback?",
            "invalid_redirect_uri",
        ),
        (
            "redirect_uri",
            "http://localhost:8080/callback#",
            "invalid_redirect_uri",
        ),
        (
            "redirect_uri",
            "http://LOCALHOST:8080/callback",
            "invalid_redirect_uri",
        ),
        (
            "redirect_uri",
            "http://localhost:8080/%63allback",
            "invalid_redirect_uri",
        ),
        (
            "redirect_uri",
            "http://localhost:8080/callback@evil.example",
            "invalid_redirect_uri",
        ),
        (
            "redirect_uri",
            " http://localhost:8080/callback",
            "invalid_redirect_uri",
        ),
        (
            "redirect_uri",
            "http://localhost:8080/callback\r\nX: y",
            "invalid_redirect_uri",
        ),
    ] {
        let page = browser.get(&at("login/authorize", &[(name, value)])).await;
        page.refused(400, "Something went wrong", code);
        let stands = if code == "invalid_client" {
            "invalid client_id"
        } else {
            "invalid redirect_uri"
        };
        page.says(400, stands);
    }
    // The client is looked at first.
    let both = [("client_id", NOBODY), ("redirect_uri", "x"), ("scope", "")];
    let page = browser.get(&at("login/authorize", &both)).await;
    page.refused(400, "Something went wrong", "invalid_client");
}

#[tokio::test]
async fn a_customer_that_nobody_has_is_a_page_too() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let path = Server::elsewhere(&at("login/authorize", &[]), NOBODY);
    browser.get(&path).await.says(404, "customer not found");
    browser
        .post(&path, &[])
        .await
        .says(404, "customer not found");
}

#[tokio::test]
async fn other_errors_travel_to_the_client_in_the_order_of_the_checks() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let public = RelyingParty::public(&server);
    // Each request has all faults from its own on, so the first one counts.
    let faults = [
        (
            "request",
            "x",
            "request_not_supported",
            "request is not supported",
        ),
        (
            "request_uri",
            "x",
            "request_uri_not_supported",
            "request_uri is not supported",
        ),
        (
            "response_type",
            "",
            "invalid_request",
            "response_type_is_missing",
        ),
        (
            "response_mode",
            "x",
            "invalid_request",
            "response_mode takes query, fragment and form_post",
        ),
        ("scope", "", "invalid_request", "scope_is_missing"),
        (
            "code_challenge",
            "",
            "invalid_request",
            "code_challenge_is_missing",
        ),
        (
            "prompt",
            "x",
            "invalid_request",
            "prompt takes none, login and create",
        ),
        (
            "max_age",
            "x",
            "invalid_request",
            "max_age is no whole number of seconds",
        ),
        (
            "claims",
            "x",
            "invalid_request",
            "claims must be a JSON object whose members userinfo and id_token map names to null or an object",
        ),
        (
            "resource",
            "x",
            "invalid_target",
            "resource is no absolute URI without a fragment",
        ),
    ];
    for first in 0..faults.len() {
        let more: Vec<(&str, &str)> = faults[first..]
            .iter()
            .map(|(name, value, ..)| (*name, *value))
            .collect();
        let page = browser.get(&public.request(&more)).await;
        let (_, _, code, description) = faults[first];
        assert_eq!(sent_back(&page, code), description);
    }
}

#[tokio::test]
async fn values_that_cannot_be_accepted_are_named() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let (client, public) = (
        RelyingParty::confidential(&server),
        RelyingParty::public(&server),
    );
    let padded = format!("{CHALLENGE}=");
    for (client, more, code) in [
        (
            &client,
            &[("response_type", "foo")][..],
            "unsupported_response_type",
        ),
        (
            &client,
            &[("response_type", "none")],
            "unsupported_response_type",
        ),
        (&client, &[("scope", "profile")], "invalid_request"),
        (&client, &[("scope", "OpenID")], "invalid_request"),
        (&client, &[("code_challenge", CHALLENGE)], "invalid_request"),
        (
            &client,
            &[("code_challenge_method", "S256")],
            "invalid_request",
        ),
        (&public, &[("code_challenge", "")], "invalid_request"),
        (&public, &[("code_challenge_method", "")], "invalid_request"),
        (
            &public,
            &[("code_challenge_method", "plain")],
            "invalid_request",
        ),
        (&public, &[("code_challenge", &padded)], "invalid_request"),
        (
            &public,
            &[("code_challenge", &CHALLENGE[1..])],
            "invalid_request",
        ),
        (&client, &[("prompt", "none login")], "invalid_request"),
        (&client, &[("prompt", "consent")], "invalid_request"),
        (&client, &[("max_age", "-1")], "invalid_request"),
        (&client, &[("max_age", "1.5")], "invalid_request"),
        (&client, &[("claims", "[]")], "invalid_request"),
        (&client, &[("resource", "/relative")], "invalid_target"),
        (
            &client,
            &[("resource", "https://api.example/#x")],
            "invalid_target",
        ),
    ] {
        sent_back(&browser.get(&client.request(more)).await, code);
    }
    let page = browser
        .get(&client.request(&[("response_type", "foo")]))
        .await;
    assert!(
        sent_back(&page, "unsupported_response_type").contains("/.well-known/openid-configuration")
    );
    let page = browser.get(&client.request(&[("scope", "email")])).await;
    assert_eq!(
        sent_back(&page, "invalid_request"),
        "scope must include 'openid'"
    );
}

#[tokio::test]
async fn repeated_parameters_are_refused() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let request = RelyingParty::confidential(&server).request(&[]);
    for name in ["client_id", "redirect_uri"] {
        let page = browser.get(&format!("{request}&{name}=x")).await;
        page.refused(400, "Something went wrong", "invalid_request");
        page.says(400, &format!("{name} is repeated"));
    }
    for name in ["scope", "response_type", "prompt", "whatever"] {
        let page = browser.get(&format!("{request}&{name}=x&{name}=")).await;
        let description = sent_back(&page, "invalid_request");
        assert_eq!(description, format!("{name} is repeated"));
    }
    // With two of them there is none to return.
    let page = browser.get(&format!("{request}&state=other")).await;
    assert_eq!(
        page.came_back().get("error").map(String::as_str),
        Some("invalid_request")
    );
}

#[tokio::test]
async fn number_and_length_of_parameters_are_bounded() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let request = RelyingParty::confidential(&server).request(&[]);
    let many: String = (0..32).map(|number| format!("&p{number}=1")).collect();
    let page = browser.get(&format!("{request}{many}")).await;
    page.refused(400, "Something went wrong", "invalid_request");
    let long = "x".repeat(8 * 1024 + 1);
    let page = browser.get(&format!("{request}&nonce={long}")).await;
    page.says(400, "nonce is longer than 8192 bytes");
}

#[tokio::test]
async fn what_is_kept_until_a_code_is_exchanged_is_short() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let client = RelyingParty::confidential(&server);
    let resource = |length: usize| format!("https://a.example/{}", "r".repeat(length - 18));
    for (name, value, longer, error) in [
        (
            "nonce",
            "n".repeat(1024),
            "n".repeat(1025),
            "invalid_request",
        ),
        ("resource", resource(1024), resource(1025), "invalid_target"),
    ] {
        client.code(&browser, &[(name, &value)]).await;
        let page = browser.get(&client.request(&[(name, &longer)])).await;
        assert_eq!(
            page.came_back().get("error").map(String::as_str),
            Some(error),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_form_is_taken_like_a_query_and_no_query_beside_it() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let client = RelyingParty::confidential(&server);
    let request = client.request(&[]);
    let (path, query) = request.split_once('?').expect("a query");
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let form: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let code = browser.post(path, &form).await.came_back().remove("code");
    client.exchange(&code.expect("a code"), &[]).await.success();
    let page = browser.post(&request, &[]).await;
    page.refused(400, "Something went wrong", "invalid_client");
    let page = browser.post(path, &[]).await;
    page.refused(400, "Something went wrong", "invalid_client");
}

#[tokio::test]
async fn what_the_documentation_does_not_name_is_ignored() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let client = RelyingParty::confidential(&server);
    let more = [
        ("audience", "x"),
        ("display", "popup"),
        ("acr_values", "urn:akamai-ic:nist:800-63-3:aal:2"),
        ("grant_type", "authorization_code"),
        ("id_token_hint", "x"),
        ("ui_locales", "xx-invalid-- de"),
        ("code", "x"),
    ];
    let code = client.code(&browser, &more).await;
    client.exchange(&code, &[]).await.success();
}

#[tokio::test]
async fn the_login_page_gets_the_whole_request_along() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let client = RelyingParty::public(&server);
    let more = [
        ("nonce", "a&b=c\u{e9}"),
        ("login_hint", "mira.lind@example.com"),
        ("x", "y z"),
    ];
    let request = client.request(&more);
    let (_, query) = request.split_once('?').expect("a query");
    for (prompt, page_name) in [("", "login"), ("login", "login"), ("create", "register")] {
        let path = format!("{request}&{}", encoded(&[("prompt", prompt)]));
        let page = browser.get(&path).await;
        assert_eq!(page.status, 302);
        let base = "http://127.0.0.1:9400/01000000-0000-3000-9000-000000000000/auth-ui";
        let expected = format!(
            "{base}/{page_name}?{query}&{}",
            encoded(&[("prompt", prompt)])
        );
        assert_eq!(page.header("location"), Some(expected.as_str()));
    }
    assert!(
        CALLBACK.starts_with("http://localhost"),
        "which nobody was sent to"
    );
}
