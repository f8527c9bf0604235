//! What a request brings along shows up as text, and nowhere else.

use crate::browser::{Browser, EMAIL, Page, at, encoded, login};
use crate::caller::{Asks, CONFIDENTIAL_CLIENT, PUBLIC_CLIENT, Server, text};
use serde_json::json;

const MARKUP: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";

/// Wants a page without the markup, whoever put it there.
#[track_caller]
fn harmless(page: &Page, place: &str) {
    for piece in ["<script>", "<img", "onerror=alert(1)>"] {
        assert!(!page.html.contains(piece), "{place}: {}", page.html);
    }
    for (name, value) in &page.headers {
        assert!(
            !value.as_bytes().windows(8).any(|part| part == b"<script>"),
            "{place}: {name}"
        );
    }
    for stray in ["x-injected", "set-cookie2"] {
        assert_eq!(page.header(stray), None, "{place}");
    }
}

#[tokio::test]
async fn no_parameter_of_an_authorization_request_becomes_markup() {
    let server = Server::new();
    let browser = Browser::new(&server);
    for name in [
        "client_id",
        "response_type",
        "scope",
        "redirect_uri",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "prompt",
        "max_age",
        "ui_locales",
        "claims",
        "login_hint",
        "response_mode",
        "resource",
        "acr_values",
        "display",
        "request",
        "anything",
        MARKUP,
    ] {
        for value in [MARKUP, "x\r\nX-Injected: 1\r\n\r\n<script>"] {
            for path in ["auth-ui/login", "auth-ui/register", "login/authorize"] {
                let path = at(path, &[(name, value)]);
                harmless(&browser.get(&path).await, name);
            }
        }
    }
}

#[tokio::test]
async fn no_field_of_a_form_becomes_markup() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let profile = format!("auth-ui/profile?client_id={PUBLIC_CLIENT}");
    for path in [login(&[]), at("auth-ui/register", &[]), profile.clone()] {
        for name in [
            "email",
            "password",
            "givenName",
            "birthday",
            "_csrf_token",
            "cancelled",
        ] {
            let page = browser.submit(&path, &[(name, MARKUP)]).await;
            harmless(&page, name);
            let page = browser.post(&path, &[(name, MARKUP)]).await;
            harmless(&page, name);
        }
    }
    // What is kept comes back as text, too.
    let page = browser.submit(&profile, &[("nickname", MARKUP)]).await;
    assert_eq!(page.status, 303);
    let page = browser.get(&profile).await;
    harmless(&page, "nickname");
    page.says(200, "&#60;script&#62;alert(1)&#60;/script&#62;");
}

#[tokio::test]
async fn no_parameter_of_a_logout_becomes_markup() {
    let server = Server::new();
    let browser = Browser::new(&server);
    for path in ["auth-ui/logout", "login/end_session", "auth-ui/profile"] {
        for name in [
            "client_id",
            "redirect_uri",
            "post_logout_redirect_uri",
            "state",
            "logout_hint",
            "ui_locales",
            MARKUP,
        ] {
            let parameters = [("client_id", CONFIDENTIAL_CLIENT), (name, MARKUP)];
            let query = encoded(&parameters);
            harmless(&browser.get(&format!("{path}?{query}")).await, name);
            let query = encoded(&[(name, MARKUP)]);
            harmless(&browser.get(&format!("{path}?{query}")).await, name);
        }
    }
}

#[tokio::test]
async fn the_name_of_a_client_is_text() {
    let server = Server::new();
    let owner = server.owner().await;
    let made = owner
        .post(
            "config/clients",
            json!({
                "name": MARKUP,
                "type": "confidential",
                "redirectURIs": ["https://shop.example.test/cb;x?a='\"<b>"],
                "loginPolicy": "6d1f0b8a-7c11-4c39-9a51-000000000201",
                "tokenPolicy": "6d1f0b8a-7c11-4c39-9a51-000000000102",
            }),
        )
        .await
        .success();
    let parameters = [
        ("client_id", text(&made["id"])),
        ("redirect_uri", "https://shop.example.test/cb;x?a='\"<b>"),
    ];
    let browser = Browser::new(&server);
    let page = browser.get(&login(&parameters)).await;
    harmless(&page, "name");
    page.says(200, "&#60;script&#62;");
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(
        !policy.contains("shop") && !policy.contains("script-src"),
        "{policy}"
    );
}

#[tokio::test]
async fn a_form_that_posts_itself_holds_text() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let path = at(
        "login/authorize",
        &[("response_mode", "form_post"), ("state", MARKUP)],
    );
    let page = browser.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(
        page.html
            .contains("name=\"state\" value=\"&#34;&#39;&#62;&#60;script&#62;alert(1)")
    );
    assert_eq!(
        page.html.matches("<script").count(),
        1,
        "the one that posts"
    );
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(
        policy.contains("script-src 'sha256-") && policy.contains("default-src 'none'"),
        "{policy}"
    );
}

#[tokio::test]
async fn a_hint_is_text_whatever_it_holds() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let page = browser.get(&login(&[("login_hint", MARKUP)])).await;
    harmless(&page, "login_hint");
    page.says(200, "value=\"&#34;&#39;&#62;&#60;script&#62;");
    let hint = format!("{EMAIL}\0");
    assert_eq!(
        browser.get(&login(&[("login_hint", &hint)])).await.status,
        200
    );
}
