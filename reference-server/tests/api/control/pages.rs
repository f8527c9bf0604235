//! Web pages are kept out.

use axum::body::Body;

use super::Control;
use crate::caller::Server;

#[tokio::test]
async fn what_a_page_can_send_is_refused() {
    let server = Server::new();
    let control = Control::of(&server);
    for (name, value, words) in [
        ("origin", "https://a.example", "`Origin`"),
        ("origin", "null", "`Origin`"),
        ("origin", "http://127.0.0.1:9401", "`Origin`"),
        ("sec-fetch-site", "cross-site", "`Sec-Fetch-Site`"),
        ("sec-fetch-site", "same-site", "`Sec-Fetch-Site`"),
        ("host", "rebound.example:9401", "`Host`"),
        ("host", "127.0.0.1.rebound.example", "`Host`"),
        ("host", "", "`Host`"),
    ] {
        for (method, path) in [("POST", "/reset"), ("GET", ""), ("GET", "/nothing")] {
            let refused = control
                .ask(method, path, &[(name, value)], Body::empty())
                .await;
            refused.refused_with(403, words);
        }
    }
}

#[tokio::test]
async fn what_a_person_or_a_test_sends_is_answered() {
    let control = Control::of(&Server::new());
    for (name, value) in [
        ("sec-fetch-site", "none"),
        ("host", "localhost:9401"),
        ("host", "[::1]:9401"),
        ("host", "127.0.0.1"),
    ] {
        let answer = control
            .ask("GET", "", &[(name, value)], Body::empty())
            .await;
        assert_eq!(answer.status, 200, "{name}: {value}");
    }
}
