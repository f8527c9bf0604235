//! What every JSON body has in common.

use reference_server::settings::Limits;
use serde_json::json;

use crate::caller::{Asks, Server};

const POLICIES: &str = "config/tokenPolicies";

#[tokio::test]
async fn a_body_is_json() {
    let server = Server::new();
    let owner = server.owner().await;
    for body in ["", "{", "{\"title\": }", "title=x", "{} {}", "\u{feff}{}"] {
        let (status, answer) = owner
            .raw("POST", POLICIES, "application/json", body)
            .await
            .whole();
        assert_eq!(status, 400, "`{body}`");
        let text = answer["errors"].as_str().expect("a text");
        assert!(text.starts_with("the body is not valid JSON: "), "{text}");
    }
    let latin = owner
        .raw(
            "POST",
            POLICIES,
            "application/json",
            b"{\"title\": \"\xe9\"}".to_vec(),
        )
        .await;
    assert_eq!(latin.status.as_u16(), 400);
}

#[tokio::test]
async fn a_body_is_an_object() {
    let server = Server::new();
    let owner = server.owner().await;
    for body in [json!([]), json!("title"), json!(1), json!(null)] {
        owner
            .post(POLICIES, body)
            .await
            .refused(422, "('__root__',) value is not a valid dict");
    }
}

#[tokio::test]
async fn a_body_says_that_it_is_json() {
    let server = Server::new();
    let owner = server.owner().await;
    let body = json!({ "title": "x" }).to_string();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "",
    ] {
        owner
            .raw("POST", POLICIES, content_type, body.clone())
            .await
            .refused(415, "the content type must be application/json");
    }
    owner
        .send("POST", POLICIES)
        .await
        .refused(415, "the content type must be application/json");
    for content_type in ["application/json; charset=utf-8", "Application/JSON"] {
        owner
            .raw("POST", POLICIES, content_type, body.clone())
            .await
            .success();
    }
}

#[tokio::test]
async fn a_body_has_a_size() {
    let limits = Limits {
        body_bytes: 100,
        ..Limits::default()
    };
    let server = Server::limited(limits);
    let owner = server.owner().await;
    let title = |length: usize| format!("{{\"title\": \"{}\"}}", "x".repeat(length - 13));
    owner
        .raw("POST", POLICIES, "application/json", title(100))
        .await
        .success();
    owner
        .raw("POST", POLICIES, "application/json", title(101))
        .await
        .refused(413, "the body is larger than 100 bytes");
}

#[tokio::test]
async fn a_body_has_a_depth() {
    let server = Server::new();
    let owner = server.owner().await;
    let nested = |levels: usize| {
        format!(
            "{{\"title\": \"x\", \"other\": {}{}}}",
            "[".repeat(levels),
            "]".repeat(levels)
        )
    };
    owner
        .raw("POST", POLICIES, "application/json", nested(31))
        .await
        .success();
    for levels in [32, 30_000] {
        owner
            .raw("POST", POLICIES, "application/json", nested(levels))
            .await
            .refused(400, "the body is not valid JSON: more than 32 levels");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_arrives_in_time() {
    let server = Server::new();
    let owner = server.owner().await;
    let never = futures_util::stream::pending::<Result<bytes::Bytes, std::convert::Infallible>>();
    let body = axum::body::Body::from_stream(never);
    let answer = owner.raw("POST", POLICIES, "application/json", body).await;
    answer.refused(408, "the body did not arrive in time");
}
