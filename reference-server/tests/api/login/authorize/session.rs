//! Whether the user is asked: prompt, max_age and the session.

use std::time::Duration;

use serde_json::json;

use crate::browser::{Browser, EMAIL, PASSWORD, Page, USER, login};
use crate::caller::{Asks, LOGIN_POLICY, Server};
use crate::relying_party::RelyingParty;

/// What became of a request.
#[derive(Debug, PartialEq, Eq)]
enum Sent {
    /// To the client, with a code.
    Back,
    /// To the client, with an error.
    Error(String),
    /// To a page of that name.
    To(&'static str),
}

fn sent(page: &Page) -> Sent {
    let location = page.header("location").expect("a redirect").to_owned();
    for name in ["login", "register"] {
        if location.contains(&format!("/auth-ui/{name}?")) {
            return Sent::To(name);
        }
    }
    let mut parameters = page.came_back();
    assert_eq!(
        parameters.get("state").map(String::as_str),
        Some("some state")
    );
    match parameters.remove("error") {
        Some(error) => Sent::Error(error),
        None => {
            assert!(parameters.contains_key("code"));
            Sent::Back
        }
    }
}

#[tokio::test]
async fn without_a_session_the_user_is_asked_unless_that_is_not_wanted() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let client = RelyingParty::confidential(&server);
    for (prompt, expected) in [
        ("", Sent::To("login")),
        ("login", Sent::To("login")),
        ("create", Sent::To("register")),
        ("none", Sent::Error("login_required".to_owned())),
    ] {
        let page = browser.get(&client.request(&[("prompt", prompt)])).await;
        assert_eq!(sent(&page), expected, "{prompt}");
    }
}

#[tokio::test]
async fn with_a_session_the_user_is_asked_only_if_that_is_wanted() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    for client in [
        RelyingParty::confidential(&server),
        RelyingParty::public(&server),
    ] {
        for (prompt, expected) in [
            ("", Sent::Back),
            ("none", Sent::Back),
            ("login", Sent::To("login")),
            ("create", Sent::To("register")),
        ] {
            let page = browser.get(&client.request(&[("prompt", prompt)])).await;
            assert_eq!(sent(&page), expected, "{prompt}");
        }
    }
}

#[tokio::test]
async fn a_session_that_is_too_old_will_not_do() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let client = RelyingParty::confidential(&server);
    let ask = async |prompt: &str, max_age: &str| {
        let more = [("prompt", prompt), ("max_age", max_age)];
        sent(&browser.get(&client.request(&more)).await)
    };
    let required = || Sent::Error("login_required".to_owned());
    assert_eq!(ask("", "0").await, Sent::To("login"));
    assert_eq!(ask("none", "0").await, required());
    server.app.clock().advance(Duration::from_secs(61));
    assert_eq!(ask("", "60").await, Sent::To("login"));
    assert_eq!(ask("none", "60").await, required());
    assert_eq!(ask("none", "61").await, Sent::Back);
    // Signing in without being asked counts.
    assert_eq!(ask("none", "1").await, Sent::Back);
    assert_eq!(ask("none", "99999999999999999999999999").await, Sent::Back);
}

#[tokio::test]
async fn signing_in_without_being_asked_moves_the_time_of_authentication() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let page = browser.sign_in().await;
    let client = RelyingParty::confidential(&server);
    let code = page.came_back().remove("code").expect("a code");
    let tokens = client.exchange(&code, &[]).await.success();
    let first = server
        .verified(tokens["id_token"].as_str().expect("a JWT"))
        .await;
    server.app.clock().advance(Duration::from_secs(100));
    let second = client.tokens_in(&browser, &[("max_age", "1000")]).await;
    let second = server.verified(second.id_token()).await;
    assert_eq!(second["sid"], first["sid"]);
    let auth_time = first["auth_time"].as_u64().expect("a number");
    assert_eq!(second["auth_time"], json!(auth_time + 100));
    server.app.clock().advance(Duration::from_secs(5));
    assert!(second["auth_time"].as_u64() <= second["iat"].as_u64());
}

#[tokio::test]
async fn a_cookie_that_means_nothing_is_no_session() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let client = RelyingParty::confidential(&server);
    for value in ["x", "", "../../..", &"x".repeat(5000)] {
        browser.set_cookie(crate::browser::SESSION_COOKIE, value);
        let page = browser.get(&client.request(&[("prompt", "none")])).await;
        assert_eq!(sent(&page), Sent::Error("login_required".to_owned()));
    }
}

#[tokio::test]
async fn a_login_page_elsewhere_gets_everybody() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = format!("config/loginPolicies/{LOGIN_POLICY}");
    let mut policy = owner.get(&path).await.success();
    policy["loginURL"] = json!("https://login.example.com/start?theme=dark");
    owner.put(&path, policy).await.success();
    let client = RelyingParty::confidential(&server);
    for prompt in ["login", "create"] {
        let request = client.request(&[("prompt", prompt)]);
        let (_, query) = request.split_once('?').expect("a query");
        let page = Browser::new(&server).get(&request).await;
        let expected = format!("https://login.example.com/start?theme=dark&{query}");
        assert_eq!(page.header("location"), Some(expected.as_str()));
    }
}

#[tokio::test]
async fn a_login_page_gets_the_request_in_its_query_and_in_ascii() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = format!("config/loginPolicies/{LOGIN_POLICY}");
    let mut policy = owner.get(&path).await.success();
    let request = RelyingParty::confidential(&server).request(&[]);
    let (_, query) = request.split_once('?').expect("a query");
    for (url, before, after) in [
        (
            "https://login.example.com/start?",
            "https://login.example.com/start?",
            "",
        ),
        (
            "https://login.example.com/#/in",
            "https://login.example.com/?",
            "#/in",
        ),
        (
            "https://login.example.com/ü",
            "https://login.example.com/%C3%BC?",
            "",
        ),
    ] {
        policy["loginURL"] = json!(url);
        let shown = owner.put(&path, policy.clone()).await.success();
        assert_eq!(shown["loginURL"], url);
        let page = Browser::new(&server).get(&request).await;
        let expected = format!("{before}{query}{after}");
        assert_eq!(page.header("location"), Some(expected.as_str()));
    }
}

#[tokio::test]
async fn whoever_is_not_demanded_is_asked_and_the_client_gets_nothing_about_anybody_else() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let client = RelyingParty::confidential(&server);
    let level = "urn:akamai-ic:nist:800-63-3:aal:1";
    for (claims, is_met) in [
        (json!({ "sub": { "value": USER } }), true),
        (json!({ "sub": { "value": "somebody else" } }), false),
        (
            json!({ "acr": { "essential": true, "values": ["x", level] } }),
            true,
        ),
        (
            json!({ "acr": { "essential": true, "values": ["x"] } }),
            false,
        ),
        (json!({ "acr": { "values": ["x"] } }), true),
    ] {
        let claims = json!({ "id_token": claims }).to_string();
        let parameters = [("claims", claims.as_str())];
        let silently = [("claims", claims.as_str()), ("prompt", "none")];
        let required = Sent::Error("login_required".to_owned());
        let (loudly, silently) = (
            sent(&browser.get(&client.request(&parameters)).await),
            sent(&browser.get(&client.request(&silently)).await),
        );
        let form = [("email", EMAIL), ("password", PASSWORD)];
        let signed_in = Browser::new(&server)
            .submit(&login(&parameters), &form)
            .await;
        if is_met {
            assert_eq!(
                [loudly, silently, sent(&signed_in)],
                [const { Sent::Back }; 3],
                "{claims}"
            );
        } else {
            let unmet = Sent::Error("unmet_authentication_requirements".to_owned());
            let expected = [Sent::To("login"), required, unmet];
            assert_eq!([loudly, silently, sent(&signed_in)], expected, "{claims}");
        }
    }
}

#[tokio::test]
async fn a_user_holds_so_many_codes_and_no_more() {
    let server = Server::limited(reference_server::settings::Limits {
        codes_of_user: 4,
        ..reference_server::settings::Limits::default()
    });
    let browser = Browser::new(&server);
    let first = browser.sign_in().await.came_back().remove("code");
    let client = RelyingParty::confidential(&server);
    let ask = async || sent(&browser.get(&client.request(&[])).await);
    for _ in 0..3 {
        assert_eq!(ask().await, Sent::Back);
    }
    let refused = Sent::Error("temporarily_unavailable".to_owned());
    assert_eq!(ask().await, refused);
    client
        .exchange(&first.expect("a code"), &[])
        .await
        .success();
    assert_eq!(ask().await, Sent::Back);
    assert_eq!(ask().await, refused);
    server.app.clock().advance(Duration::from_secs(300));
    assert_eq!(ask().await, Sent::Back);
}
