//! `/{customerId}/auth-ui/login`.

use crate::browser::{Browser, EMAIL, PASSWORD, SESSION_COOKIE, at, login};
use crate::caller::{CONFIGURATION_CLIENT, CUSTOMER, NOBODY, Server};

const WRONG: &str = "The e-mail address or the password is wrong.";

#[tokio::test]
async fn the_authorization_endpoint_leads_here_with_the_whole_request() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let asked = browser
        .get(&at(
            "login/authorize",
            &[("ui_locales", "de-AT"), ("nonce", "n & n")],
        ))
        .await;
    assert_eq!(asked.status, 302);
    let location = asked.header("location").expect("a redirect");
    let path = location
        .strip_prefix("http://127.0.0.1:9400")
        .expect("it lies on the server");
    let page = browser.get(path).await;
    page.says(200, "<h1>Anmelden</h1>");
    let form = [
        ("email", EMAIL),
        ("password", PASSWORD),
        ("_csrf_token", &page.token()),
    ];
    let back = browser.post(path, &form).await.came_back();
    assert_eq!(back["state"], "some state");
    assert!(back.contains_key("code"), "{back:?}");
}

#[tokio::test]
async fn a_session_saves_the_next_sign_in() {
    let server = Server::new();
    let browser = Browser::new(&server);
    assert_eq!(browser.silently().await["error"], "login_required");
    browser.sign_in().await.came_back();
    assert!(browser.silently().await.contains_key("code"));
    let page = browser
        .get(&at("login/authorize", &[("prompt", "login")]))
        .await;
    let location = page.header("location").expect("a redirect");
    assert!(location.contains("/auth-ui/login?"), "{location}");
}

#[tokio::test]
async fn an_unknown_address_is_refused_like_a_wrong_password() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let mut pages = Vec::new();
    for email in [EMAIL, "nobody@example.com"] {
        let page = browser.sign_in_as(email, "wrong").await;
        page.says(422, WRONG);
        assert!(browser.cookie(SESSION_COOKIE).is_none());
        pages.push(page.html.replace(email, ""));
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn an_address_is_known_in_any_case_and_a_password_in_one() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let page = browser
        .sign_in_as("  MIRA.Lind@example.com ", PASSWORD)
        .await;
    assert!(page.came_back().contains_key("code"));
    for password in [
        &PASSWORD.to_uppercase(),
        &format!("{PASSWORD} "),
        &format!(" {PASSWORD}"),
    ] {
        browser.sign_in_as(EMAIL, password).await.says(422, WRONG);
    }
}

#[tokio::test]
async fn what_is_missing_is_named_and_tied_to_its_field() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let page = browser.sign_in_as("mira", "").await;
    page.says(422, "aria-describedby=\"email-problem\"");
    page.says(
        422,
        "<p class=\"problem\" id=\"email-problem\">This is not an e-mail address.</p>",
    );
    page.says(
        422,
        "<p class=\"problem\" id=\"password-problem\">Please fill in this field.</p>",
    );
    page.says(422, "<a href=\"#password\">Password</a>");
}

#[tokio::test]
async fn a_password_never_comes_back() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let page = browser.sign_in_as(EMAIL, "a-wrong-secret").await;
    assert!(!page.html.contains("a-wrong-secret"));
}

#[tokio::test]
async fn a_form_without_the_token_of_the_browser_does_nothing() {
    let server = Server::new();
    let other = Browser::new(&server);
    let token = other.get(&login(&[])).await.token();
    for (token, has_page) in [
        ("", true),
        ("x", true),
        (token.as_str(), true),
        (token.as_str(), false),
    ] {
        let browser = Browser::new(&server);
        if has_page {
            browser.get(&login(&[])).await;
        }
        let form = [
            ("email", EMAIL),
            ("password", PASSWORD),
            ("_csrf_token", token),
        ];
        let page = browser.post(&login(&[]), &form).await;
        page.says(
            403,
            "This form was open for too long. Please send it again.",
        );
        page.says(403, &format!("value=\"{EMAIL}\""));
        assert!(browser.cookie(SESSION_COOKIE).is_none());
        // What comes back can be sent again.
        let form = [
            ("email", EMAIL),
            ("password", PASSWORD),
            ("_csrf_token", &page.token()),
        ];
        browser.post(&login(&[]), &form).await.came_back();
    }
    let forged = Browser::new(&server);
    forged.get(&login(&[])).await;
    let cancel = [("cancel", "yes"), ("_csrf_token", token.as_str())];
    assert_eq!(forged.post(&login(&[]), &cancel).await.status, 403);
}

#[tokio::test]
async fn who_cancels_goes_back_without_a_code() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let back = browser
        .submit(&login(&[]), &[("cancel", "yes")])
        .await
        .came_back();
    assert_eq!(
        (back["error"].as_str(), back["state"].as_str()),
        ("access_denied", "some state")
    );
    assert!(browser.cookie(SESSION_COOKIE).is_none());
}

#[tokio::test]
async fn every_step_checks_the_request_anew() {
    let server = Server::new();
    for (parameter, value, code) in [
        ("client_id", NOBODY, "invalid_client"),
        ("client_id", CONFIGURATION_CLIENT, "invalid_client"),
        ("client_id", "", "invalid_client"),
        (
            "redirect_uri",
            "https://else.example/",
            "invalid_redirect_uri",
        ),
        (
            "redirect_uri",
            "http://localhost:8080/callback/",
            "invalid_redirect_uri",
        ),
    ] {
        let path = login(&[(parameter, value)]);
        let browser = Browser::new(&server);
        browser
            .get(&path)
            .await
            .refused(400, "Something went wrong", code);
        let token = browser.get(&login(&[])).await.token();
        let form = [
            ("email", EMAIL),
            ("password", PASSWORD),
            ("_csrf_token", token.as_str()),
        ];
        let page = browser.post(&path, &form).await;
        page.refused(400, "Something went wrong", code);
        assert!(browser.cookie(SESSION_COOKIE).is_none());
    }
    let browser = Browser::new(&server);
    let back = browser
        .get(&login(&[("scope", "profile")]))
        .await
        .came_back();
    assert_eq!(back["error"], "invalid_request");
    let page = browser.get(&format!("/{NOBODY}/{}", login(&[]))).await;
    page.refused(404, "Page not found", "not_found");
}

#[tokio::test]
async fn the_hint_stands_in_the_form() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let page = browser.get(&login(&[("login_hint", EMAIL)])).await;
    page.says(200, &format!("value=\"{EMAIL}\""));
    // The focus goes where something is left to type.
    let (_, password) = page.html.split_once("id=\"password\"").expect("a field");
    assert!(
        password
            .split_once('>')
            .is_some_and(|(tag, _)| tag.contains("autofocus"))
    );
}

#[tokio::test]
async fn a_request_for_an_account_leads_to_the_other_page() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let page = browser.get(&login(&[("prompt", "create")])).await;
    assert_eq!(page.status, 302);
    let location = page.header("location").expect("a redirect").to_owned();
    assert!(location.starts_with(&format!("/{CUSTOMER}/auth-ui/register?")));
    let page = browser.get(&location).await;
    page.says(200, "<h1>Create an account</h1>");
    assert!(
        !page.html.contains("prompt=create\">Sign in"),
        "the way back would lead here again"
    );
}

#[tokio::test]
async fn a_field_that_is_repeated_is_no_form() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let form = [
        ("email", EMAIL),
        ("email", "x@example.com"),
        ("password", PASSWORD),
    ];
    browser
        .submit(&login(&[]), &form)
        .await
        .refused(400, "Bad request", "invalid_request");
}
