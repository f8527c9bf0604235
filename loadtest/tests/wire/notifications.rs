//! Registrations of which three listeners hear: on a server that is right, and on servers that lose, double, or retry wrongly.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use loadtest::{
    invariants::Rule,
    mix::Mix,
    run::{Ran, Run, RunError},
    target::{Listener, Target},
};
use reference_server::{Clock, TestServer, faults::Injection, settings::Webhooks};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpSocket, TcpStream},
};

use crate::loaded::target;

async fn server(webhooks: Webhooks) -> TestServer {
    TestServer::builder()
        .clock(Clock::running())
        .webhooks(webhooks)
        .control()
        .start()
        .await
}

fn of_this_machine() -> Webhooks {
    Webhooks {
        allow_local_listeners: true,
        ..Webhooks::default()
    }
}

fn controlled(server: &TestServer) -> Target {
    Target {
        control: server.control_url(),
        ..target(server)
    }
}

async fn ran(target: Target, duration: Duration) -> Result<Ran, RunError> {
    let mix = Mix {
        duration,
        ..Mix::find("webhooks").expect("it is one of the five")
    };
    Run::prepare(target, mix, 7).await?.make().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_doubled() {
    let server = server(of_this_machine()).await;
    let before = server.users().len();
    let state = server.state_hash();
    let ran = ran(controlled(&server), Duration::from_secs(1))
        .await
        .expect("the server is right");
    assert_eq!(ran.findings, []);
    assert_eq!(ran.violations, []);
    assert_eq!(ran.leftovers, Vec::<String>::new());
    for request in ["register-page", "register-form", "code"] {
        let count = ran
            .figures
            .requests
            .get(request)
            .map_or(0, loadtest::figures::Requests::count);
        assert!(count > 0, "`{request}` was never sent");
    }
    // Neither users nor subscriptions are left behind.
    assert_eq!(server.users().len(), before);
    assert_eq!(server.state_hash(), state);
}

/// Registers at a server with a fault, and returns the rules that are broken.
async fn broken(fault: &str) -> Vec<Rule> {
    let server = server(of_this_machine()).await;
    let fault = Injection::named(fault).expect("there is such a fault");
    server.faults().add(fault);
    // Long enough for a registration, even where many tests run at once.
    let ran = ran(controlled(&server), Duration::from_millis(600))
        .await
        .expect("the server lets it begin");
    assert!(ran.violated > 0 || ran.violations.is_empty());
    assert_eq!(ran.leftovers, Vec::<String>::new());
    let mut rules: Vec<Rule> = ran.violations.iter().map(|found| found.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_never_sent_is_a_violation() {
    let rules = broken("subscriptions-begin-disabled").await;
    assert_eq!(rules, [Rule::NotificationArrives]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_and_comes_again_is_a_violation() {
    let rules = broken("answers-count-as-errors").await;
    assert_eq!(rules, [Rule::NotificationOnce]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_and_never_comes_again_is_a_violation() {
    let rules = broken("errors-are-final").await;
    assert_eq!(rules, [Rule::RetryTimetable]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_again_too_early_is_a_violation() {
    let rules = broken("the-last-wait-is-an-hour").await;
    assert_eq!(rules, [Rule::RetryTimetable]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_again_as_another_token_is_a_violation() {
    let rules = broken("every-try-has-another-token").await;
    assert_eq!(rules, [Rule::RetryTimetable]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_reaches_no_listener_says_so() {
    let server = server(Webhooks::default()).await;
    let refused = ran(controlled(&server), Duration::from_secs(1)).await;
    let error = refused.expect_err("no listener is on a public address");
    assert_eq!(
        error.to_string(),
        "the load cannot begin: `subscribe`: it takes no listener on this machine: start it with `--allow-local-listeners`"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_the_target_does_not_take_is_named() {
    let server = server(Webhooks::default()).await;
    let target = Target {
        listener: Some(Listener {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            url: Some("http://10.0.0.1".to_owned()),
        }),
        ..controlled(&server)
    };
    let error = ran(target, Duration::from_secs(1)).await;
    assert_eq!(
        error.expect_err("it is not public").to_string(),
        "the load cannot begin: `subscribe`: the target refuses the listener as an endpoint"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_where_nobody_can_listen_is_named() {
    let server = server(of_this_machine()).await;
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let bind = taken.local_addr().expect("it is bound");
    let target = Target {
        listener: Some(Listener { bind, url: None }),
        ..controlled(&server)
    };
    let error = ran(target, Duration::from_secs(1)).await;
    let told = error.expect_err("somebody else is there").to_string();
    let expected = format!("the load cannot begin: cannot listen on `{bind}`: ");
    assert!(told.starts_with(&expected), "{told}");
}

/// What the target is given is an address that is forwarded, as where it is elsewhere.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_forwarded_to_the_listener_arrives() {
    let server = server(of_this_machine()).await;
    // Nobody listens there yet, and nobody else is given the port meanwhile.
    let kept = TcpSocket::new_v4().expect("a socket");
    kept.set_reuseaddr(true).expect("it is not bound yet");
    kept.bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .expect("there is a free port");
    let bind = kept.local_addr().expect("it is bound");
    let gate = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/", gate.local_addr().expect("it is bound"));
    let passed = Arc::new(AtomicUsize::new(0));
    let counted = passed.clone();
    let forwarding = tokio::spawn(async move {
        while let Ok((mut near, _)) = gate.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                let mut far = TcpStream::connect(bind).await?;
                copy_bidirectional(&mut near, &mut far).await
            });
        }
    });
    let target = Target {
        listener: Some(Listener {
            bind,
            url: Some(url),
        }),
        ..controlled(&server)
    };
    let ran = ran(target, Duration::from_millis(600))
        .await
        .expect("the server is right");
    forwarding.abort();
    assert_eq!(ran.findings, []);
    assert_eq!(ran.violations, []);
    assert_eq!(ran.leftovers, Vec::<String>::new());
    let registered = ran.figures.requests.get("register-form");
    assert!(registered.is_some_and(|requests| requests.count() > 0));
    assert!(passed.load(Ordering::Relaxed) > 0);
}

#[test]
fn a_target_without_what_it_takes_is_not_loaded() {
    let mix = || Mix::find("webhooks").expect("it is one of the five");
    let described = Target {
        control: Some("http://127.0.0.1:9401".to_owned()),
        may_write: true,
        ..Target::at("https://id.example.test", "mine")
    };
    for (target, lacking) in [
        (described.clone(), "no `configuration-client`"),
        (
            Target {
                may_write: false,
                ..full(described.clone())
            },
            "read-only",
        ),
        (full(described.clone()), "give one with `--listener` or"),
        (
            Target {
                url: "http://localhost".to_owned(),
                control: None,
                ..full(described.clone())
            },
            "no `control`",
        ),
    ] {
        let mut mix = mix();
        let left_out = mix.fit(&target);
        let (_, need) = left_out.first().expect("it is left out");
        assert!(need.lacking().contains(lacking), "{}", need.lacking());
    }
    let here = Target {
        url: "http://localhost".to_owned(),
        ..full(described.clone())
    };
    assert!(mix().fit(&here).is_empty());
    let reached = Target {
        listener: Some(Listener {
            bind: SocketAddr::from(([0, 0, 0, 0], 0)),
            url: Some("https://hooks.example.test".to_owned()),
        }),
        ..full(described)
    };
    assert!(mix().fit(&reached).is_empty());
}

/// Adds a client that administers the target, and one with which users sign in.
fn full(target: Target) -> Target {
    use loadtest::{secret::Secret, target::Client};

    let client = Client {
        id: "a".to_owned(),
        secret: Some(Secret::new("b")),
        redirect_uri: "http://localhost/back".to_owned(),
    };
    Target {
        configuration: Some(client.clone()),
        login: Some(client),
        ..target
    }
}
