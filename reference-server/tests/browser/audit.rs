//! What a page has to offer people who cannot see it well, or not at all.

use serde_json::json;

use crate::browser::Browser;

/// Wants a page in this language in which nothing is wrong for them: names, order, size and contrast (WCAG 2.2, AA).
pub(crate) async fn audit(browser: &Browser, language: &str) {
    let problems = browser.run(include_str!("audit.js")).await;
    let url = browser.url().await;
    assert_eq!(problems, json!([]), "{url}");
    let lang = browser.run("return document.documentElement.lang").await;
    assert_eq!(lang, json!(language), "{url}");
    // Without its stylesheet, for example because the policy forbids it, the page would be a block.
    let display = browser
        .run("return getComputedStyle(document.body).display")
        .await;
    assert_eq!(display, json!("grid"), "{url}");
}
