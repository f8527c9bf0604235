//! Nobody goes through all passwords, and nobody is locked out by others.

use std::time::Duration;

use reference_server::settings::HostedLogin;

use crate::browser::{Browser, EMAIL, PASSWORD, SESSION_COOKIE};
use crate::caller::Server;

fn server() -> Server {
    Server::hosting(HostedLogin {
        attempts: 3,
        customer_attempts: 6,
        strained_attempts: 1,
        ..HostedLogin::default()
    })
}

#[tokio::test]
async fn after_so_many_attempts_even_the_password_does_not_help_until_the_window_is_over() {
    let server = server();
    let browser = Browser::new(&server);
    for _ in 0..3 {
        browser.sign_in_as(EMAIL, "wrong").await.says(422, "wrong");
    }
    server.app.clock().advance(Duration::from_secs(61));
    let page = browser.sign_in_as(EMAIL, PASSWORD).await;
    page.says(
        429,
        "Too many attempts. Minutes until you can try again: 14",
    );
    assert_eq!(page.header("retry-after"), Some("839"));
    assert_eq!(browser.cookie(SESSION_COOKIE), None);
    server.app.clock().advance(Duration::from_secs(839));
    assert!(browser.sign_in().await.came_back().contains_key("code"));
}

#[tokio::test]
async fn an_address_that_nobody_has_is_limited_alike() {
    let server = server();
    let browser = Browser::new(&server);
    for _ in 0..3 {
        browser
            .sign_in_as("nobody@example.com", "wrong")
            .await
            .says(422, "wrong");
    }
    browser
        .sign_in_as("nobody@example.com", "wrong")
        .await
        .says(429, "Too many attempts");
}

#[tokio::test]
async fn attempts_at_many_addresses_lock_nobody_out() {
    let server = server();
    let browser = Browser::new(&server);
    for number in 0..20 {
        let address = format!("{number}@example.com");
        browser
            .sign_in_as(&address, "wrong")
            .await
            .says(422, "wrong");
    }
    browser
        .sign_in_as("0@example.com", "wrong")
        .await
        .says(429, "Too many attempts");
    assert!(browser.sign_in().await.came_back().contains_key("code"));
}

#[tokio::test]
async fn many_attempts_at_the_same_time_are_no_way_around() {
    let server = server();
    let browsers: Vec<_> = (0..12).map(|_| Browser::new(&server)).collect();
    let pages = futures_util::future::join_all(
        browsers
            .iter()
            .map(|browser| browser.sign_in_as(EMAIL, "wrong")),
    )
    .await;
    let tried = pages.iter().filter(|page| page.status == 422).count();
    assert_eq!(tried, 3);
    assert!(
        pages
            .iter()
            .all(|page| page.status == 422 || page.status == 429)
    );
}

#[tokio::test]
async fn signing_in_does_not_use_up_attempts() {
    let server = server();
    for _ in 0..10 {
        let browser = Browser::new(&server);
        assert!(browser.sign_in().await.came_back().contains_key("code"));
    }
}
