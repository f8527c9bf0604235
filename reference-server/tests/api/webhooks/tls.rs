//! Notifications over TLS: whom the server believes to be a listener.

use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use reference_server::settings::{ListenerRoots, Settings};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::{SUBSCRIPTIONS, add_user, listener, until};
use crate::caller::{Asks, Server, text};

/// The name of the listener's host.
const HOST: &str = "hooks.example.com";

/// Who issues certificates.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    fn certificate(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    /// Issues a certificate of a host, and prepares to show it; one that has ended if `is_old`.
    fn acceptor(&self, host: &str, is_old: bool) -> TlsAcceptor {
        let mut params = CertificateParams::new([host.to_owned()]).expect("a name");
        if is_old {
            params.not_before = rcgen::date_time_ymd(2020, 1, 1);
            params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into())
            .expect("they fit");
        TlsAcceptor::from(Arc::new(tls))
    }
}

/// A listener that speaks TLS, one connection at a time, and keeps what it was sent. It stops when it is dropped.
struct Secure {
    endpoint: String,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Secure {
    /// Answers every request with this.
    async fn start(acceptor: TlsAcceptor, answer: &'static str) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = socket.local_addr().expect("it is bound").port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = socket.accept().await.expect("somebody comes");
                if let Some(request) = served(&acceptor, stream, answer).await {
                    kept.lock().expect("nobody panics with it").push(request);
                }
            }
        });
        Self {
            endpoint: format!("https://{HOST}:{port}/hook"),
            requests,
            task,
        }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("nobody panics with it").clone()
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers one request, and returns it; none if there is no handshake, or nothing is sent.
async fn served(acceptor: &TlsAcceptor, stream: TcpStream, answer: &str) -> Option<String> {
    let mut stream = acceptor.accept(stream).await.ok()?;
    let mut request = String::new();
    while !is_whole(&request) {
        let mut buffer = [0; 4096];
        let count = stream
            .read(&mut buffer)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        request.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    stream.write_all(answer.as_bytes()).await.ok()?;
    let _ = stream.shutdown().await;
    Some(request)
}

fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "));
    length.is_none_or(|length| length.parse() == Ok(body.len()))
}

/// A server that takes this machine for the listener's host, and trusts that authority beside those of the machine.
fn trusting(root: CertificateDer<'static>) -> Server {
    let mut settings = Settings::default();
    settings.webhooks.allow_local_listeners = true;
    settings.listener_roots = ListenerRoots::new(vec![root]).expect("an authority");
    let server = Server::with(settings);
    let here = "127.0.0.1".parse().expect("an address");
    server.app.hosts().set(HOST, [here]);
    server
}

/// Subscribes a listener, lets something happen, and returns the event when it has come to a state.
async fn told(server: &Server, endpoint: &str, state: &str) -> Value {
    let owner = server.owner().await;
    let body = json!({ "title": "TLS", "endpoint": endpoint, "events": ["entityCreated"] });
    let made = owner.post(SUBSCRIPTIONS, body).await.success();
    let path = format!("{SUBSCRIPTIONS}/{}", text(&made["id"]));
    add_user(server, "noor@example.com");
    until(&owner, &path, state).await
}

const TAKEN: &str = "HTTP/1.1 204 No Content\r\n\r\n";

#[tokio::test]
async fn a_listener_of_a_trusted_authority_is_told() {
    let authority = Authority::new();
    let server = trusting(authority.certificate());
    let secure = Secure::start(authority.acceptor(HOST, false), TAKEN).await;
    let event = told(&server, &secure.endpoint, "success").await;
    assert_eq!(event["response"]["statusCode"], 204);
    assert_eq!(event["attempts"], 1);
    let requests = secure.requests();
    let [request] = &requests[..] else {
        panic!("{requests:?}");
    };
    let (head, token) = request.split_once("\r\n\r\n").expect("a head and a body");
    assert!(head.starts_with("POST /hook HTTP/1.1\r\n"), "{head}");
    let claims = listener::part(token, 1);
    assert_eq!(claims["aud"], json!([secure.endpoint]));
    assert_eq!(
        claims["events"]["entityCreated"]["id"], event["id"],
        "{claims}"
    );
}

#[tokio::test]
async fn a_listener_that_cannot_show_who_it_is_is_told_nothing() {
    let (trusted, other) = (Authority::new(), Authority::new());
    for (acceptor, what) in [
        (other.acceptor(HOST, false), "another authority"),
        (trusted.acceptor("other.example.com", false), "another host"),
        (trusted.acceptor(HOST, true), "a certificate that has ended"),
    ] {
        let server = trusting(trusted.certificate());
        let secure = Secure::start(acceptor, TAKEN).await;
        let event = told(&server, &secure.endpoint, "awaiting-retry").await;
        assert_eq!(event["attempts"], 1, "{what}");
        assert_eq!(event["response"], Value::Null, "{what}");
        assert_eq!(secure.requests(), [""; 0], "{what}");
    }
}

#[tokio::test]
async fn without_roots_only_the_authorities_of_the_machine_are_trusted() {
    let authority = Authority::new();
    let server = super::local();
    let here = "127.0.0.1".parse().expect("an address");
    server.app.hosts().set(HOST, [here]);
    let secure = Secure::start(authority.acceptor(HOST, false), TAKEN).await;
    told(&server, &secure.endpoint, "awaiting-retry").await;
    assert_eq!(secure.requests(), [""; 0]);
}

#[tokio::test]
async fn a_redirect_over_tls_is_not_followed() {
    let authority = Authority::new();
    let server = trusting(authority.certificate());
    let answer =
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
    let secure = Secure::start(authority.acceptor(HOST, false), answer).await;
    let event = told(&server, &secure.endpoint, "failure").await;
    assert_eq!(event["response"]["statusCode"], 307);
    assert_eq!(event["attempts"], 1);
    let requests = secure.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert!(requests[0].starts_with("POST /hook "), "{requests:?}");
}

/// rustls speaks nothing older than TLS 1.2, so this listener is written by hand.
#[tokio::test]
async fn a_listener_that_speaks_only_tls_1_1_is_told_nothing() {
    /// TLS 1.1, and by it ECDHE_RSA_WITH_AES_128_CBC_SHA.
    const VERSION: [u8; 2] = [3, 2];
    const SUITE: [u8; 2] = [0xc0, 0x13];
    const HANDSHAKE: u8 = 22;
    const ALERT: u8 = 21;
    const FATAL: u8 = 2;
    const PROTOCOL_VERSION: u8 = 70;

    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = socket.local_addr().expect("it is bound").port();
    let greeted = tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.expect("somebody comes");
        let (kind, _) = record(&mut stream).await;
        assert_eq!(kind, HANDSHAKE, "a greeting");
        // RFC 4346, 7.4.1.3: version, 32 bytes of chance, no session, a suite, no compression.
        let mut hello = VERSION.to_vec();
        hello.extend([7; 32]);
        hello.push(0);
        hello.extend(SUITE);
        hello.push(0);
        let length = u8::try_from(hello.len()).expect("it is short");
        let mut answer = vec![HANDSHAKE, 3, 2, 0, length + 4, 2, 0, 0, length];
        answer.extend(hello);
        stream.write_all(&answer).await.expect("it is read");
        record(&mut stream).await
    });
    let server = trusting(Authority::new().certificate());
    let endpoint = format!("https://{HOST}:{port}/hook");
    let event = told(&server, &endpoint, "awaiting-retry").await;
    assert_eq!(event["response"], Value::Null);
    let (kind, alert) = greeted.await.expect("the listener does not panic");
    assert_eq!((kind, alert), (ALERT, vec![FATAL, PROTOCOL_VERSION]));
}

/// Reads a record of TLS, and returns its kind and what is in it.
async fn record(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    let mut head = [0; 5];
    stream.read_exact(&mut head).await.expect("a record");
    let [kind, _, _, high, low] = head;
    let mut content = vec![0; usize::from(u16::from_be_bytes([high, low]))];
    stream.read_exact(&mut content).await.expect("all of it");
    (kind, content)
}

#[test]
fn roots_are_read_from_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let authority = Authority::new();
    let roots = ListenerRoots::from_file(&file("roots.pem", &authority.0.pem()));
    let same = ListenerRoots::new(vec![authority.certificate()]);
    assert_eq!(roots.expect("it holds one"), same.expect("it is one"));

    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (name, text, said) in [
        ("empty.pem", "", "holds no certificate"),
        ("garbage.pem", garbage, "holds no authority"),
    ] {
        let refused = ListenerRoots::from_file(&file(name, text));
        let told = refused
            .expect_err("nobody can be trusted by it")
            .to_string();
        assert!(told.contains(name) && told.contains(said), "{told}");
    }
    let missing = ListenerRoots::from_file(&folder.path().join("missing.pem"));
    let told = missing.expect_err("there is no such file").to_string();
    assert!(told.starts_with("cannot read"), "{told}");
}
