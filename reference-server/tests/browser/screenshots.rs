//! Every page in every language, as it looks: nothing is wrong with it, and a picture of it is kept.

use reference_server::settings::HostedLogin;
use serde_json::json;

use crate::audit::audit;
use crate::browser::{Browser, Look};
use crate::sign_in::sign_in;
use crate::site::{EMAIL, PASSWORD, Site};
use crate::visit;

const LANGUAGES: &[&str] = &["en", "de", "fr", "ja"];

/// Looks at the page that the browser shows.
async fn look(browser: &Browser, page: &str, language: &str, look: Look) {
    browser.find("h1").await;
    audit(browser, language).await;
    browser
        .picture(&format!("{page}-{language}-{}", look.name()))
        .await;
}

/// Looks at every page, in one language after the other.
async fn look_around(with: Look, languages: &[&str]) {
    let settings = HostedLogin {
        attempts: 1,
        ..HostedLogin::default()
    };
    visit(Site::with(settings).await, with, async |browser, site| {
        for language in languages.iter().copied() {
            let locale = ("ui_locales", language);

            browser.go_to(&site.authorize(&[locale])).await;
            look(browser, "login", language, with).await;
            let stranger = format!("somebody@{language}.example");
            sign_in(browser, &stranger, "wrong").await;
            browser.find("[role=alert]").await;
            look(browser, "login-wrong", language, with).await;
            sign_in(browser, &stranger, "wrong").await;
            browser.find("[role=alert]").await;
            look(browser, "login-too-many", language, with).await;

            browser
                .go_to(&site.authorize(&[locale, ("prompt", "create")]))
                .await;
            look(browser, "register", language, with).await;
            browser.fill("email", EMAIL).await;
            browser.fill("password", "short").await;
            browser.leave_by("form button").await;
            browser.find("[role=alert]").await;
            look(browser, "register-problems", language, with).await;

            browser
                .go_to(&site.authorize(&[locale, ("redirect_uri", "https://else.example")]))
                .await;
            look(browser, "error", language, with).await;

            browser.go_to(&site.authorize(&[locale])).await;
            sign_in(browser, EMAIL, PASSWORD).await;
            site.arrival().await;
            // The page posts itself, and would be gone.
            let scripts = |off: bool| json!({ "value": off });
            browser
                .devtools("Emulation.setScriptExecutionDisabled", scripts(true))
                .await;
            let form_post = ("response_mode", "form_post");
            browser.go_to(&site.authorize(&[locale, form_post])).await;
            browser
                .devtools("Emulation.setScriptExecutionDisabled", scripts(false))
                .await;
            look(browser, "form-post", language, with).await;

            browser
                .go_to(&site.page("auth-ui/profile", &[locale]))
                .await;
            look(browser, "profile", language, with).await;
            browser.fill("birthday", "").await;
            browser.leave_by("form button").await;
            browser.find("[role=status]").await;
            look(browser, "profile-saved", language, with).await;

            browser.leave_by("form.second button").await;
            look(browser, "logout", language, with).await;
            browser
                .go_to(&site.page("auth-ui/profile", &[locale]))
                .await;
            look(browser, "not-signed-in", language, with).await;
        }
    })
    .await;
}

#[tokio::test]
async fn at_a_desk_by_day() {
    look_around(Look::ALL[0], LANGUAGES).await;
}

#[tokio::test]
async fn at_a_desk_by_night() {
    look_around(Look::ALL[1], &["en"]).await;
}

#[tokio::test]
async fn on_a_phone_by_day() {
    look_around(Look::ALL[2], &["en"]).await;
}

#[tokio::test]
async fn on_a_phone_by_night() {
    look_around(Look::ALL[3], LANGUAGES).await;
}
