//! Many at the same moment: one code, one refresh token, one revocation.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::Barrier;

use crate::caller::{Answer, Server};
use crate::relying_party::{RelyingParty, Tokens};

const TASKS: usize = 24;

/// Lets many tasks do the same at one moment.
async fn at_once<T, F>(server: &Arc<Server>, what: impl Fn(Arc<Server>, usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(TASKS));
    let tasks: Vec<_> = (0..TASKS)
        .map(|number| {
            let barrier = Arc::clone(&barrier);
            let doing = what(Arc::clone(server), number);
            tokio::spawn(async move {
                barrier.wait().await;
                doing.await
            })
        })
        .collect();
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.expect("no panic"));
    }
    done
}

/// Wants one success, and that the others are told that there is nothing to be had.
fn winner(answers: Vec<Answer>) -> Tokens {
    let (mut won, lost): (Vec<_>, Vec<_>) = answers
        .into_iter()
        .partition(|answer| answer.status.is_success());
    assert_eq!((won.len(), lost.len()), (1, TASKS - 1));
    for answer in lost {
        answer.refused_oauth(400, "invalid_grant");
    }
    Tokens(won.remove(0).success())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_exchanges_a_code() {
    let server = Arc::new(Server::new());
    for _ in 0..8 {
        let browser = crate::browser::Browser::new(&server);
        browser.sign_in().await;
        let code = RelyingParty::public(&server).code(&browser, &[]).await;
        let answers = at_once(&server, |server, _| {
            let code = code.clone();
            async move { RelyingParty::public(&server).exchange(&code, &[]).await }
        })
        .await;
        // The others were second, so what the first one got is revoked.
        let tokens = winner(answers);
        for token in [tokens.access(), tokens.refresh()] {
            assert!(!server.is_active(token).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_exchanges_a_refresh_token() {
    let server = Arc::new(Server::new());
    for _ in 0..8 {
        let first = RelyingParty::confidential(&server).tokens(&[]).await;
        let answers = at_once(&server, |server, _| {
            let token = first.refresh().to_owned();
            async move {
                RelyingParty::confidential(&server)
                    .refresh(&token, &[])
                    .await
            }
        })
        .await;
        let second = winner(answers);
        for token in [first.access(), second.access(), second.refresh()] {
            assert!(!server.is_active(token).await);
        }
    }
}

/// However refreshing and revoking interleave, nothing that works is left over.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_survives_a_revocation_that_it_races_with() {
    let server = Arc::new(Server::new());
    for _ in 0..8 {
        let first = RelyingParty::confidential(&server).tokens(&[]).await;
        let answers = at_once(&server, |server, number| {
            let token = first.refresh().to_owned();
            async move {
                let client = RelyingParty::confidential(&server);
                match number {
                    0 => client.refresh(&token, &[]).await,
                    _ => client.revoke(&token).await,
                }
            }
        })
        .await;
        for answer in &answers {
            assert!(!answer.status.is_server_error(), "{answer:?}");
        }
        let refreshed = answers.into_iter().next().expect("the first");
        if refreshed.status.is_success() {
            let second = Tokens(refreshed.success());
            assert!(!server.is_active(second.access()).await);
            assert!(!server.is_active(second.refresh()).await);
        }
        assert!(!server.is_active(first.access()).await);
        assert!(!server.is_active(first.refresh()).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_gets_what_another_one_exchanges_at_the_same_moment() {
    let server = Arc::new(Server::new());
    let mut codes = Vec::new();
    {
        let browser = crate::browser::Browser::new(&server);
        browser.sign_in().await;
        let client = RelyingParty::public(&server);
        for number in 0..TASKS {
            let nonce = format!("n{number}");
            codes.push(client.code(&browser, &[("nonce", &nonce)]).await);
        }
    }
    let all = at_once(&server, |server, number| {
        let code = codes[number].clone();
        async move {
            let answer = RelyingParty::public(&server).exchange(&code, &[]).await;
            let tokens = Tokens(answer.success());
            let claims = server.verified(tokens.id_token()).await;
            assert_eq!(claims["nonce"], json!(format!("n{number}")));
            tokens
        }
    })
    .await;
    let different: BTreeSet<&str> = all
        .iter()
        .flat_map(|tokens| [tokens.access(), tokens.refresh()])
        .collect();
    assert_eq!(different.len(), TASKS * 2);
}
