//! A target that has too much to do is waited for, and not blamed.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use conformance::{
    check::Check,
    run::stop::Stop,
    verdict::{Broken, NotPassed},
};
use serde_json::json;

use super::{
    peer::{self, Peer, Reply},
    subject,
};

const CHECKS: &[Check] = &[subject::check("x.y.lists", |target| {
    Box::pin(async {
        let answer = target.anonymous().get("config/clients").await?;
        conformance::expect::status(&answer, &[404])?;
        Ok(())
    })
})];

fn busy(status: u16, retry_after: &str) -> Reply {
    let body = json!({"errors": "Too many requests"}).to_string();
    let length = body.len();
    Reply::Bytes(
        format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nretry-after: {retry_after}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
            .into_bytes(),
    )
}

/// Judges a peer that is busy for its first answers, and returns what became of the check and how often it was asked.
async fn judged(
    status: u16,
    retry_after: &'static str,
    busy_for: usize,
) -> (Result<(), NotPassed>, usize) {
    let asked = AtomicUsize::new(0);
    let peer = Peer::start(move |_, _, _| {
        if asked.fetch_add(1, Ordering::Relaxed) < busy_for {
            busy(status, retry_after)
        } else {
            peer::json(404, &json!({"errors": "Not Found"}))
        }
    })
    .await;
    let session = subject::unasked(&peer.url(), Duration::from_secs(2));
    let finished = subject::judge(&session, CHECKS, &Stop::never()).await;
    (finished.records[0].outcome.clone(), peer.requests().len())
}

#[tokio::test]
async fn a_request_is_sent_again_when_the_target_asked_for_a_rest() {
    for status in [429, 503] {
        let (outcome, asked) = judged(status, "0", 2).await;
        assert_eq!((outcome, asked), (Ok(()), 3), "{status}");
    }
}

#[tokio::test]
async fn a_target_that_goes_on_throttling_is_not_to_blame() {
    for (retry_after, times) in [("0", 4), ("3600", 1)] {
        let (outcome, asked) = judged(429, retry_after, usize::MAX).await;
        let Err(NotPassed::Broken(broken @ Broken::Throttled { .. })) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(asked, times);
        let told = broken.to_string();
        assert!(told.contains("judge it with a lower `--rate`"), "{told}");
        assert!(
            told.contains(&format!("asks to wait {retry_after} s")),
            "{told}"
        );
    }
}

#[tokio::test]
async fn what_is_only_broken_is_an_answer() {
    let peer = Peer::start(|_, _, _| peer::json(503, &json!({"errors": "Unavailable"}))).await;
    let session = subject::unasked(&peer.url(), Duration::from_secs(2));
    let finished = subject::judge(&session, CHECKS, &Stop::never()).await;
    let outcome = &finished.records[0].outcome;
    assert!(
        matches!(outcome, Err(NotPassed::Mismatch(_))),
        "{outcome:?}"
    );
    assert_eq!(peer.requests().len(), 1);
}
