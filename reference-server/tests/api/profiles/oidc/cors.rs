//! What applications in a browser may call from other origins.

use axum::body::Body;
use http::Request;

use crate::caller::{Asks, Server};

const ENDPOINTS: [&str; 5] = [
    "login/.well-known/openid-configuration",
    "login/jwk",
    "login/token",
    "login/token/revoke",
    "profiles/oidc/userinfo",
];

#[tokio::test]
async fn a_browser_may_ask_whether_it_may_send_credentials() {
    let server = Server::new();
    for path in ENDPOINTS {
        let request = Request::options("/")
            .header("origin", "https://app.example.com")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization");
        let answer = server.anybody().ask(request, path, Body::empty()).await;
        assert_eq!(answer.status, 204, "{path}");
        for (name, value) in [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-methods", "GET, POST"),
            (
                "access-control-allow-headers",
                "authorization, content-type",
            ),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        let plain = server.anybody().send("OPTIONS", path).await;
        assert_eq!(plain.status, 405, "{path}");
    }
}

#[tokio::test]
async fn every_answer_can_be_read_refusals_too() {
    let server = Server::new();
    for path in ENDPOINTS {
        for method in ["GET", "POST"] {
            let answer = server.anybody().send(method, path).await;
            let allowed = answer.header("access-control-allow-origin");
            assert_eq!(allowed, Some("*"), "{method} {path}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn what_depends_on_a_cookie_or_an_administrative_token_is_not_among_them() {
    let server = Server::new();
    for path in [
        "login/authorize",
        "login/token/introspect",
        "config/clients",
    ] {
        let request = Request::options("/")
            .header("origin", "https://app.example.com")
            .header("access-control-request-method", "GET");
        let answer = server.raw(request, path).await;
        let methods = answer.headers().get("access-control-allow-methods");
        assert_eq!(methods, None, "{path}");
        assert!(answer.status().is_client_error(), "{path}");
    }
}
