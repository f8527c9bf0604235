mod requests;

use std::time::Duration;

use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::watch;
use tokio::time::Instant;

use requests::{eligible, others, plain};

use super::*;
use crate::app::App;
use crate::clock::Clock;
use crate::control::control_router;
use crate::faults::Injection;
use crate::ids::Ids;
use crate::router::router;
use crate::serve::connection::run;
use crate::serve::seats::Seats;
use crate::settings::{Limits, Settings};

/// A server in which the tokens of login clients are signed.
fn app() -> App {
    let app = App::new(Settings::default(), Clock::fixed(), Ids::seeded(1));
    let mut tenant = fixtures::seed::demo();
    tenant.token_policies[1].use_access_jwt = true;
    app.add_tenant(&tenant).expect("the tenant fits together");
    app
}

fn terms(app: &App, stopped: watch::Receiver<()>) -> Terms {
    Terms {
        door: router(app.clone()),
        seen_by: Some(app.clone()),
        tls: None,
        limits: Limits::default(),
        stopped,
    }
}

/// Two servers that make the same tokens. The second keeps a journal, and so has no lane.
fn servers() -> [App; 2] {
    let shut = app();
    shut.keep_journal();
    [app(), shut]
}

/// Tells whether the lane takes a request.
fn is_taken(request: &[u8], terms: &Terms) -> bool {
    let mut lane = Lane::new();
    let length = request.len().min(Lane::INPUT);
    lane.input[..length].copy_from_slice(&request[..length]);
    lane.answer(length, terms)
}

/// Asks for a token, and reads the answer.
async fn ask(client: &mut DuplexStream) {
    client
        .write_all(plain().as_bytes())
        .await
        .expect("it is open");
    assert!(client.read(&mut [0; 512]).await.expect("it is open") > 0);
}

/// Waits until the server closes, which it does in good order and without another byte.
async fn is_closed(client: &mut DuplexStream) {
    let read = client.read(&mut [0]).await;
    assert_eq!(read.expect("it closes in good order"), 0);
}

/// Sends what a client sends, a second after each other, and returns all that it gets, and how long the connection lasts.
async fn exchange(app: &App, pieces: &[&[u8]]) -> (String, Duration) {
    let (stop, stopped) = watch::channel(());
    let start = Instant::now();
    let mut client = connect(terms(app, stopped), Seats::new(1).take().await);
    for (number, piece) in pieces.iter().enumerate() {
        if number > 0 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        // The server may have closed the connection before.
        let _ = client.write_all(piece).await;
    }
    let mut answers = Vec::new();
    // Whoever breaks off what it is told may find the connection broken.
    let _ = client.read_to_end(&mut answers).await;
    drop(stop);
    (
        dateless(&String::from_utf8_lossy(&answers)),
        start.elapsed(),
    )
}

fn connect(terms: Terms, seat: Seat) -> DuplexStream {
    let (client, server) = tokio::io::duplex(256 * 1024);
    tokio::spawn(run(server, seat, terms));
    client
}

/// Returns answers with the form of their dates in the place of them.
fn dateless(answers: &str) -> String {
    let mut parts = answers.split("\r\ndate: ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (date, rest) = part.split_at(29);
        assert!(date.ends_with(" GMT"), "`{date}`");
        text += "\r\ndate: GMT";
        text += rest;
    }
    text
}

#[tokio::test]
async fn plain_requests_for_tokens_go_through_the_lane_and_no_others() {
    let app = app();
    let terms = terms(&app, watch::channel(()).1);
    for request in eligible() {
        assert!(is_taken(request.as_bytes(), &terms), "{request}");
    }
    for request in others() {
        assert!(!is_taken(request.as_bytes(), &terms), "{request}");
    }
}

#[tokio::test]
async fn nothing_goes_through_the_lane_while_somebody_looks_at_it() {
    let app = app();
    let mut terms = terms(&app, watch::channel(()).1);
    let request = plain().into_bytes();
    assert!(is_taken(&request, &terms));
    let fault = crate::faults::all().next().expect("there are some");
    app.faults()
        .add(Injection::named(fault.name).expect("it is one"));
    assert!(!is_taken(&request, &terms));
    app.faults().clear();
    assert!(is_taken(&request, &terms));
    app.keep_journal();
    assert!(!is_taken(&request, &terms));
    terms.seen_by = None;
    terms.door = control_router(self::app());
    assert!(!is_taken(&request, &terms));
}

#[tokio::test(start_paused = true)]
async fn answers_are_those_of_the_ordinary_way() {
    let [open, shut] = servers();
    for request in eligible().into_iter().chain(others()) {
        let pieces = [request.as_bytes()];
        let answers = (
            exchange(&open, &pieces).await,
            exchange(&shut, &pieces).await,
        );
        assert_eq!(answers.0, answers.1, "{request}");
    }
    let (answer, _) = exchange(&open, &[plain().as_bytes()]).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"),
        "{answer}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_request_may_come_in_pieces() {
    let [open, shut] = servers();
    let request = plain();
    for cut in 1..request.len() {
        let (first, second) = request.as_bytes().split_at(cut);
        let pieces = [first, second, request.as_bytes()];
        let answers = (
            exchange(&open, &pieces).await,
            exchange(&shut, &pieces).await,
        );
        assert_eq!(answers.0, answers.1, "cut at {cut}");
        assert_eq!(
            answers.0.0.matches("HTTP/1.1 200 OK").count(),
            2,
            "cut at {cut}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_follows_is_answered() {
    let [open, shut] = servers();
    let plain = plain();
    let get = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n";
    let close = plain.replace("Host: x", "Host: x\r\nConnection: close");
    let wrong = plain.replace("ZXQ=", "ZXR=");
    let two = format!("{plain}{plain}");
    let one_and_a_half = format!("{plain}{}", &plain[..200]);
    for pieces in [
        vec![&*plain, &plain, &plain],
        vec![&plain, get, &plain],
        vec![get, &plain, &two],
        vec![&plain, &two, &wrong, &plain],
        vec![&plain, &one_and_a_half, &plain[200..], &plain],
        vec![&plain, &close, &plain],
        vec![&plain, "x\r\n\r\n", &plain],
    ] {
        let bytes: Vec<&[u8]> = pieces.iter().map(|piece| piece.as_bytes()).collect();
        let answers = (exchange(&open, &bytes).await, exchange(&shut, &bytes).await);
        assert_eq!(answers.0, answers.1, "{pieces:?}");
    }
}

/// A change of one place of a request.
#[derive(Debug, Clone)]
enum Change {
    Put(u8),
    Insert(u8),
    Remove,
    Cut,
}

fn changes() -> impl Strategy<Value = Change> {
    let byte = || {
        prop_oneof![
            any::<u8>(),
            proptest::sample::select(b"\r\n\t :;,%&=+/?-0a".to_vec())
        ]
    };
    prop_oneof![
        byte().prop_map(Change::Put),
        byte().prop_map(Change::Insert),
        Just(Change::Remove),
        Just(Change::Cut),
    ]
}

#[test]
fn a_change_of_any_byte_means_the_same_in_both_ways() {
    let [open, shut] = servers();
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let places = proptest::collection::vec((any::<proptest::sample::Index>(), changes()), 1..3);
    proptest!(config, |(changes in places)| {
        let mut request = plain().into_bytes();
        for (place, change) in changes {
            let place = place.index(request.len());
            match change {
                Change::Put(byte) => request[place] = byte,
                Change::Insert(byte) => request.insert(place, byte),
                Change::Remove => drop(request.remove(place)),
                Change::Cut => request.truncate(place.max(1)),
            }
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        let answers = runtime.block_on(async {
            (exchange(&open, &[&request]).await, exchange(&shut, &[&request]).await)
        });
        prop_assert_eq!(answers.0, answers.1, "{}", String::from_utf8_lossy(&request));
    });
}

#[tokio::test(start_paused = true)]
async fn what_comes_after_is_left_to_hyper_as_it_is() {
    let app = app();
    let (_stop, stopped) = watch::channel(());
    let (terms, seat) = (terms(&app, stopped), Seats::new(1).take().await);
    let (mut client, mut server) = tokio::io::duplex(4096);
    let ask = async {
        for _ in 0..3 {
            client
                .write_all(plain().as_bytes())
                .await
                .expect("it is open");
            let mut answer = [0; 512];
            let length = client.read(&mut answer).await.expect("it is open");
            let answer = String::from_utf8_lossy(&answer[..length]);
            assert!(answer.contains(r#""scope":"*:**"}"#), "{answer}");
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
        client
            .write_all(b"GET / HTTP/1.1\r\n")
            .await
            .expect("it is open");
    };
    let start = Instant::now();
    let (rest, ()) = tokio::join!(travel(&mut server, &seat, &terms), ask);
    let rest = rest.expect("there is something after them");
    assert_eq!(rest.bytes, b"GET / HTTP/1.1\r\n");
    assert_eq!(rest.since - start, Duration::from_secs(10));
    assert!(seat.has_asked());
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_idles_in_the_lane_is_closed() {
    let app = app();
    let limit = Limits::default().head;
    let plain = plain();
    let (answers, took) = exchange(&app, &[plain.as_bytes(); 4]).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 4);
    assert_eq!(took, Duration::from_secs(3) + limit);
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_head_runs_on_when_the_lane_ends() {
    let app = app();
    let (_stop, stopped) = watch::channel(());
    let limit = Limits::default().head;
    let mut client = connect(terms(&app, stopped), Seats::new(1).take().await);
    let start = Instant::now();
    tokio::time::sleep(limit - Duration::from_secs(1)).await;
    client
        .write_all(b"GET /x HTTP/1.1\r\nHost: x\r\n")
        .await
        .expect("it is open");
    is_closed(&mut client).await;
    assert_eq!(start.elapsed(), limit);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_does_not_wait_for_the_lane() {
    let app = app();
    for requests in [0, 2] {
        let (stop, stopped) = watch::channel(());
        let mut client = connect(terms(&app, stopped), Seats::new(1).take().await);
        for _ in 0..requests {
            ask(&mut client).await;
        }
        let start = Instant::now();
        drop(stop);
        is_closed(&mut client).await;
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_idles_in_the_lane_makes_way() {
    let app = app();
    let (_stop, stopped) = watch::channel(());
    let seats = Seats::new(1);
    let mut client = connect(terms(&app, stopped), seats.take().await);
    ask(&mut client).await;
    let start = Instant::now();
    let next = seats.take().await;
    assert!(!next.has_asked());
    assert_eq!(start.elapsed(), Duration::ZERO);
    is_closed(&mut client).await;
}
