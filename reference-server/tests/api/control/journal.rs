//! `/_control/journal`: over sockets, since what is entered there is what came in by one.

use reference_server::{TestServer, control_router};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Control;
use crate::caller::Server;

/// A server with a socket, and its control API without one.
async fn start() -> (TestServer, Control) {
    let server = TestServer::start().await;
    let door = control_router(server.app().clone());
    (server, Control { door })
}

async fn send(server: &TestServer, head: &str) -> String {
    let address = server.url();
    let address = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("{head}\r\nconnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it reads");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .await
        .expect("it answers");
    answer
}

async fn entries(control: &Control, query: &str) -> Vec<Value> {
    let journal = control.send("GET", &format!("/journal{query}")).await;
    let entries = journal.success()["entries"].take();
    entries.as_array().cloned().expect("a list")
}

#[tokio::test]
async fn every_request_is_there_without_its_secrets() {
    let (server, control) = start().await;
    let customer = server.customer();
    let head = format!(
        "GET /{customer}/login/authorize?state=s3cret&scope=openid HTTP/1.1\r\nhost: x\r\nuser-agent: mine/1.0\r\nauthorization: Bearer s3cret"
    );
    send(&server, &head).await;
    send(&server, "DELETE /%2e%2e/x HTTP/1.1\r\nhost: x\r\nhost: y").await;
    let mut entries = entries(&control, "").await;
    for entry in &mut entries {
        assert!(entry["duration_ms"].take().is_number(), "{entry}");
    }
    let expected = json!([
        {
            "number": 1, "at": "2026-01-01T00:00:00.000Z", "method": "GET",
            "path": format!("/{customer}/login/authorize?state=***&scope=openid"),
            "status": 400, "duration_ms": null, "user_agent": "mine/1.0",
        },
        {
            "number": 2, "at": "2026-01-01T00:00:00.000Z", "method": "DELETE",
            "path": "/%2e%2e/x", "status": 400, "duration_ms": null, "user_agent": null,
        },
    ]);
    assert_eq!(Value::from(entries), expected);
}

#[tokio::test]
async fn it_goes_on_from_a_number_and_can_be_cleared() {
    let (server, control) = start().await;
    let numbers = async |query: &str| -> Vec<u64> {
        let entries = entries(&control, query).await;
        let numbers = entries.iter().map(|entry| entry["number"].as_u64());
        numbers.map(|number| number.expect("a number")).collect()
    };
    for _ in 0..3 {
        send(&server, "GET /x HTTP/1.1\r\nhost: x").await;
    }
    assert_eq!(numbers("").await, [1, 2, 3]);
    assert_eq!(numbers("?since=2").await, [3]);
    assert_eq!(numbers("?since=18446744073709551615").await, [0; 0]);
    control.send("DELETE", "/journal").await.success();
    assert_eq!(numbers("").await, [0; 0]);
    send(&server, "GET /x HTTP/1.1\r\nhost: x").await;
    assert_eq!(numbers("").await, [4]);
    control.send("POST", "/reset").await.success();
    assert_eq!(numbers("").await, [0; 0]);
    send(&server, "GET /x HTTP/1.1\r\nhost: x").await;
    assert_eq!(numbers("").await, [1]);
}

#[tokio::test]
async fn other_queries_are_refused() {
    let control = Control::of(&Server::new());
    for query in [
        "?since=x",
        "?since=-1",
        "?since",
        "?since=1&since=2",
        "?from=1",
    ] {
        let refused = control.send("GET", &format!("/journal{query}")).await;
        refused.refused(400, "the one parameter is `since`, a number");
    }
}
