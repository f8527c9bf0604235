//! `GET /{customerId}/login/end_session`.

use crate::browser::{Browser, CALLBACK, SESSION_COOKIE, SIGNED_OUT, USER, encoded};
use crate::caller::{Asks, CONFIDENTIAL_CLIENT, CUSTOMER, NOBODY, PUBLIC_CLIENT, Server, text};

const CLIENT: (&str, &str) = ("client_id", PUBLIC_CLIENT);
const BACK: (&str, &str) = ("post_logout_redirect_uri", SIGNED_OUT);
const STATE: (&str, &str) = ("state", "bye");

fn end(parameters: &[(&str, &str)]) -> String {
    format!("login/end_session?{}", encoded(parameters))
}

/// Returns the id of the demo user's session.
async fn sid(server: &Server) -> Option<String> {
    let sub = format!("capture-v1://demo.capture.example.test/demoapplication/user/{USER}");
    let answer = server
        .owner()
        .await
        .get(&format!("sessions?{}", encoded(&[("sub", &sub)])))
        .await;
    answer
        .status
        .is_success()
        .then(|| text(&answer.success()["id"]).to_owned())
}

#[tokio::test]
async fn without_a_hint_one_browser_is_signed_out() {
    let server = Server::new();
    let (phone, laptop) = (Browser::new(&server), Browser::new(&server));
    phone.sign_in().await;
    laptop.sign_in().await;
    let page = phone.get(&end(&[CLIENT, BACK, STATE])).await;
    assert_eq!(page.status, 302);
    assert_eq!(
        page.header("location"),
        Some("http://localhost:8080/signed-out?state=bye")
    );
    assert_eq!(phone.cookie(SESSION_COOKIE), None);
    assert_eq!(phone.silently().await["error"], "login_required");
    assert!(laptop.silently().await.contains_key("code"));
}

#[tokio::test]
async fn the_id_of_the_session_as_hint_signs_out_everywhere() {
    let server = Server::new();
    let (phone, laptop) = (Browser::new(&server), Browser::new(&server));
    phone.sign_in().await;
    laptop.sign_in().await;
    let sid = sid(&server).await.expect("a session");
    let page = phone
        .get(&end(&[CLIENT, BACK, STATE, ("logout_hint", &sid)]))
        .await;
    assert_eq!(page.status, 302);
    assert_eq!(phone.silently().await["error"], "login_required");
    assert_eq!(laptop.silently().await["error"], "login_required");
}

#[tokio::test]
async fn another_hint_ends_nothing_else() {
    let server = Server::new();
    let (stranger, mira) = (Browser::new(&server), Browser::new(&server));
    mira.sign_in().await;
    let sid = sid(&server).await.expect("a session");
    for hint in [sid.as_str(), NOBODY, "x", &sid.to_uppercase()] {
        // Somebody without a session, who knows the id of another's.
        let page = stranger
            .get(&end(&[CLIENT, BACK, STATE, ("logout_hint", hint)]))
            .await;
        assert_eq!(page.status, 302);
        assert!(mira.silently().await.contains_key("code"), "`{hint}`");
    }
    let phone = Browser::new(&server);
    phone.sign_in().await;
    let page = phone
        .get(&end(&[CLIENT, BACK, STATE, ("logout_hint", NOBODY)]))
        .await;
    assert_eq!(page.status, 302);
    assert_eq!(phone.silently().await["error"], "login_required");
    assert!(mira.silently().await.contains_key("code"));
}

#[tokio::test]
async fn what_is_missing_or_not_listed_ends_nothing() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    for (parameters, heading, code) in [
        (&[BACK, STATE][..], "Bad request", "invalid_request"),
        (&[CLIENT, STATE], "Bad request", "invalid_request"),
        (&[CLIENT, BACK], "Bad request", "invalid_request"),
        (
            &[CLIENT, BACK, STATE, STATE],
            "Bad request",
            "invalid_request",
        ),
        (
            &[("client_id", NOBODY), BACK, STATE],
            "Something went wrong",
            "invalid_client",
        ),
        (
            &[CLIENT, ("post_logout_redirect_uri", CALLBACK), STATE],
            "Something went wrong",
            "invalid_redirect_uri",
        ),
        (
            &[
                CLIENT,
                ("post_logout_redirect_uri", "https://else.example/"),
                STATE,
            ],
            "Something went wrong",
            "invalid_redirect_uri",
        ),
    ] {
        browser
            .get(&end(parameters))
            .await
            .refused(400, heading, code);
    }
    assert!(browser.silently().await.contains_key("code"));
    let elsewhere = format!("/{NOBODY}/{}", end(&[CLIENT, BACK, STATE]));
    browser
        .get(&elsewhere)
        .await
        .refused(404, "Page not found", "not_found");
}

#[tokio::test]
async fn the_parameters_may_stand_in_a_form() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let page = browser.post("login/end_session", &[CLIENT, STATE]).await;
    page.refused(400, "Bad request", "invalid_request");
    // A query does not count then.
    let page = browser.post(&end(&[BACK]), &[CLIENT, STATE]).await;
    page.refused(400, "Bad request", "invalid_request");
    assert!(browser.silently().await.contains_key("code"));
    let form = [CLIENT, BACK, STATE];
    let page = browser.post("login/end_session", &form).await;
    assert_eq!(page.status, 302);
    assert_eq!(browser.silently().await["error"], "login_required");
}

#[tokio::test]
async fn a_token_as_hint_does_no_harm() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let page = browser
        .get(&end(&[
            ("client_id", CONFIDENTIAL_CLIENT),
            BACK,
            STATE,
            ("id_token_hint", "x"),
        ]))
        .await;
    assert_eq!(page.status, 302);
}

#[tokio::test]
async fn another_customer_has_other_sessions() {
    let server = Server::new();
    let mut other = fixtures::seed::demo();
    other.customer = NOBODY.to_owned();
    server.app.add_tenant(&other).expect("another customer");
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let page = browser
        .get(&format!("/{NOBODY}/{}", end(&[CLIENT, BACK, STATE])))
        .await;
    assert_eq!(page.status, 302);
    browser.set_cookie(SESSION_COOKIE, "x");
    browser.sign_in().await;
    let elsewhere = format!("/{NOBODY}/auth-ui/profile?client_id={PUBLIC_CLIENT}");
    browser
        .get(&elsewhere)
        .await
        .refused(403, "You are not signed in", "login_required");
    let here = format!("/{CUSTOMER}/auth-ui/profile?client_id={PUBLIC_CLIENT}");
    assert_eq!(browser.get(&here).await.status, 200);
}
