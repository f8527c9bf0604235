//! Signing in, and not.

use serde_json::{Value, json};

use crate::browser::{Browser, Look};
use crate::site::{Arrival, CLIENT, EMAIL, PASSWORD, SECRET, Site};
use crate::visit;

/// Types address and password, and presses the button.
pub(crate) async fn sign_in(browser: &Browser, email: &str, password: &str) {
    browser.fill("email", email).await;
    browser.fill("password", password).await;
    browser.leave_by("form button").await;
}

/// Wants an arrival with a code and the state, and exchanges the code.
async fn exchange(site: &Site, arrival: &Arrival) -> Value {
    assert_eq!(arrival.parameter("error"), None, "{arrival:?}");
    assert_eq!(arrival.parameter("state"), Some("some state"));
    let code = arrival.parameter("code").expect("a code");
    let client = reqwest::Client::builder()
        .tls_certs_only([])
        .build()
        .expect("a client");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &site.callback),
    ];
    let answer = client
        .post(site.server.at("login/token"))
        .basic_auth(CLIENT, Some(SECRET))
        .form(&form)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

#[tokio::test]
async fn somebody_who_knows_the_password_comes_back_with_a_code() {
    visit(Site::open().await, Look::DESK, async |browser, site| {
        browser.go_to(&site.authorize(&[])).await;
        sign_in(browser, EMAIL, PASSWORD).await;
        let arrival = site.arrival().await;
        assert_eq!(arrival.method, "GET");
        assert_eq!(browser.text("#home").await, "Home");
        let tokens = exchange(site, &arrival).await;
        assert!(tokens["id_token"].is_string(), "{tokens}");

        // The second time nobody is asked.
        browser.go_to(&site.authorize(&[("prompt", "none")])).await;
        let arrival = site.arrival().await;
        exchange(site, &arrival).await;
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_shows_the_form_again_with_the_address_in_it() {
    visit(Site::open().await, Look::DESK, async |browser, site| {
        browser
            .go_to(&site.authorize(&[("login_hint", EMAIL)]))
            .await;
        assert_eq!(browser.value("email").await, EMAIL);
        sign_in(browser, EMAIL, "wrong").await;
        let said = browser.text("[role=alert]").await;
        assert_eq!(said, "The e-mail address or the password is wrong.");
        assert_eq!(browser.value("email").await, EMAIL);
        assert_eq!(browser.value("password").await, "");
        let focus = browser.run("return document.activeElement.name").await;
        assert_eq!(focus, json!("password"));
        sign_in(browser, EMAIL, PASSWORD).await;
        let arrival = site.arrival().await;
        exchange(site, &arrival).await;
    })
    .await;
}

#[tokio::test]
async fn somebody_who_cancels_comes_back_without_a_code() {
    visit(Site::open().await, Look::DESK, async |browser, site| {
        browser.go_to(&site.authorize(&[])).await;
        browser.leave_by("form.second button").await;
        let arrival = site.arrival().await;
        assert_eq!(arrival.parameter("error"), Some("access_denied"));
        assert_eq!(arrival.parameter("state"), Some("some state"));
        assert_eq!(arrival.parameter("code"), None);
    })
    .await;
}

#[tokio::test]
async fn an_answer_can_come_back_in_a_form() {
    visit(Site::open().await, Look::DESK, async |browser, site| {
        let form_post = [("response_mode", "form_post")];
        browser.go_to(&site.authorize(&form_post)).await;
        sign_in(browser, EMAIL, PASSWORD).await;
        let arrival = site.arrival().await;
        assert_eq!(arrival.method, "POST");
        assert_eq!(browser.text("#home").await, "Home");
        exchange(site, &arrival).await;

        // Without scripts, the page waits for somebody to press its button.
        let off = json!({ "value": true });
        browser
            .devtools("Emulation.setScriptExecutionDisabled", off)
            .await;
        browser.go_to(&site.authorize(&form_post)).await;
        browser.leave_by("form button").await;
        let arrival = site.arrival().await;
        assert_eq!(arrival.method, "POST");
        exchange(site, &arrival).await;
    })
    .await;
}
