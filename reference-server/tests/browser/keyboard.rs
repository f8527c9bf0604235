//! Everything works without a mouse, and one sees where one is.

use serde_json::json;

use crate::browser::{Browser, Look};
use crate::site::{EMAIL, PASSWORD, Site};
use crate::visit;

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

/// Returns what has the focus: the name of a field, or the text of something else.
async fn focus(browser: &Browser) -> String {
    let script = "const e = document.activeElement; return e.name || e.textContent.trim()";
    let focus = browser.run(script).await;
    focus.as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn somebody_signs_in_with_tab_and_enter_alone() {
    visit(Site::open().await, Look::DESK, async |browser, site| {
        browser.go_to(&site.authorize(&[])).await;
        browser.find("[name=email]").await;
        let mut stops = Vec::new();
        for _ in 0..5 {
            stops.push(focus(browser).await);
            let outline = "return getComputedStyle(document.activeElement).outlineStyle";
            assert_eq!(browser.run(outline).await, json!("solid"), "{stops:?}");
            browser.type_keys(TAB).await;
        }
        let expected = [
            "email",
            "password",
            "Sign in",
            "Cancel",
            "Create an account",
        ];
        assert_eq!(stops, expected);

        browser.go_to(&site.authorize(&[])).await;
        browser.find("[name=email]").await;
        browser.type_keys(EMAIL).await;
        browser.type_keys(TAB).await;
        browser.type_keys("wrong").await;
        browser.type_keys(ENTER).await;
        browser.find("[role=alert]").await;
        browser.type_keys(PASSWORD).await;
        browser.type_keys(ENTER).await;
        assert!(site.arrival().await.parameter("code").is_some());
    })
    .await;
}

#[tokio::test]
async fn a_list_of_problems_leads_to_the_fields() {
    visit(Site::open().await, Look::DESK, async |browser, site| {
        browser
            .go_to(&site.authorize(&[("prompt", "create")]))
            .await;
        browser.fill("email", "new@example.com").await;
        browser.fill("password", "short").await;
        browser.leave_by("form button").await;
        browser.find("[role=alert]").await;
        assert_eq!(focus(browser).await, "password", "where something is wrong");
        browser.click("[role=alert] a").await;
        assert_eq!(browser.url().await.fragment(), Some("password"));
        assert_eq!(focus(browser).await, "password", "the link leads there");
    })
    .await;
}
