//! Goose as anybody uses it, that looks at no answer: the limit of ours.

use std::io;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use goose::config::GooseConfiguration;
use goose::goose::{GooseMethod, GooseRequest, Scenario, Transaction, TransactionFunction};
use goose::{GooseAttack, trigger_killswitch};
use http::header;

use super::Turn;
use crate::crowd::{self, FORM, OPAQUE};
use crate::table::CONNECTIONS;

/// How often goose is told to end: it forgets what it was told before it started.
const AGAIN: Duration = Duration::from_millis(20);

/// What the users of an attack share.
#[derive(Debug, Default)]
struct Shared {
    begun: OnceLock<Instant>,
    answers: AtomicU64,
}

/// Asks for tokens for so long.
///
/// # Errors
///
/// Fails if goose does not start.
pub async fn send(url: &str, length: Duration) -> io::Result<Turn> {
    let shared = Arc::new(Shared::default());
    let attack = GooseAttack::initialize_with_config(configuration(url))
        .map_err(io::Error::other)?
        .register_scenario(Scenario::new("token").register_transaction(token(&shared, length)));
    tokio::select! {
        done = attack.execute() => done.map(drop).map_err(io::Error::other)?,
        () = end(&shared, length) => {}
    }
    Ok(Turn {
        answers: shared.answers.load(Ordering::Relaxed),
        took: length,
        latencies: [Duration::ZERO; 3],
    })
}

fn token(shared: &Arc<Shared>, length: Duration) -> Transaction {
    let shared = Arc::clone(shared);
    let path = format!("/{}/login/token", crowd::customer(0));
    let authorization = crowd::basic(OPAQUE);
    let function: TransactionFunction = Arc::new(move |user| {
        let shared = Arc::clone(&shared);
        let (path, authorization) = (path.clone(), authorization.clone());
        Box::pin(async move {
            let begun = *shared.begun.get_or_init(Instant::now);
            let request = user
                .get_request_builder(&GooseMethod::Post, &path)?
                .header(header::AUTHORIZATION, authorization)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(FORM);
            let request = GooseRequest::builder().set_request_builder(request).build();
            let answer = user.request(request).await?;
            if let Ok(answer) = answer.response
                && answer.status().is_success()
                && answer.bytes().await.is_ok()
                && begun.elapsed() < length
            {
                shared.answers.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        })
    });
    Transaction::new(function)
}

async fn end(shared: &Shared, length: Duration) {
    loop {
        tokio::time::sleep(AGAIN).await;
        if shared
            .begun
            .get()
            .is_some_and(|begun| begun.elapsed() >= length)
        {
            trigger_killswitch("the turn is over");
        }
    }
}

fn configuration(url: &str) -> GooseConfiguration {
    let mut configuration = GooseConfiguration::default();
    configuration.host = Some(url.to_owned());
    configuration.users = Some(CONNECTIONS);
    configuration.increase_rate = Some("100000".to_owned());
    configuration.no_telnet = true;
    configuration.no_print_metrics = true;
    configuration.no_error_summary = true;
    configuration.quiet = 2;
    // Nothing here is on TLS: no authorities are loaded for each user.
    configuration.accept_invalid_certs = true;
    configuration
}
