//! Making an account, looking after it, and signing out.

use serde_json::json;

use crate::browser::Look;
use crate::sign_in::sign_in;
use crate::site::{EMAIL, PASSWORD, Site};
use crate::visit;

#[tokio::test]
async fn a_newcomer_makes_an_account_on_the_way() {
    visit(Site::open().await, Look::DESK, async |browser, site| {
        browser.go_to(&site.authorize(&[])).await;
        browser.leave_by(".aside a").await;
        let taken = "Mira.Lind@Example.com";
        for (email, said) in [
            (taken, "There is an account with this address already."),
            ("new@example.com", ""),
        ] {
            browser.fill("email", email).await;
            browser.fill("password", "a new password").await;
            browser.fill("givenName", "Mira").await;
            browser.leave_by("form button").await;
            if !said.is_empty() {
                assert_eq!(browser.text("#email-problem").await, said);
            }
        }
        let arrival = site.arrival().await;
        assert!(arrival.parameter("code").is_some(), "{arrival:?}");

        browser.go_to(&site.page("auth-ui/profile", &[])).await;
        assert_eq!(browser.text(".lead").await, "Signed in as new@example.com");
        assert_eq!(browser.value("givenName").await, "Mira");
    })
    .await;
}

#[tokio::test]
async fn an_application_can_ask_for_an_account_to_be_made() {
    visit(Site::open().await, Look::DESK, async |browser, site| {
        browser
            .go_to(&site.authorize(&[("prompt", "create")]))
            .await;
        assert_eq!(browser.text("h1").await, "Create an account");
        // Whoever has one can still sign in.
        browser.leave_by(".aside a").await;
        assert_eq!(browser.text("h1").await, "Sign in");
        sign_in(browser, EMAIL, PASSWORD).await;
        assert!(site.arrival().await.parameter("code").is_some());
    })
    .await;
}

#[tokio::test]
async fn a_profile_is_changed_and_a_session_left() {
    visit(Site::open().await, Look::DESK, async |browser, site| {
        browser.go_to(&site.page("auth-ui/profile", &[])).await;
        assert_eq!(browser.text("h1").await, "You are not signed in");

        browser.go_to(&site.authorize(&[])).await;
        sign_in(browser, EMAIL, PASSWORD).await;
        site.arrival().await;

        browser.go_to(&site.page("auth-ui/profile", &[])).await;
        assert_eq!(browser.value("birthday").await, "1990-02-28");
        browser.fill("primaryAddress.city", "Malmö").await;
        browser.leave_by("form button").await;
        assert_eq!(
            browser.text("[role=status]").await,
            "Your changes are saved."
        );
        assert_eq!(browser.value("primaryAddress.city").await, "Malmö");

        browser.leave_by("form.second button").await;
        assert_eq!(browser.text("h1").await, "Logout Success");
        browser.go_to(&site.authorize(&[("prompt", "none")])).await;
        let arrival = site.arrival().await;
        assert_eq!(arrival.parameter("error"), Some("login_required"));
    })
    .await;
}

#[tokio::test]
async fn the_end_of_a_session_leads_back_to_the_application() {
    visit(Site::open().await, Look::DESK, async |browser, site| {
        browser.go_to(&site.authorize(&[])).await;
        sign_in(browser, EMAIL, PASSWORD).await;
        site.arrival().await;
        let back = site.callback.clone();
        let end = [
            ("post_logout_redirect_uri", back.as_str()),
            ("state", "bye"),
        ];
        browser.go_to(&site.page("login/end_session", &end)).await;
        assert_eq!(site.arrival().await.parameter("state"), Some("bye"));
        let cookies = browser.devtools("Network.getAllCookies", json!({})).await;
        let names: Vec<_> = cookies["cookies"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|cookie| cookie["name"].clone())
            .collect();
        assert_eq!(names, [json!("_csrf_token")]);
    })
    .await;
}
