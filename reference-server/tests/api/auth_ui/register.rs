//! `/{customerId}/auth-ui/register`.

use reference_server::settings::HostedLogin;

use crate::browser::{Browser, EMAIL, PASSWORD, SESSION_COOKIE, at};
use crate::caller::Server;

const NEW: &str = "new@example.com";

fn register() -> String {
    at("auth-ui/register", &[])
}

#[tokio::test]
async fn a_newcomer_is_signed_in_and_can_sign_in_again() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let form = [
        ("email", NEW),
        ("password", "a new password"),
        ("givenName", " Mira "),
        ("familyName", ""),
    ];
    let back = browser.submit(&register(), &form).await.came_back();
    assert_eq!(back["state"], "some state");
    assert!(browser.silently().await.contains_key("code"));
    let page = browser.get(&at("auth-ui/profile", &[])).await;
    page.says(200, "Signed in as new@example.com");
    page.says(200, "name=\"givenName\" type=\"text\" value=\"Mira\"");

    let other = Browser::new(&server);
    let page = other.sign_in_as("NEW@example.com", "a new password").await;
    assert!(page.came_back().contains_key("code"));
}

#[tokio::test]
async fn what_cannot_be_is_said() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let long = "x".repeat(255);
    for (email, password, name, said) in [
        ("", PASSWORD, "", "Please fill in this field."),
        ("new", PASSWORD, "", "This is not an e-mail address."),
        (NEW, "1234567", "", "At least 8 characters"),
        (NEW, &long, "", "At most 254 characters, please."),
        (NEW, PASSWORD, &long, "At most 254 characters, please."),
        (
            NEW,
            PASSWORD,
            "a\r\nb",
            "This holds characters that cannot be kept.",
        ),
        (
            "Mira.Lind@Example.com",
            PASSWORD,
            "",
            "There is an account with this address already.",
        ),
    ] {
        let form = [
            ("email", email),
            ("password", password),
            ("givenName", name),
        ];
        let page = browser.submit(&register(), &form).await;
        page.says(422, said);
        page.says(422, "Please check what you entered");
        assert!(!page.html.contains(PASSWORD));
        assert!(browser.cookie(SESSION_COOKIE).is_none());
    }
    // Nothing of it was kept.
    browser.sign_in_as(NEW, PASSWORD).await.says(422, "wrong");
}

#[tokio::test]
async fn an_account_is_made_once() {
    let server = Server::new();
    let browsers: Vec<_> = (0..8).map(|_| Browser::new(&server)).collect();
    let (path, form) = (register(), [("email", NEW), ("password", "a new password")]);
    let pages =
        futures_util::future::join_all(browsers.iter().map(|browser| browser.submit(&path, &form)))
            .await;
    let made = pages.iter().filter(|page| page.status == 302).count();
    assert_eq!(made, 1);
    assert!(
        pages
            .iter()
            .all(|page| page.status == 302 || page.status == 422)
    );
}

#[tokio::test]
async fn a_form_without_the_token_makes_no_account() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let form = [("email", NEW), ("password", "a new password")];
    let page = browser.post(&register(), &form).await;
    page.says(403, "This form was open for too long.");
    page.says(403, &format!("value=\"{NEW}\""));
    browser
        .sign_in_as(NEW, "a new password")
        .await
        .says(422, "wrong");
}

#[tokio::test]
async fn who_cancels_goes_back() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let back = browser
        .submit(&register(), &[("cancel", "yes")])
        .await
        .came_back();
    assert_eq!(back["error"], "access_denied");
}

#[tokio::test]
async fn a_full_house_takes_nobody() {
    let server = Server::hosting(HostedLogin {
        accounts: 1,
        ..HostedLogin::default()
    });
    let browser = Browser::new(&server);
    let form = [("email", NEW), ("password", "a new password")];
    let page = browser.submit(&register(), &form).await;
    page.says(422, "No further accounts can be created here at present.");
    assert!(
        browser
            .sign_in_as(EMAIL, PASSWORD)
            .await
            .came_back()
            .contains_key("code")
    );
}
