//! A hostile target is told apart from a wrong one, in bounded time, and never makes the judge panic.

use std::time::Duration;

use conformance::{
    check::Check,
    run::{Finished, stop::Stop},
    verdict::{Broken, NotPassed, Verdict},
};

use super::{
    peer::{self, Peer, Reply},
    subject,
};

const ASKS: &[Check] = &[subject::check("x.y.asks", |target| {
    Box::pin(async {
        target.anonymous().get("config/clients").await?;
        Ok(())
    })
})];

/// Lets a check ask a peer that always replies the same.
async fn ask(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Finished {
    let peer = Peer::start(move |_, _, _| reply()).await;
    let session = subject::unasked(&peer.url(), Duration::from_millis(300));
    subject::judge(&session, ASKS, &Stop::never()).await
}

fn broken(finished: &Finished) -> &Broken {
    match &finished.records[0].outcome {
        Err(NotPassed::Broken(broken)) => broken,
        other => panic!("nothing was observed, but: {other:?}"),
    }
}

#[tokio::test]
async fn silence_is_a_time_out() {
    let finished = ask(|| Reply::Silence).await;
    assert!(matches!(broken(&finished), Broken::Timeout { .. }));
}

#[tokio::test]
async fn a_slow_drip_is_a_time_out() {
    let finished = ask(|| {
        let bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n".repeat(10);
        Reply::Drip(bytes, Duration::from_millis(20))
    })
    .await;
    assert!(matches!(broken(&finished), Broken::Timeout { .. }));
}

#[tokio::test]
async fn an_endless_body_is_too_large() {
    let finished = ask(|| {
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
        let mut piece = b"2000\r\n".to_vec();
        piece.extend([b'['; 0x2000]);
        piece.extend(b"\r\n");
        Reply::Endless(head.to_vec(), piece)
    })
    .await;
    assert!(matches!(
        broken(&finished),
        Broken::TooLarge {
            limit: 1_048_576,
            ..
        }
    ));
}

#[tokio::test]
async fn an_announced_giant_is_not_waited_for() {
    let finished =
        ask(|| Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n[".to_vec()))
            .await;
    assert!(matches!(broken(&finished), Broken::TooLarge { .. }));
}

#[tokio::test]
async fn garbage_is_not_http() {
    for bytes in [
        &b"\0\x01\x02 garbage\r\n\r\n"[..],
        b"",
        b"HTTP/1.1 abc\r\n\r\n",
    ] {
        let bytes = bytes.to_vec();
        let finished = ask(move || Reply::Bytes(bytes.clone())).await;
        assert!(matches!(broken(&finished), Broken::Protocol { .. }));
    }
}

#[tokio::test]
async fn an_answer_that_ends_in_the_middle_is_not_http() {
    let finished =
        ask(|| Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"total\":".to_vec()))
            .await;
    assert!(matches!(broken(&finished), Broken::Protocol { .. }));
}

#[tokio::test]
async fn gigantic_headers_are_refused() {
    let finished = ask(|| {
        Reply::Endless(
            b"HTTP/1.1 200 OK\r\n".to_vec(),
            b"x-filler: 0123456789abcdef\r\n".repeat(100),
        )
    })
    .await;
    assert!(matches!(broken(&finished), Broken::Protocol { .. }));
}

#[tokio::test]
async fn nobody_at_home_is_no_connection() {
    let peer = Peer::start(|_, _, _| Reply::Silence).await;
    let url = peer.url();
    drop(peer);
    // The listener is gone as soon as its task is: until then a connection is merely not accepted.
    tokio::task::yield_now().await;
    let session = subject::unasked(&url, Duration::from_millis(300));
    let finished = subject::judge(&session, ASKS, &Stop::never()).await;
    assert!(matches!(
        broken(&finished),
        Broken::Connect { .. } | Broken::Timeout { .. } | Broken::Protocol { .. }
    ));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let peer = Peer::start(|_, path, _| {
        assert_ne!(path, "/loop", "the redirect was followed");
        Reply::Bytes(b"HTTP/1.1 302 Found\r\nlocation: /loop\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec())
    })
    .await;
    let session = subject::unasked(&peer.url(), Duration::from_secs(2));
    let finished = subject::judge(&session, ASKS, &Stop::never()).await;
    let Err(NotPassed::Mismatch(mismatch)) = &finished.records[0].outcome else {
        panic!("{:?}", finished.records[0].outcome);
    };
    assert!(
        mismatch.what.ends_with("contract: status"),
        "{}",
        mismatch.what
    );
    assert_eq!(mismatch.actual, 302);
}

#[tokio::test]
async fn another_media_type_violates_the_contract() {
    let finished = ask(|| peer::full(401, "text/html", "<p>no</p>")).await;
    assert_eq!(finished.records[0].verdict(), Verdict::Fail);
    let Err(NotPassed::Mismatch(mismatch)) = &finished.records[0].outcome else {
        panic!("{:?}", finished.records[0].outcome);
    };
    assert!(
        mismatch.what.ends_with("contract: media type"),
        "{}",
        mismatch.what
    );
    assert!(mismatch.contract.is_some());
}

#[tokio::test]
async fn deep_json_is_not_followed_to_the_bottom() {
    let body = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let finished = ask(move || peer::full(401, "application/json", &body)).await;
    assert!(matches!(
        finished.records[0].outcome,
        Err(NotPassed::Mismatch(_))
    ));
}

#[tokio::test]
async fn a_path_goes_out_as_it_is_written() {
    use std::sync::{Arc, Mutex};
    const TRICKS: &[Check] = &[subject::check("x.y.tricks", |target| {
        Box::pin(async {
            for path in [
                "/a/%2e%2e/b",
                "/a/../b",
                "//a//b",
                "/a%2Fb/",
                "/a/./b;c=d",
                "/A/%2E/",
            ] {
                target.anonymous().get(path).await?;
            }
            Ok(())
        })
    })];
    let seen = Arc::new(Mutex::new(Vec::new()));
    let paths = Arc::clone(&seen);
    let peer = Peer::start(move |_, path, _| {
        paths.lock().expect("not poisoned").push(path.to_owned());
        peer::full(404, "text/plain", "no")
    })
    .await;
    let session = subject::unasked(&peer.url(), Duration::from_secs(2));
    let finished = subject::judge(&session, TRICKS, &Stop::never()).await;
    assert_eq!(finished.records[0].outcome, Ok(()));
    assert_eq!(
        *seen.lock().expect("not poisoned"),
        [
            "/a/%2e%2e/b",
            "/a/../b",
            "//a//b",
            "/a%2Fb/",
            "/a/./b;c=d",
            "/A/%2E/"
        ]
    );
}
