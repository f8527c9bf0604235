//! Every kind of unusable target is found before the first check, and named by the field that has to change.

use std::path::{Path, PathBuf};

use conformance::{
    description::{Description, Kind, Problem, Usable},
    doctor,
};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use reference_server::{Listener, TestServer, Tls, serve};
use serde_json::json;
use tokio::{io::AsyncWriteExt as _, net::TcpListener};

use super::{
    peer::{self, Peer, Reply},
    subject::{self, CUSTOMER, SECRET},
};

/// Looks up a description in which the variable `SECRET` alone is set, and returns what is wrong.
fn problems(text: &str) -> Vec<String> {
    let found = Description::parse("target.toml", text)
        .map_err(|problem| vec![problem])
        .and_then(|description| {
            Usable::new(&description, None, &|name| {
                (name == "SECRET").then(|| SECRET.to_owned())
            })
        });
    let problems = found.map(|_| ()).expect_err("it cannot be used");
    problems.iter().map(ToString::to_string).collect()
}

fn with(extra: &str) -> String {
    format!("url = \"http://127.0.0.1:1\"\ncustomer = \"{CUSTOMER}\"\n{extra}")
}

fn without(field: &str) -> String {
    with("")
        .lines()
        .filter(|line| !line.starts_with(field))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_is_missing() {
    assert_eq!(
        problems(&without("url")),
        ["url: is missing; say where the target answers"]
    );
    assert_eq!(
        problems(&without("customer")),
        ["customer: is missing; it is the first segment of every path"]
    );
    assert_eq!(
        problems(&with("[configuration-client]\nsecret-env = \"SECRET\"")),
        ["configuration-client.id: is missing; give `id` or `id-env`"]
    );
    assert_eq!(
        problems(&with("[configuration-client]\nid = \"a\"")),
        ["configuration-client.secret-env: is missing; give `secret-env` or `secret-file`"]
    );
}

#[test]
fn what_is_not_an_address() {
    let url = |url: &str| problems(&format!("url = \"{url}\"\ncustomer = \"{CUSTOMER}\""));
    assert_eq!(
        url("ftp://id.example.test"),
        ["url: `ftp` is neither `http` nor `https`"]
    );
    assert_eq!(
        url("id.example.test"),
        ["url: `id.example.test` is not an address such as `https://id.example.test`"]
    );
    assert_eq!(
        url("https://id.example.test/base"),
        [
            "url: must end after the host and port: `id.example.test/base` has more, and paths begin with the customer"
        ]
    );
    let told = url("https://user:hush-hush@id.example.test");
    assert!(!told[0].contains("hush"), "{told:?}");
}

#[test]
fn what_is_not_a_customer() {
    let told = problems("url = \"http://h\"\ncustomer = \"shop\"");
    assert_eq!(told, ["customer: `shop` is not a UUID"]);
    let told = problems("url = \"http://h\"\ncustomer = \"01000000000030009000000000000000\"");
    assert_eq!(told.len(), 1);
}

#[test]
fn what_nobody_understands() {
    assert_eq!(
        problems(&with("ulr = 1")),
        [
            "ulr: `target.toml` line 3: unknown field `ulr`, expected one of `url`, `customer`, `mode`, `configuration-client`, `tls`, `limits`, `readings`"
        ]
    );
    let told = problems(&with("mode = 3"));
    assert!(
        told[0].starts_with("mode: `target.toml` line 3: "),
        "{told:?}"
    );
    let told = problems(&with("mode = \"careful\""));
    assert_eq!(
        told,
        ["mode: `careful` is not one of `read-only`, `own-objects`, `full`"]
    );
    let told = problems(&with("= what"));
    assert!(told[0].contains("`target.toml` line 3"), "{told:?}");
}

#[test]
fn where_the_credentials_are_not() {
    let client = |rest: &str| problems(&with(&format!("[configuration-client]\n{rest}")));
    assert_eq!(
        client("id-env = \"NOT_SET\"\nsecret-env = \"SECRET\""),
        ["configuration-client.id-env: the environment variable `NOT_SET` is not set"]
    );
    assert_eq!(
        client("id = \"a\"\nid-env = \"SECRET\"\nsecret-env = \"SECRET\""),
        ["configuration-client.id: is given twice, as `id` and as `id-env`; keep one"]
    );
    assert_eq!(
        client("id = \"\"\nsecret-env = \"SECRET\""),
        ["configuration-client.id: is empty"]
    );
    let told = client("id = \"a\"\nsecret-file = \"/no/such/file\"");
    assert!(
        told[0].starts_with("configuration-client.secret-file: cannot read `/no/such/file`"),
        "{told:?}"
    );
}

#[test]
fn a_secret_that_is_none() {
    let with_secret = |secret: &str| {
        let description = subject::description("http://127.0.0.1:1");
        let found = Usable::new(&description, None, &|_| Some(secret.to_owned()));
        found.expect_err("it cannot be used")[0].to_string()
    };
    assert_eq!(with_secret(""), "configuration-client.secret-env: is empty");
    assert_eq!(
        with_secret("abc"),
        "configuration-client.secret-env: has fewer than 4 characters, too few to be kept out of the reports"
    );
}

#[test]
fn numbers_out_of_range() {
    let told = problems(&with(
        "[limits]\nrate = 0.0\njobs = 0\nexchange-ms = -1\nbody-kib = 99999999",
    ));
    assert_eq!(
        told,
        [
            "limits.rate: `0` is out of range: 0.01 to 100000 requests a second",
            "limits.exchange-ms: `-1` is out of range: 1 to 3600000 milliseconds",
            "limits.body-kib: `99999999` is out of range: 1 to 65536 KiB",
            "limits.jobs: `0` is out of range: 1 to 256 checks",
        ]
    );
}

#[test]
fn readings_that_are_none() {
    let told = problems(&with(
        "[readings]\nno-such = \"1\"\nrejected-token = \"402\"",
    ));
    assert_eq!(
        told,
        [
            "readings.no-such: `no-such` is not a reading; see `proofhouse list --readings`",
            "readings.rejected-token: `402` is not an answer; listed: `401`, `403`",
        ]
    );
}

#[test]
fn authorities_that_are_none() {
    let told = problems(&with("[tls]\nroots = \"/no/such/file.pem\""));
    assert!(
        told[0].starts_with("tls.roots: cannot read `/no/such/file.pem`"),
        "{told:?}"
    );
    let file = tempfile::NamedTempFile::new().expect("a file");
    let path = file.path().display().to_string();
    let told = problems(&with(&format!("[tls]\nroots = \"{path}\"")));
    assert_eq!(
        told,
        [format!(
            "tls.roots: `{path}` holds no certificate in PEM form"
        )]
    );
    let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    std::fs::write(file.path(), nonsense).expect("written");
    let told = problems(&with(&format!("[tls]\nroots = \"{path}\"")));
    assert!(
        told[0].starts_with("tls.roots: TLS cannot be set up"),
        "{told:?}"
    );
}

#[test]
fn a_description_that_is_not_there() {
    let problem =
        Description::read(std::path::Path::new("/no/such/target.toml")).expect_err("not there");
    assert_eq!(problem.field, "--target");
    assert!(matches!(problem.kind, Kind::Unreadable { .. }));
}

#[test]
fn the_commented_example_is_good_and_matches_its_schema() {
    let text = include_str!("../../../fixtures/targets/example.toml");
    let description = Description::parse("example.toml", text).expect("it parses");
    Usable::new(&description, None, &|_| Some(SECRET.to_owned())).expect("it is usable");
    let schema = fixtures::schemas::find("target").expect("there is a schema");
    let schema = serde_json::from_str(schema.text).expect("it is JSON");
    let value: serde_json::Value = toml::from_str(text).expect("it is TOML");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    assert_eq!(
        validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect::<Vec<_>>(),
        [""; 0]
    );
    for wrong in [
        json!({"url": "http://h"}),
        json!({"url": "http://h", "customer": CUSTOMER, "ulr": 1}),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}

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
async fn an_authority_that_nobody_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (roots, key) = certificate(folder.path());
    let tls = Tls::from_files(&roots, &key).expect("they belong together");
    let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let listener = Listener::tls(tcp, tls);
    let url = format!(
        "https://{}",
        listener.local_addr().expect("a bound listener")
    );
    // The server that listens in plain text lends its application to one that speaks TLS.
    let server = TestServer::start().await;
    let serving = tokio::spawn(serve(
        listener,
        server.app().clone(),
        std::future::pending(),
    ));
    let (_, secret) = server.configuration_client();

    let mut description = subject::description(&url);
    description.tls.roots = Some(roots);
    let usable = subject::usable(description.clone(), secret);
    doctor::open(&usable).await.expect("its authority is named");

    let other = tempfile::tempdir().expect("a folder");
    description.tls.roots = Some(certificate(other.path()).0);
    let usable = subject::usable(description, secret);
    let problems = doctor::open(&usable).await.expect_err("another authority");
    serving.abort();
    assert!(matches!(problems[0].kind, Kind::Tls(_)), "{problems:?}");
}

#[tokio::test]
async fn another_site() {
    let problem = problem_of(|_, _| peer::full(200, "text/html", "<html>Welcome</html>")).await;
    assert_eq!(problem.field, "url");
    assert!(
        problem
            .to_string()
            .contains("answers 200 with `text/html` where JSON is documented"),
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
