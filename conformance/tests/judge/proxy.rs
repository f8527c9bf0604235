//! A target that is reached through a proxy.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use conformance::{
    description::{Description, Usable},
    doctor,
    report::Report,
    run::stop::Stop,
    target::Session,
};
use reference_server::TestServer;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::{subject, tls::Guarded};

/// A name that only the proxy can look up.
const HOST: &str = "id.example.test";

/// What the proxy wants: `user:p%40ssword-of-the-proxy`.
const PASSWORD: &str = "p@ssword-of-the-proxy";
const WANTED: &str = "Basic dXNlcjpwQHNzd29yZC1vZi10aGUtcHJveHk=";

/// What the proxy says to everybody instead of passing anything on.
type Refusal = Option<&'static str>;

/// A proxy in front of one server, whatever it is asked for.
struct Proxy {
    address: SocketAddr,
    /// The head of every request so far.
    heads: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Proxy {
    async fn start(behind: SocketAddr, refusal: Refusal) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener");
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&heads);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let log = Arc::clone(&log);
                tokio::spawn(async move {
                    // The other side may be gone already: that is its business.
                    let _ended = attend(stream, behind, refusal, &log).await;
                });
            }
        });
        Self {
            address,
            heads,
            task,
        }
    }

    fn heads(&self) -> Vec<String> {
        let heads = self.heads.lock();
        heads.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens a session on a described target, with the proxy in a variable.
    async fn open(
        &self,
        description: Description,
        secret: &str,
        [variable, user]: [&str; 2],
    ) -> Result<Arc<Session>, String> {
        let value = format!("http://{user}{}", self.address);
        let usable: Usable = subject::usable(description, secret)
            .through_proxies(&|name| (name == variable).then(|| value.clone()))
            .expect("it names a proxy");
        let proxy = usable.settings.proxy().expect("it goes through one");
        assert_eq!(proxy, format!("http://{} ({variable})", self.address));
        doctor::open(&usable).await.map_err(|problems| {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            told.join("\n")
        })
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn attend(
    mut stream: TcpStream,
    behind: SocketAddr,
    refusal: Refusal,
    log: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut back = TcpStream::connect(behind).await?;
    // One request after the other on one connection, as real ones do.
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        log.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(head.clone());
        let is_known = head.lines().any(|line| {
            line.split_once(": ").is_some_and(|(name, value)| {
                name.eq_ignore_ascii_case("proxy-authorization") && value == WANTED
            })
        });
        let refusal = refusal.or((!is_known).then_some("407 Proxy Authentication Required"));
        if let Some(refusal) = refusal {
            let answer =
                format!("HTTP/1.1 {refusal}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await?;
            return stream.shutdown().await;
        }
        if head.starts_with("CONNECT ") {
            stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?;
            copy_bidirectional(&mut stream, &mut back).await?;
            return Ok(());
        }
        // Whoever passes on keeps the credentials to itself, and asks for the path alone.
        let passed: String = head
            .split_inclusive("\r\n")
            .filter(|line| {
                !line
                    .to_ascii_lowercase()
                    .starts_with("proxy-authorization:")
            })
            .collect();
        let passed = passed.replacen(&format!("http://{HOST}"), "", 1);
        let mut back = TcpStream::connect(behind).await?;
        back.write_all(
            passed
                .replacen("\r\n", "\r\nconnection: close\r\n", 1)
                .as_bytes(),
        )
        .await?;
        copy_bidirectional(&mut stream, &mut back).await?;
    }
}

fn address(url: &str) -> SocketAddr {
    let rest = url.strip_prefix("http://").expect("plain HTTP");
    rest.parse().expect("an address")
}

const KNOWN: &str = "user:p%40ssword-of-the-proxy@";

#[tokio::test]
async fn plain_http_is_asked_for_with_the_whole_address() {
    let server = TestServer::start().await;
    let proxy = Proxy::start(address(&server.url()), None).await;
    let (_, secret) = server.configuration_client();
    let description = subject::description(&format!("http://{HOST}"));
    let opened = proxy.open(description, secret, ["http_proxy", KNOWN]).await;
    opened.expect("the proxy passes everything on");
    let heads = proxy.heads();
    assert!(heads.len() > 3, "{heads:?}");
    for head in heads {
        let line = head.lines().next().unwrap_or_default();
        assert!(
            line.contains(&format!(" http://{HOST}/{}/", subject::CUSTOMER)),
            "{line}"
        );
    }
}

#[tokio::test]
async fn https_goes_through_a_tunnel_to_a_server_that_is_verified() {
    for (host, is_trusted) in [(HOST, true), ("other.example.test", false)] {
        let guarded = Guarded::start(host, 4096).await;
        let behind = SocketAddr::from(([127, 0, 0, 1], guarded.port()));
        let proxy = Proxy::start(behind, None).await;
        let (_, secret) = guarded.server.configuration_client();
        let mut description = subject::description(&format!("https://{HOST}:8443"));
        description.tls.roots = Some(guarded.roots());
        let opened = proxy.open(description, secret, ["ALL_PROXY", KNOWN]).await;
        let heads = proxy.heads();
        assert!(!heads.is_empty());
        for head in heads {
            assert!(
                head.starts_with(&format!("CONNECT {HOST}:8443 HTTP/1.1\r\n")),
                "{head}"
            );
        }
        match opened {
            Ok(_) => assert!(is_trusted),
            Err(told) => {
                assert!(!is_trusted, "{told}");
                assert!(told.contains("TLS fails"), "{told}");
            }
        }
    }
}

#[tokio::test]
async fn a_proxy_in_the_way_is_named_with_what_to_do() {
    let server = TestServer::start().await;
    let (_, secret) = server.configuration_client();
    let nobody = "";
    let wrong = "user:wrong-password@";
    for (url, variable, user, refusal, told) in [
        (
            "http://id.example.test",
            "http_proxy",
            nobody,
            None,
            "asks for credentials (407)",
        ),
        (
            "https://id.example.test",
            "HTTPS_PROXY",
            wrong,
            None,
            "asks for credentials (407)",
        ),
        (
            "https://id.example.test",
            "https_proxy",
            KNOWN,
            Some("403 Forbidden"),
            "answers 403 to `CONNECT id.example.test:443`",
        ),
    ] {
        let proxy = Proxy::start(address(&server.url()), refusal).await;
        let description = subject::description(url);
        let opened = proxy.open(description, secret, [variable, user]).await;
        let problem = opened.expect_err("the proxy is in the way");
        let named = format!("the proxy http://{} ({variable}) {told}", proxy.address);
        assert!(problem.contains(&named), "{problem}");
        assert!(
            !problem.contains("password-of") && !problem.contains("wrong-"),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn a_check_is_broken_by_a_proxy_and_nothing_shows_its_password() {
    use conformance::{check::Check, expectations::Expectations, plan::Mode, verdict::Verdict};
    const CHECKS: &[Check] = &[subject::check("x.y.asks", |target| {
        Box::pin(async {
            target.anonymous().get("config/clients").await?;
            target.conceal("something else");
            Ok(())
        })
    })];
    let server = TestServer::start().await;
    let proxy = Proxy::start(address(&server.url()), Some("407 No")).await;
    let value = format!("http://{KNOWN}{}", proxy.address);
    let description = subject::description(&format!("http://{HOST}"));
    let usable = subject::usable(description, subject::SECRET)
        .through_proxies(&|name| (name == "all_proxy").then(|| value.clone()))
        .expect("it names a proxy");
    assert!(!format!("{usable:?}").contains("password-of"), "{usable:?}");
    let session = Arc::new(Session::new(usable.settings).expect("nothing to trust"));
    let finished = subject::judge(&session, CHECKS, &Stop::never()).await;
    let report = Report::new(&session, Mode::Full, &finished, &Expectations::default());
    assert_eq!(report.entries[0].verdict, Verdict::Broken);
    let shown = format!("{report:?}");
    assert!(shown.contains("the proxy http://127.0.0.1:"), "{shown}");
    for secret in [PASSWORD, "p%40ssword", WANTED] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn nobody_at_the_address_of_the_proxy() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = listener.local_addr().expect("a bound listener");
    drop(listener);
    for scheme in ["http", "socks5"] {
        let value = format!("{scheme}://{nobody}");
        let usable = subject::usable(
            subject::description(&format!("http://{HOST}")),
            subject::SECRET,
        )
        .through_proxies(&|name| (name == "all_proxy").then(|| value.clone()))
        .expect("it names a proxy");
        let problems = doctor::open(&usable).await.expect_err("nobody is there");
        let told = problems[0].to_string();
        assert!(
            told.contains(&format!("the proxy {value} (all_proxy) ")),
            "{told}"
        );
        let is_told_why = told.contains("refused") || told.contains("create underlying connection");
        assert!(is_told_why, "{told}");
    }
}

#[tokio::test]
async fn this_machine_is_reached_without() {
    let server = TestServer::start().await;
    let proxy = Proxy::start(address(&server.url()), Some("403 No")).await;
    let (_, secret) = server.configuration_client();
    let value = format!("http://{}", proxy.address);
    let usable = subject::usable(subject::description(&server.url()), secret)
        .through_proxies(&|_| Some(value.clone()))
        .expect("it names a proxy");
    doctor::open(&usable).await.expect("nothing is in the way");
    assert_eq!(proxy.heads(), [""; 0]);
}

#[tokio::test]
async fn socks_opens_the_connection_to_a_name_that_it_looks_up() {
    let server = TestServer::start().await;
    let behind = address(&server.url());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = listener.local_addr().expect("a bound listener");
    let asked: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
    let log = Arc::clone(&asked);
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                // The other side may be gone already: that is its business.
                let _ended = socks(stream, behind, &log).await;
            });
        }
    });
    let (_, secret) = server.configuration_client();
    let value = format!("socks5h://{at}");
    let mut usable = subject::usable(subject::description(&format!("http://{HOST}")), secret)
        .through_proxies(&|name| (name == "all_proxy").then(|| value.clone()))
        .expect("it names a proxy");
    usable.settings.limits.exchange = Duration::from_secs(20);
    let opened = doctor::open(&usable).await;
    task.abort();
    opened.expect("the proxy passes everything on");
    let asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(
        asked.iter().all(|name| name == HOST.as_bytes()),
        "{asked:?}"
    );
    assert!(!asked.is_empty());
}

/// Speaks as much of RFC 1928 as the test needs: no credentials, CONNECT to a name.
async fn socks(
    mut stream: TcpStream,
    behind: SocketAddr,
    asked: &Mutex<Vec<Vec<u8>>>,
) -> std::io::Result<()> {
    let mut greeting = [0; 2];
    stream.read_exact(&mut greeting).await?;
    let mut methods = vec![0; usize::from(greeting[1])];
    stream.read_exact(&mut methods).await?;
    stream.write_all(&[5, 0]).await?;
    // Version, CONNECT, reserved, a name, its length.
    let mut head = [0; 5];
    stream.read_exact(&mut head).await?;
    assert_eq!(head[..4], [5, 1, 0, 3]);
    let mut name = vec![0; usize::from(head[4])];
    stream.read_exact(&mut name).await?;
    stream.read_u16().await?;
    asked
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(name);
    stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).await?;
    let mut back = TcpStream::connect(behind).await?;
    copy_bidirectional(&mut stream, &mut back).await?;
    Ok(())
}
