//! `/{customerId}/auth-ui/logout`.

use crate::browser::{Browser, CALLBACK, SESSION_COOKIE, encoded};
use crate::caller::{CONFIGURATION_CLIENT, NOBODY, PUBLIC_CLIENT, Server};

fn logout(parameters: &[(&str, &str)]) -> String {
    format!("auth-ui/logout?{}", encoded(parameters))
}

const CLIENT: (&str, &str) = ("client_id", PUBLIC_CLIENT);

#[tokio::test]
async fn one_browser_is_signed_out_and_others_stay() {
    let server = Server::new();
    let (phone, laptop) = (Browser::new(&server), Browser::new(&server));
    phone.sign_in().await;
    laptop.sign_in().await;
    let cookie = phone.cookie(SESSION_COOKIE).expect("a session");
    let page = phone.get(&logout(&[CLIENT])).await;
    page.says(200, "Logout Success");
    assert_eq!(phone.cookie(SESSION_COOKIE), None);
    assert_eq!(phone.silently().await["error"], "login_required");
    // The old cookie is worth nothing, even for who kept it.
    phone.set_cookie(SESSION_COOKIE, &cookie);
    assert_eq!(phone.silently().await["error"], "login_required");
    assert!(laptop.silently().await.contains_key("code"));
}

#[tokio::test]
async fn a_listed_address_gets_the_browser_and_the_state() {
    let server = Server::new();
    let browser = Browser::new(&server);
    for (state, location) in [
        (None, CALLBACK.to_owned()),
        (
            Some("a b&c=d\r\nx: y"),
            format!("{CALLBACK}?state=a+b%26c%3Dd%0D%0Ax%3A+y"),
        ),
    ] {
        let mut parameters = vec![CLIENT, ("redirect_uri", CALLBACK)];
        parameters.extend(state.map(|state| ("state", state)));
        let page = browser.get(&logout(&parameters)).await;
        assert_eq!(page.status, 302);
        assert_eq!(page.header("location"), Some(location.as_str()));
    }
}

#[tokio::test]
async fn any_client_of_the_customer_will_do() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let path = logout(&[("client_id", CONFIGURATION_CLIENT)]);
    browser.get(&path).await.says(200, "Logout Success");
}

#[tokio::test]
async fn what_is_refused_signs_nobody_out() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    for (parameters, heading, code) in [
        (&[][..], "Bad request", "invalid_request"),
        (&[("client_id", "")], "Bad request", "invalid_request"),
        (&[CLIENT, CLIENT], "Bad request", "invalid_request"),
        (
            &[("client_id", NOBODY)],
            "Something went wrong",
            "invalid_client",
        ),
        (
            &[("client_id", "x")],
            "Something went wrong",
            "invalid_client",
        ),
        (
            &[CLIENT, ("redirect_uri", "https://else.example/")],
            "Something went wrong",
            "invalid_redirect_uri",
        ),
        (
            &[CLIENT, ("redirect_uri", "http://localhost:8080/callback?x")],
            "Something went wrong",
            "invalid_redirect_uri",
        ),
    ] {
        browser
            .get(&logout(parameters))
            .await
            .refused(400, heading, code);
    }
    assert!(browser.silently().await.contains_key("code"));
}
