//! Answers of every framing, however they come; and what is no answer.

use http::header;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

use super::*;
use crate::wire::Address;

const LARGEST: usize = 1000;

/// Says something to whoever asked, in pieces.
async fn say(other: &mut DuplexStream, pieces: &[&[u8]]) {
    for piece in pieces {
        other.write_all(piece).await.expect("somebody reads");
        tokio::task::yield_now().await;
    }
}

async fn ask(exchange: &mut Exchange, request: &Request) -> Result<Answer, Unanswered> {
    let authority = HeaderValue::from_static("127.0.0.1:9400");
    let path = request.address.path().expect("it is an address");
    exchange.send(request, path, &authority, LARGEST).await
}

fn get() -> Request {
    Request::get("http://127.0.0.1:9400/mine/x?a=1")
}

/// Returns what is made of an answer that comes at once, and whether the connection can be used again.
async fn read(
    request: &Request,
    answer: &[u8],
    closes: bool,
) -> (Result<Answer, Unanswered>, bool) {
    let (ours, mut theirs) = duplex(1 << 20);
    let mut exchange = Exchange::new(ours);
    say(&mut theirs, &[answer]).await;
    if closes {
        theirs.shutdown().await.expect("it is open");
    }
    let read = ask(&mut exchange, request).await;
    (read, exchange.if_open().is_some())
}

async fn refused(answer: &[u8]) -> Unanswered {
    let (read, is_open) = read(&get(), answer, true).await;
    assert!(!is_open, "after an error it is of no use");
    read.expect_err(&String::from_utf8_lossy(answer))
}

/// An answer, and how it is sent.
#[derive(Debug, Clone)]
struct Sent {
    bytes: Vec<u8>,
    status: u16,
    body: Vec<u8>,
    ends: bool,
}

fn sent() -> impl Strategy<Value = Sent> {
    let body = proptest::collection::vec(any::<u8>(), 0..300);
    let framing = prop_oneof![
        Just(Framing::Sized(0)),
        Just(Framing::Chunked),
        Just(Framing::ToTheEnd)
    ];
    let status = prop_oneof![Just(200), Just(201), Just(302), Just(401), Just(503)];
    (body, framing, status, 1..80_usize, any::<[bool; 3]>()).prop_map(
        |(body, framing, status, chunk, [interim, trailer, closes])| {
            let mut bytes = Vec::new();
            if interim {
                bytes.extend_from_slice(b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n");
            }
            let head = format!(
                "HTTP/1.1 {status} Anything\r\nServer: x\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n"
            );
            bytes.extend_from_slice(head.as_bytes());
            if closes {
                bytes.extend_from_slice(b"Connection: Close\r\n");
            }
            match framing {
                Framing::Sized(_) => {
                    bytes.extend_from_slice(
                        format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(),
                    );
                    bytes.extend_from_slice(&body);
                }
                Framing::Chunked => {
                    bytes.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
                    for piece in body.chunks(chunk) {
                        bytes.extend_from_slice(format!("{:X};a=b\r\n", piece.len()).as_bytes());
                        bytes.extend_from_slice(piece);
                        bytes.extend_from_slice(b"\r\n");
                    }
                    let end: &[u8] = if trailer {
                        b"0\r\nx: y\r\n\r\n"
                    } else {
                        b"0\r\n\r\n"
                    };
                    bytes.extend_from_slice(end);
                }
                Framing::ToTheEnd => {
                    bytes.extend_from_slice(b"\r\n");
                    bytes.extend_from_slice(&body);
                }
            }
            let ends = closes || framing == Framing::ToTheEnd;
            Sent {
                bytes,
                status,
                body,
                ends,
            }
        },
    )
}

proptest! {
    #[test]
    fn an_answer_is_read_whole_however_it_is_framed_and_cut(
        answers in proptest::collection::vec(sent(), 1..4),
        cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let (ours, mut theirs) = duplex(64);
            let mut exchange = Some(Exchange::new(ours));
            for Sent { bytes, status, body, ends } in answers {
                let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
                cuts.sort_unstable();
                let request = get();
                let mut open = exchange.take().expect("it is open");
                let (answer, ()) = tokio::join!(ask(&mut open, &request), async {
                    let mut heard = [0; 49];
                    theirs.read_exact(&mut heard).await.expect("somebody asks");
                    let mut begin = 0;
                    for cut in cuts.into_iter().chain([bytes.len()]) {
                        say(&mut theirs, &[&bytes[begin..cut]]).await;
                        begin = cut;
                    }
                    if ends {
                        theirs.shutdown().await.expect("it is open");
                    }
                });
                let answer = answer.expect("it is one");
                assert_eq!((answer.status, &answer.body[..]), (status, &body[..]));
                let cookies: Vec<_> = answer.headers.get_all(header::SET_COOKIE).iter().collect();
                assert_eq!(cookies, ["a=1", "b=2"]);
                exchange = open.if_open();
                assert_eq!(exchange.is_some(), !ends);
                if ends {
                    break;
                }
            }
        });
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_read_within_bounds_or_refused(
        Sent { mut bytes, .. } in sent(),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
    ) {
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let (answer, _) = runtime.block_on(read(&get(), &bytes, true));
        prop_assert!(answer.map_or(0, |answer| answer.body.len()) <= LARGEST);
    }
}

#[tokio::test]
async fn what_is_no_answer_is_lost() {
    for answer in [
        "",
        "HTTP/1.1 200",
        "HTTP/2 200 OK\r\n\r\n",
        "not HTTP\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfour",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\na",
        "HTTP/1.1 200 OK\r\ncontent-length: \r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length : 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx",
        "HTTP/1.1 100 Continue\r\n\r\n",
    ] {
        assert_eq!(
            refused(answer.as_bytes()).await,
            Unanswered::Lost,
            "{answer}"
        );
    }
}

#[tokio::test]
async fn what_is_too_large_is_not_read_to_its_end() {
    let chunks = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}",
        "10\r\n0123456789abcdef\r\n".repeat(LARGEST)
    );
    let fields = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(101));
    let trailers = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\na: {}",
        "x".repeat(2 * LARGEST_HEAD)
    );
    let extension = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;{}",
        "x".repeat(2 * LARGEST_HEAD)
    );
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551615\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(LARGEST + 1)),
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n".to_owned(),
        chunks,
        fields,
        format!("HTTP/1.1 200 OK\r\na: {}", "x".repeat(2 * LARGEST_HEAD)),
        trailers,
        extension,
    ] {
        let refused = refused(answer.as_bytes()).await;
        assert_eq!(
            refused,
            Unanswered::TooLarge,
            "{}",
            &answer[..answer.len().min(100)]
        );
    }
}

#[tokio::test]
async fn where_no_body_is_expected_none_is_read() {
    let head = Request::new(Method::HEAD, "http://127.0.0.1:9400/");
    for (request, answer) in [
        (get(), "HTTP/1.1 204 No Content\r\n\r\n"),
        (
            get(),
            "HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n",
        ),
        (head, "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n"),
    ] {
        let (answer, is_open) = read(&request, answer.as_bytes(), false).await;
        assert_eq!(answer.map(|answer| answer.body), Ok(Bytes::new()));
        assert!(is_open);
    }
}

#[tokio::test]
async fn a_connection_is_used_again_only_if_nothing_more_came_on_it() {
    let whole = "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na";
    let second = format!("{whole}{whole}");
    let old = "HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\na";
    for (answer, closes, expected) in [
        (whole, false, true),
        (whole, true, false),
        (&second, false, false),
        (old, false, false),
    ] {
        let (answer, is_open) = read(&get(), answer.as_bytes(), closes).await;
        assert_eq!(
            answer.map(|answer| answer.body),
            Ok(Bytes::from_static(b"a"))
        );
        assert_eq!(is_open, expected);
    }
    // What comes later is seen as well.
    let (ours, mut theirs) = duplex(1000);
    let mut exchange = Exchange::new(ours);
    say(&mut theirs, &[whole.as_bytes()]).await;
    ask(&mut exchange, &get()).await.expect("it is an answer");
    say(&mut theirs, &[b"HTTP/1.1 408 Too late\r\n\r\n"]).await;
    assert!(exchange.if_open().is_none());
}

#[tokio::test]
async fn requests_are_written_as_the_standard_has_them() {
    let basic = HeaderValue::from_static("Basic abc");
    let large = "x".repeat(TOGETHER + 1);
    let there = "http://127.0.0.1:9400/mine/x";
    for (request, expected) in [
        (get(), "GET /mine/x?a=1 HTTP/1.1\r\nhost: 127.0.0.1:9400\r\n\r\n".to_owned()),
        (
            Request::get(Address::from("http://127.0.0.1:9400")),
            "GET / HTTP/1.1\r\nhost: 127.0.0.1:9400\r\n\r\n".to_owned(),
        ),
        (
            Request::new(Method::PUT, there),
            "PUT /mine/x HTTP/1.1\r\nhost: 127.0.0.1:9400\r\ncontent-length: 0\r\n\r\n".to_owned(),
        ),
        (
            Request::form(there, [("a", "b c")]).basic(&basic),
            "POST /mine/x HTTP/1.1\r\nhost: 127.0.0.1:9400\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             authorization: Basic abc\r\ncontent-length: 5\r\n\r\na=b+c"
                .to_owned(),
        ),
        (
            Request::encoded_form(there, large.clone()),
            format!(
                "POST /mine/x HTTP/1.1\r\nhost: 127.0.0.1:9400\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                 content-length: {}\r\n\r\n{large}",
                large.len()
            ),
        ),
    ] {
        let (ours, mut theirs) = duplex(1 << 20);
        let mut exchange = Exchange::new(ours);
        say(&mut theirs, &[b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]).await;
        ask(&mut exchange, &request).await.expect("it is answered");
        drop(exchange);
        let mut heard = String::new();
        theirs.read_to_string(&mut heard).await.expect("it ends");
        assert_eq!(heard, expected);
    }
}
