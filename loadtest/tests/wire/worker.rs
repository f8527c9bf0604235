//! A worker of Locust's protocol against a master that does what each test says.

use std::time::{Duration, Instant};

use loadtest::{
    locust::{
        account::{Account, KIND},
        link::LinkError,
        message::field,
        worker::{Rhythm, Terms, Worked, WorkerError, work},
    },
    secret::Secret,
};
use reference_server::TestServer;
use rmpv::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::oneshot,
    task::JoinHandle,
};

use crate::{
    loaded::{mix, server, target},
    master::{FakeMaster, number, order},
};

const QUICK: Rhythm = Rhythm {
    beat: Duration::from_millis(50),
    arrival: Duration::from_secs(10),
    silence: Duration::from_secs(10),
    stop: None,
    quit: Duration::from_millis(200),
};

struct Working {
    task: JoinHandle<Result<Worked, WorkerError>>,
    leave: Option<oneshot::Sender<()>>,
}

impl Working {
    async fn ended(self) -> Result<Worked, WorkerError> {
        let ended = tokio::time::timeout(Duration::from_secs(20), self.task).await;
        ended.expect("it ends in time").expect("it does not panic")
    }
}

fn begin(server: &TestServer, master: &str, rhythm: Rhythm) -> Working {
    let terms = Terms {
        master: master.parse().expect("it is a master"),
        name: "worker-1".to_owned(),
        target: target(server),
        mix: mix(&["token", "userinfo"], Duration::from_secs(60), None),
        seed: 7,
        rhythm,
    };
    let (leave, left) = oneshot::channel::<()>();
    let task = tokio::spawn(work(terms, async move {
        if left.await.is_err() {
            std::future::pending::<()>().await;
        }
    }));
    Working {
        task,
        leave: Some(leave),
    }
}

/// A worker that is known to its master.
async fn known(server: &TestServer) -> (FakeMaster, Working) {
    let mut master = FakeMaster::start().await;
    let working = begin(server, &master.address, QUICK);
    let ready = master.hear("client_ready").await;
    assert_eq!(
        ready.data.as_i64(),
        Some(-1),
        "as workers that are not Python"
    );
    assert!(ready.node.starts_with("worker-1_"), "{}", ready.node);
    master
        .say("ack", Value::Map(vec![("index".into(), 0.into())]))
        .await;
    (master, working)
}

async fn account(master: &mut FakeMaster) -> Account {
    let told = master.hear(KIND).await;
    let text = told.data.as_str().expect("an account is text");
    for secret in ["demo-configuration-secret", "correct horse battery staple"] {
        assert!(!text.contains(secret), "{text}");
    }
    serde_json::from_str(text).expect("it is an account")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_from_the_first_word_to_the_last() {
    let server = server().await;
    let (mut master, working) = known(&server).await;
    master.spawn(3, 1).await;
    master.hear("spawning").await;
    let complete = master.hear("spawning_complete").await;
    assert_eq!(number(&complete.data, "user_count"), 3);
    let beat = master.hear("heartbeat").await;
    assert_eq!(
        field(&beat.data, "state").and_then(Value::as_str),
        Some("running")
    );
    while master.counted < 20 {
        let stats = master.hear("stats").await;
        assert_eq!(number(&stats.data, "user_count"), 3);
    }
    master.say("stop", Value::Nil).await;
    let account = account(&mut master).await;
    // What was counted came before the account.
    assert_eq!(account.issued, master.counted);
    assert_eq!(account.figures.whole().count(), master.counted);
    assert_eq!(
        account.figures.whole().errors(),
        0,
        "the master's host is not where it goes"
    );
    assert!(account.figures.requests["userinfo"].good > 0);
    assert!(!account.is_interrupted && account.violated == 0);
    master.hear("client_stopped").await;
    master.hear("client_ready").await;
    master.say("quit", Value::Nil).await;
    let worked = working.ended().await.expect("the master ended it");
    assert_eq!((worked.loads, worked.issued), (1, master.counted));
    assert!(!worked.is_interrupted);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_come_and_go_and_each_load_counts_for_itself() {
    let server = server().await;
    let (mut master, working) = known(&server).await;
    for (users, time) in [(1, 1), (4, 2), (2, 3)] {
        master.spawn(users, time).await;
        let complete = master.hear("spawning_complete").await;
        assert_eq!(number(&complete.data, "user_count"), users);
    }
    // One that was overtaken changes nothing.
    master.spawn(9, 2).await;
    master.hear("spawning").await;
    let stats = master.hear("stats").await;
    assert_eq!(number(&stats.data, "user_count"), 2);
    master.say("stop", Value::Nil).await;
    let first = account(&mut master).await;
    assert_eq!(first.issued, master.counted);
    master.hear("client_ready").await;

    master.counted = 0;
    master.spawn(2, 4).await;
    while master.counted == 0 {
        master.hear("stats").await;
    }
    // A master that leaves without a word before hears the same.
    master.say("quit", Value::Nil).await;
    let second = account(&mut master).await;
    assert_eq!(second.figures.whole().count(), master.counted);
    drop(master);
    let worked = working.ended().await.expect("the master ended it");
    assert_eq!(
        (worked.loads, worked.issued),
        (2, first.issued + second.issued)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_or_none_that_is_known_changes_nothing() {
    let server = server().await;
    let (mut master, working) = known(&server).await;
    for bytes in [
        &b""[..],
        b"\xc1",
        b"\x00",
        b"hello",
        &[0x91; 5_000],
        &[0xdd, 0xff, 0xff, 0xff, 0xff],
    ] {
        master.throw(bytes.to_vec()).await;
    }
    master.say("update_user_class", Value::Nil).await;
    master.say("no such message", 5.into()).await;
    master.say("ack", "of another kind".into()).await;
    master
        .say("spawning_complete", Value::Array(Vec::new()))
        .await;
    master.spawn(1, 1).await;
    let complete = master.hear("spawning_complete").await;
    assert_eq!(number(&complete.data, "user_count"), 1);
    master.say("quit", Value::Nil).await;
    master.hear(KIND).await;
    drop(master);
    assert!(working.ended().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_cannot_be_followed_is_refused_with_the_reason() {
    for (data, expected) in [
        (Value::Nil, "`timestamp` is no number"),
        (order("many".into(), 1), "a number of users is none"),
        (order(u64::MAX.into(), 1), "at most 100000 are let in"),
    ] {
        let server = server().await;
        let (mut master, working) = known(&server).await;
        master.say("spawn", data).await;
        let exception = master.hear("exception").await;
        let told = field(&exception.data, "msg").and_then(Value::as_str);
        assert!(told.is_some_and(|told| told.contains(expected)), "{told:?}");
        let error = working.ended().await.expect_err("it cannot be followed");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_too_large_ends_it_before_it_is_read() {
    let server = server().await;
    let (mut master, working) = known(&server).await;
    master.throw(vec![0xc0; 300_000]).await;
    let error = working.ended().await.expect_err("it is too large");
    assert!(
        error.to_string().contains("more than 262144 bytes"),
        "{error}"
    );
}

/// Somebody who is no master at all.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_listens_and_is_no_master_is_told_apart() {
    let mut large = vec![0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0];
    large.extend(b"NULL");
    large.resize(64, 0);
    large.push(6);
    large.extend(u64::MAX.to_be_bytes());
    for (answer, expected) in [
        (
            b"HTTP/1.1 400 Bad Request\r\n\r\n".repeat(4),
            "does not answer as a master",
        ),
        (Vec::new(), "does not answer as a master"),
        (large, "more than 262144 bytes"),
    ] {
        let server = server().await;
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("it is bound").to_string();
        let working = begin(&server, &address, QUICK);
        let (mut stream, _) = listener.accept().await.expect("the worker comes");
        let mut greeting = [0; 64];
        stream.read_exact(&mut greeting).await.expect("it greets");
        stream.write_all(&answer).await.expect("it listens");
        if answer.len() != 73 {
            drop(stream);
        }
        let error = working.ended().await.expect_err("it is no master");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_vanishes_ends_it() {
    let server = server().await;
    let (mut master, working) = known(&server).await;
    master.spawn(2, 1).await;
    master.hear("stats").await;
    let vanished = Instant::now();
    drop(master);
    let error = working.ended().await.expect_err("nobody is there");
    assert_eq!(error.to_string(), "the master is gone");
    assert!(
        vanished.elapsed() < Duration::from_secs(10),
        "at once, not after the silence"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_says_nothing_and_one_that_is_not_there_are_waited_for_so_long() {
    let server = server().await;
    let rhythm = Rhythm {
        arrival: Duration::from_millis(300),
        ..QUICK
    };
    let mut master = FakeMaster::start().await;
    let working = begin(&server, &master.address, rhythm);
    master.hear("client_ready").await;
    let error = working.ended().await.expect_err("nothing is said");
    assert!(matches!(error, WorkerError::Silent(_)), "{error}");

    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("it is bound").to_string();
    drop(listener);
    let error = begin(&server, &address, rhythm).ended().await;
    let error = error.expect_err("nobody listens");
    assert!(
        matches!(error, WorkerError::Link(LinkError::Unreachable { .. })),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .starts_with(&format!("no master at {address}"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_of_life_come_at_even_distances() {
    let server = server().await;
    let (mut master, working) = known(&server).await;
    master.hear("heartbeat").await;
    let first = Instant::now();
    for _ in 0..10 {
        let beat = master.hear("heartbeat").await;
        assert_eq!(
            field(&beat.data, "state").and_then(Value::as_str),
            Some("ready")
        );
        let cpu = field(&beat.data, "current_cpu_usage").and_then(Value::as_f64);
        assert!(
            cpu.is_some_and(|cpu| (0.0..=100.0).contains(&cpu)),
            "{cpu:?}"
        );
    }
    let took = first.elapsed();
    // Ten beats, less what the first one may have been late; and a machine that is busy.
    assert!(took > QUICK.beat * 7, "{took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    master.say("quit", Value::Nil).await;
    // Not gone before: what it said would be lost with it.
    assert!(working.ended().await.is_ok());
    drop(master);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_told_to_leave_says_so_and_gives_an_account() {
    let server = server().await;
    let (mut master, mut working) = known(&server).await;
    master.spawn(2, 1).await;
    while master.counted == 0 {
        master.hear("stats").await;
    }
    let leave = working.leave.take().expect("nobody took it");
    leave.send(()).expect("it listens");
    let account = account(&mut master).await;
    assert!(account.is_interrupted);
    assert_eq!(account.issued, master.counted);
    master.hear("quit").await;
    let worked = working.ended().await.expect("it left in good order");
    assert!(worked.is_interrupted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_of_no_use_is_known_before_the_master() {
    let server = server().await;
    let mut target = target(&server);
    let client = target.configuration.as_mut().expect("it is described");
    client.secret = Some(Secret::new("wrong"));
    let terms = Terms {
        master: "127.0.0.1:1".parse().expect("it is a master"),
        name: "worker-1".to_owned(),
        target,
        mix: mix(&["token", "config-read"], Duration::from_secs(60), None),
        seed: 7,
        rhythm: QUICK,
    };
    let error = work(terms, std::future::pending()).await;
    let error = error.expect_err("the secret is wrong");
    assert!(matches!(error, WorkerError::Run(_)), "{error}");
}
