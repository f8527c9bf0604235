//! Over sockets: start, stop, room, TLS.

use std::net::SocketAddr;
use std::time::Duration;

use reference_server::settings::{Limits, Readings, Settings};
use reference_server::{App, Clock, Ids, Listener, TestServer, Tls, serve};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A client that trusts nobody but those named, and so needs no certificates of the machine.
pub(crate) fn client(roots: Vec<reqwest::Certificate>) -> reqwest::Client {
    reqwest::Client::builder()
        .tls_certs_only(roots)
        .build()
        .expect("a client")
}

pub(crate) async fn token(
    client: &reqwest::Client,
    base: &str,
    credentials: (&str, &str),
) -> String {
    let answer = client
        .post(format!("{base}/login/token"))
        .basic_auth(credentials.0, Some(credentials.1))
        .form(&[("grant_type", "client_credentials"), ("scope", "*:**")])
        .send()
        .await
        .expect("the server answers");
    let body: Value = answer.json().await.expect("JSON");
    body["access_token"].as_str().expect("a token").to_owned()
}

fn app(limits: Limits) -> App {
    let app = App::new(
        Settings {
            limits,
            ..Settings::default()
        },
        Clock::fixed(),
        Ids::seeded(7),
    );
    app.add_tenant(&fixtures::seed::demo())
        .expect("the demo tenant fits together");
    app
}

/// Starts a server, and returns its address, how to stop it, and its end.
async fn start(limits: Limits) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it is bound");
    let (stop, stopped) = oneshot::channel();
    let shutdown = async {
        let _ = stopped.await;
    };
    (
        address,
        stop,
        tokio::spawn(serve(listener, app(limits), shutdown)),
    )
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end, too.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8(bytes).expect("answers are text")
}

/// Reads until that text has arrived.
async fn read_until(stream: &mut TcpStream, text: &str) {
    let mut read = String::new();
    while !read.contains(text) {
        let mut bytes = [0; 1024];
        let count = stream.read(&mut bytes).await.expect("it is open");
        assert!(count > 0, "closed after `{read}`");
        read.push_str(std::str::from_utf8(&bytes[..count]).expect("answers are text"));
    }
}

#[tokio::test]
async fn sixty_four_servers_do_not_know_each_other() {
    let client = client(Vec::new());
    let mut servers = Vec::new();
    for seed in 0..64 {
        servers.push(TestServer::builder().seed(seed).start().await);
    }
    let mut tokens = Vec::new();
    for server in &servers {
        let base = format!("{}/{}", server.url(), server.customer());
        tokens.push(token(&client, &base, server.configuration_client()).await);
    }
    servers[0].clock().advance(Duration::from_secs(3600));
    for (index, server) in servers.iter().enumerate() {
        let list = |token: &str| {
            client
                .get(server.at("config/clients"))
                .bearer_auth(token)
                .send()
        };
        let own = list(&tokens[index]).await.expect("an answer").status();
        assert_eq!(own, if index == 0 { 401 } else { 200 });
        let foreign = list(&tokens[(index + 1) % 64])
            .await
            .expect("an answer")
            .status();
        assert_eq!(foreign, 401);
    }
}

#[tokio::test]
async fn the_same_seed_makes_the_same_tokens() {
    let client = client(Vec::new());
    let mut tokens = Vec::new();
    for seed in [1, 1, 2] {
        let server = TestServer::builder().seed(seed).start().await;
        let base = format!("{}/{}", server.url(), server.customer());
        tokens.push(token(&client, &base, server.configuration_client()).await);
    }
    assert_eq!(tokens[0], tokens[1]);
    assert_ne!(tokens[0], tokens[2]);
}

#[tokio::test]
async fn a_test_server_is_made_of_what_it_is_given() {
    let mut readings = Readings::default();
    readings.set("rejected-token=403").expect("a reading");
    let mut tenant = fixtures::seed::demo();
    tenant.customer = "5b1f0d3e-7a42-4c5d-8f16-2d9a6b3c4e70".to_owned();
    let clock = Clock::fixed();
    let server = TestServer::builder()
        .readings(readings)
        .tenant(tenant.clone())
        .clock(clock.clone())
        .limits(Limits {
            body_bytes: 10,
            ..Limits::default()
        })
        .start()
        .await;
    assert_eq!(server.customer(), tenant.customer);
    clock.advance(Duration::from_secs(1));
    assert_eq!(server.clock().now(), clock.now());
    let client = client(Vec::new());
    let refused = client
        .get(server.at("config/clients"))
        .bearer_auth("x")
        .send()
        .await
        .expect("an answer");
    assert_eq!(refused.status(), 403);
    let large = client
        .post(server.at("login/token"))
        .form(&[("scope", "long enough")])
        .send()
        .await;
    assert_eq!(large.expect("an answer").status(), 413);
}

#[test]
fn a_test_server_stops_when_it_is_dropped_anywhere() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let server = runtime.block_on(TestServer::start());
    let address = server.url().trim_start_matches("http://").to_owned();
    let mut stream = runtime
        .block_on(TcpStream::connect(&address))
        .expect("it listens");
    std::thread::spawn(move || drop(server))
        .join()
        .expect("dropped outside of any runtime");
    // Its connections go with it, and its port is free again.
    assert_eq!(runtime.block_on(read_to_end(&mut stream)), "");
    let error = runtime
        .block_on(TcpStream::connect(&address))
        .expect_err("nobody listens");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
    // A server may also outlive the runtime that it ran on.
    let server = runtime.block_on(TestServer::start());
    drop(runtime);
    drop(server);
}

const TOKEN_REQUEST: &str = "POST /01000000-0000-3000-9000-000000000000/login/token HTTP/1.1\r\nhost: x\r\n\
     content-type: application/x-www-form-urlencoded\r\ncontent-length: 8\r\nexpect: 100-continue\r\n\r\n";

/// Sends the head of a request, and returns once the server has it in hand: it asks for the body only then.
async fn in_hand(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream
        .write_all(TOKEN_REQUEST.as_bytes())
        .await
        .expect("it is open");
    read_until(&mut stream, "100 Continue").await;
    stream
}

#[tokio::test]
async fn what_is_in_hand_is_finished_before_the_end() {
    let (address, stop, ended) = start(Limits::default()).await;
    let mut idle = TcpStream::connect(address).await.expect("it listens");
    let mut busy = in_hand(address).await;
    stop.send(()).expect("it still runs");
    // Who has nothing in hand is let go first; then nobody new gets in.
    assert_eq!(read_to_end(&mut idle).await, "");
    TcpStream::connect(address)
        .await
        .expect_err("nobody listens");
    busy.write_all(b"scope=xx").await.expect("it is open");
    let answer = read_to_end(&mut busy).await;
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request"), "{answer}");
    assert!(answer.contains("grant_type is missing"), "{answer}");
    ended.await.expect("it does not panic");
}

#[tokio::test]
async fn who_does_not_finish_is_left_behind() {
    let limits = Limits {
        drain: Duration::from_millis(1),
        ..Limits::default()
    };
    let (address, stop, ended) = start(limits).await;
    let mut busy = in_hand(address).await;
    stop.send(()).expect("it still runs");
    ended.await.expect("it does not panic");
    assert_eq!(read_to_end(&mut busy).await, "");
}

#[tokio::test]
async fn slow_clients_cannot_hold_the_server() {
    let limits = Limits {
        connections: 4,
        ..Limits::default()
    };
    let (address, _stop, _ended) = start(limits).await;
    let mut slow = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        stream
            .write_all(b"GET /x HTTP/1.1\r\nhost:")
            .await
            .expect("it is open");
        slow.push(stream);
    }
    // More of them than there is room for, and every one that asks is answered.
    for _ in 0..16 {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        stream
            .write_all(b"GET /x HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .expect("it is open");
        read_until(&mut stream, "404 Not Found").await;
        slow.push(stream);
    }
    // The first to be slow was the first to make way.
    assert_eq!(read_to_end(&mut slow[0]).await, "");
}

#[tokio::test]
async fn half_requests_cannot_hold_the_server() {
    let limits = Limits {
        connections: 4,
        body: Duration::from_secs(3600),
        request: Duration::from_secs(3600),
        ..Limits::default()
    };
    let (address, _stop, _ended) = start(limits).await;
    let mut slow = Vec::new();
    // The server has more of them in hand than there is room for.
    for _ in 0..8 {
        slow.push(in_hand(address).await);
    }
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream
        .write_all(b"GET /x HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .expect("it is open");
    read_until(&mut stream, "404 Not Found").await;
    assert_eq!(read_to_end(&mut slow[0]).await, "");
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_waited_for() {
    let limits = Limits {
        body: Duration::from_secs(3600),
        request: Duration::from_secs(3600),
        ..Limits::default()
    };
    let (address, _stop, _ended) = start(limits).await;
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let large = TOKEN_REQUEST.replace("length: 8", "length: 99999999999");
    stream
        .write_all(large.as_bytes())
        .await
        .expect("it is open");
    read_until(&mut stream, "413 Payload Too Large").await;
}

#[tokio::test]
async fn speaks_https_and_nothing_less() {
    let authority =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(
        authority.signing_key.serialize_der(),
    ));
    let tls = Tls::new(vec![authority.cert.der().clone()], key).expect("a pair");
    let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let listener = Listener::tls(tcp, tls);
    let address = listener.local_addr().expect("it is bound");
    let serving = tokio::spawn(serve(
        listener,
        app(Limits::default()),
        std::future::pending(),
    ));

    let root = reqwest::Certificate::from_der(authority.cert.der()).expect("a certificate");
    let base = format!(
        "https://localhost:{}/{}",
        address.port(),
        fixtures::seed::DEMO_CUSTOMER
    );
    let credentials = (
        "6d1f0b8a-7c11-4c39-9a51-000000000001",
        "demo-configuration-secret",
    );
    let trusting = client(vec![root]);
    let token = token(&trusting, &base, credentials).await;
    let list = trusting
        .get(format!("{base}/config/clients"))
        .bearer_auth(token)
        .send()
        .await;
    assert_eq!(list.expect("an answer").status(), 200);

    let distrusting = client(Vec::new())
        .get(format!("{base}/config/clients"))
        .send()
        .await;
    assert!(distrusting.is_err());
    let mut plain = TcpStream::connect(address).await.expect("it listens");
    plain
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .expect("it is open");
    assert!(!read_to_end(&mut plain).await.contains("HTTP/1.1"));
    serving.abort();
}

#[test]
fn pem_files_that_cannot_be_used_are_named() {
    let folder = std::env::temp_dir().join(format!("proofhouse-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let other =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let certificate = file("chain.pem", &pair.cert.pem());
    let key = file("key.pem", &pair.signing_key.serialize_pem());
    let other = file("other.pem", &other.signing_key.serialize_pem());
    let missing = folder.join("missing.pem");

    Tls::from_files(&certificate, &key).expect("they belong together");
    for (certificate, key, said) in [
        (&missing, &key, "missing.pem"),
        (&certificate, &missing, "missing.pem"),
        (&key, &key, "holds no certificate"),
        (&certificate, &certificate, "holds no private key"),
        (&certificate, &other, "cannot be used"),
    ] {
        let error = Tls::from_files(certificate, key)
            .expect_err("they do not")
            .to_string();
        assert!(error.contains(said), "{error}");
    }
    std::fs::remove_dir_all(&folder).expect("it is ours");
}
