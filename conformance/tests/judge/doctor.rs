//! Every kind of unusable target is found before the first check, and named by the field that has to change.

use std::path::{Path, PathBuf};

use conformance::{
    description::{Description, Kind, Problem},
    doctor,
};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::json;
use tokio::{io::AsyncWriteExt as _, net::TcpListener};

use super::{
    peer::{self, Peer, Reply},
    subject::{self, CUSTOMER, SECRET},
};

/// Opens a session on a peer and returns the one problem that it has.
async fn problem_of(answer: impl Fn(&str, &str) -> Reply + Send + Sync + 'static) -> Problem {
    let peer = Peer::start(move |method, path, _| answer(method, path)).await;
    problem_at(&peer.url()).await
}

async fn problem_at(url: &str) -> Problem {
    let mut description = subject::description(url);
    description.limits.exchange_ms = Some(300);
    opened(description).await
}

async fn opened(description: Description) -> Problem {
    let usable = subject::usable(description, SECRET);
    let problems = doctor::open(&usable).await.expect_err("it is not usable");
    assert_eq!(problems.len(), 1);
    problems[0].clone()
}

#[tokio::test]
async fn nobody_at_home() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    drop(listener);
    let problem = problem_at(&format!("http://{address}")).await;
    assert_eq!(problem.field, "url");
    assert!(matches!(problem.kind, Kind::Unreachable(_)), "{problem}");
}

#[tokio::test]
async fn a_name_that_nobody_has() {
    let problem = problem_at("http://nobody.invalid").await;
    assert_eq!(problem.field, "url");
    assert!(matches!(problem.kind, Kind::Unreachable(_)), "{problem}");
}

#[tokio::test]
async fn no_answer_in_time() {
    let problem = problem_of(|_, _| Reply::Silence).await;
    assert_eq!(problem.field, "url");
    assert!(matches!(problem.kind, Kind::Unreachable(_)), "{problem}");
}

#[tokio::test]
async fn not_http_at_all() {
    let problem =
        problem_of(|_, _| Reply::Bytes(b"220 mail.example.test ESMTP\r\n".to_vec())).await;
    assert!(matches!(problem.kind, Kind::NotThisApi(_)), "{problem}");
}

/// Makes a certificate for loopback, and writes it and its key to files.
fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, cert.pem()).expect("written");
    std::fs::write(&key, signing_key.serialize_pem()).expect("written");
    (certificate, key)
}

#[tokio::test]
async fn tls_where_there_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (roots, _) = certificate(folder.path());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    // A server of plain HTTP takes the greeting of TLS for a bad request.
    let plain = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let bad = b"HTTP/1.1 400 Bad Request\r\n\r\n";
            stream.write_all(bad).await.expect("the other side waits");
        }
    });
    let mut description = subject::description(&format!("https://{address}"));
    description.tls.roots = Some(roots);
    let problem = opened(description).await;
    plain.abort();
    assert_eq!(problem.field, "url");
    assert!(matches!(problem.kind, Kind::Tls(_)), "{problem}");
}

#[tokio::test]
async fn another_site() {
    let problem = problem_of(|_, _| peer::full(200, "text/html", "<html>Welcome</html>")).await;
    assert_eq!(problem.field, "url");
    assert!(
        problem
            .to_string()
            .contains("answers 200 with a body of `text/html` that is no JSON object"),
        "{problem}"
    );
}

#[tokio::test]
async fn a_gateway_that_is_broken() {
    let problem = problem_of(|_, _| peer::full(502, "text/html", "bad gateway")).await;
    assert_eq!(
        problem.to_string(),
        "url: does not speak this API: it answers 502"
    );
}

#[tokio::test]
async fn a_redirect() {
    let problem = problem_of(|_, _| {
        Reply::Bytes(b"HTTP/1.1 301 Moved\r\nlocation: https://elsewhere.example.test/\r\ncontent-length: 0\r\n\r\n".to_vec())
    })
    .await;
    assert_eq!(
        problem.to_string(),
        "url: answers 301 and points to `https://elsewhere.example.test/`; describe the address that answers itself"
    );
}

#[tokio::test]
async fn another_customer() {
    let problem = problem_of(|_, _| peer::json(404, &json!({"errors": "Not Found"}))).await;
    assert_eq!(
        problem.to_string(),
        format!("customer: the target knows no customer `{CUSTOMER}`")
    );
}

#[tokio::test]
async fn wrong_credentials() {
    let problem = problem_of(|method, path| match method {
        "POST" => peer::json(
            401,
            &json!({"error": "invalid_client", "error_description": SECRET}),
        ),
        _ => peer::well_behaved(method, path),
    })
    .await;
    assert_eq!(
        problem.to_string(),
        "configuration-client: the target refuses the credentials: 401, `invalid_client`"
    );
}

#[tokio::test]
async fn credentials_that_are_not_enough() {
    let problem = problem_of(|method, path| match method {
        "POST" => peer::json(200, &json!({"access_token": "t0123456789", "expires_in": 60, "token_type": "Bearer", "scope": ""})),
        _ => peer::well_behaved(method, path),
    })
    .await;
    assert_eq!(problem.field, "configuration-client");
    assert!(matches!(problem.kind, Kind::Scopes(_)), "{problem}");
}

#[tokio::test]
async fn a_token_that_opens_nothing() {
    let problem = problem_of(|method, path| match (method, path.rsplit('/').next()) {
        ("GET", Some("loginPolicies")) => peer::json(403, &json!({"errors": "Forbidden"})),
        _ => peer::well_behaved(method, path),
    })
    .await;
    assert!(matches!(problem.kind, Kind::Scopes(_)), "{problem}");
    assert!(
        problem
            .to_string()
            .contains("`config/loginPolicies` cannot be listed"),
        "{problem}"
    );
}

#[tokio::test]
async fn our_own_server_is_usable() {
    let (_server, session) = subject::served().await;
    assert_eq!(session.run().len(), 8);
}

#[tokio::test]
async fn a_list_larger_than_what_is_read() {
    let problem = problem_of(|method, path| match (method, path.rsplit('/').next()) {
        ("GET", Some("tokenPolicies")) => peer::full(200, "application/json", &"[".repeat(2 << 20)),
        _ => peer::well_behaved(method, path),
    })
    .await;
    assert_eq!(problem.field, "limits.body-kib");
    assert!(matches!(problem.kind, Kind::TooSmall(_)), "{problem}");
}
