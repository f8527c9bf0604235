//! `/{customerId}/auth-ui/profile`.

use std::time::Duration;

use crate::browser::{Browser, SESSION_COOKIE, encoded};
use crate::caller::{NOBODY, PUBLIC_CLIENT, Server};

fn profile(more: &[(&str, &str)]) -> String {
    let parameters: Vec<_> = [("client_id", PUBLIC_CLIENT)]
        .iter()
        .chain(more)
        .copied()
        .collect();
    format!("auth-ui/profile?{}", encoded(&parameters))
}

#[tokio::test]
async fn only_somebody_who_is_signed_in_sees_one() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let refused = |page: crate::browser::Page| {
        page.refused(403, "You are not signed in", "login_required");
        assert!(!page.html.contains("mira.lind"));
    };
    refused(browser.get(&profile(&[])).await);
    refused(browser.post(&profile(&[]), &[("givenName", "X")]).await);
    browser.set_cookie(SESSION_COOKIE, "made-up");
    refused(browser.get(&profile(&[])).await);
    browser.sign_in().await;
    browser
        .get(&profile(&[]))
        .await
        .says(200, "Signed in as mira.lind@example.com");
    let cookie = browser.cookie(SESSION_COOKIE).expect("a session");
    browser.set_cookie(SESSION_COOKIE, &format!("{cookie}x"));
    refused(browser.get(&profile(&[])).await);
}

#[tokio::test]
async fn the_client_has_to_exist() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    browser
        .get("auth-ui/profile")
        .await
        .refused(400, "Bad request", "invalid_request");
    browser
        .get(&format!("auth-ui/profile?client_id={NOBODY}"))
        .await
        .refused(400, "Something went wrong", "invalid_client");
}

#[tokio::test]
async fn what_is_known_is_shown_and_can_be_changed() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let page = browser.get(&profile(&[])).await;
    for (name, value) in [
        ("givenName", "Mira"),
        ("middleName", "Solveig"),
        ("familyName", "Lind"),
        ("displayName", "mira.lind"),
        ("gender", "Female"),
        ("birthday", "1990-02-28"),
        ("mobileNumber", "+46 70 174 06 05"),
        ("primaryAddress.city", "Lund"),
        ("primaryAddress.zip", "223 50"),
    ] {
        let (_, field) = page
            .html
            .split_once(&format!("name=\"{name}\""))
            .expect("a field");
        let (tag, _) = field.split_once('>').expect("its end");
        assert!(tag.contains(&format!("value=\"{value}\"")), "{tag}");
    }

    server.app.clock().advance(Duration::from_secs(60));
    let path = profile(&[("ui_locales", "de")]);
    let changes = [
        ("givenName", "Míra"),
        ("gender", ""),
        ("primaryAddress.city", "Malmö"),
    ];
    let changed = browser.submit(&path, &changes).await;
    assert_eq!(changed.status, 303);
    let location = changed.header("location").expect("a redirect").to_owned();
    let page = browser.get(&location).await;
    page.says(200, "Ihre Änderungen sind gespeichert.");
    page.says(200, "value=\"Míra\"");
    page.says(200, "value=\"Malmö\"");
    // What the form did not mention stays.
    page.says(200, "value=\"223 50\"");
    assert!(!page.html.contains("Female"));
}

#[tokio::test]
async fn what_cannot_be_is_said_and_nothing_changes() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let form = [("givenName", "Other"), ("birthday", "1990-02-30")];
    let page = browser.submit(&profile(&[]), &form).await;
    page.says(
        422,
        "<p class=\"problem\" id=\"birthday-problem\">This is not a date like 1990-02-28.</p>",
    );
    page.says(422, "value=\"Other\"");
    browser.get(&profile(&[])).await.says(200, "value=\"Mira\"");
}

#[tokio::test]
async fn a_form_without_the_token_changes_nothing() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    for form in [
        &[("givenName", "Other")][..],
        &[("givenName", "Other"), ("_csrf_token", "x")],
    ] {
        let page = browser.post(&profile(&[]), form).await;
        page.says(403, "This form was open for too long.");
    }
    browser.get(&profile(&[])).await.says(200, "value=\"Mira\"");
}

#[tokio::test]
async fn address_and_id_cannot_be_changed() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let form = [
        ("email", "other@example.com"),
        ("uuid", NOBODY),
        ("givenName", "Mira"),
    ];
    assert_eq!(browser.submit(&profile(&[]), &form).await.status, 303);
    browser
        .get(&profile(&[]))
        .await
        .says(200, "Signed in as mira.lind@example.com");
}
