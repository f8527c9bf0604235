//! What a mode does not allow never reaches the target, whatever a check tries.

use std::sync::Arc;

use conformance::{check::Check, doctor, run::stop::Stop, verdict::NotPassed};
use reference_server::TestServer;
use serde_json::json;

use super::subject;

const CHECKS: &[Check] = &[
    subject::check("x.y.ignores-what-comes-back", |target| {
        Box::pin(async {
            let made = target.make_token_policy(json!({})).await;
            drop(made);
            Ok(())
        })
    }),
    subject::check("x.y.reads", |target| {
        Box::pin(async {
            target.administrator().get("config/tokenPolicies").await?;
            Ok(())
        })
    }),
];

#[tokio::test]
async fn a_check_that_does_more_than_it_says_is_held_back() {
    let server = TestServer::start().await;
    let (_, secret) = server.configuration_client();
    let mut description = subject::description(&server.url());
    description.mode = Some("read-only".to_owned());
    let usable = subject::usable(description, secret);
    let session = doctor::open(&usable).await.expect("usable");
    let _kept = server.journal();
    let finished = subject::judge(&session, CHECKS, &Stop::never()).await;
    let Err(NotPassed::Skip(skip)) = &finished.records[0].outcome else {
        panic!("{:?}", finished.records[0].outcome);
    };
    let told = &skip.reason;
    assert!(told.starts_with("it sends `POST /"), "{told}");
    assert!(told.ends_with("; the mode is `read-only`"), "{told}");
    assert_eq!(finished.records[1].outcome, Ok(()));
    let entries = server.journal().since(0);
    assert!(
        entries.iter().all(|entry| entry.method == "GET"),
        "{entries:?}"
    );
    assert!(!entries.is_empty());
}

#[tokio::test]
async fn what_was_there_before_is_not_written_to() {
    const CHECKS: &[Check] = &[subject::check("x.y.removes-all", |target| {
        Box::pin(async {
            let administrator = target.administrator();
            let list = administrator.get("config/clients").await?.json()?;
            let clients = list["_embedded"]["clients"].as_array().cloned();
            for client in clients.unwrap_or_default() {
                let id = client["id"].as_str().unwrap_or_default();
                let gone = administrator.delete(format!("config/clients/{id}")).await;
                drop(gone);
            }
            Ok(())
        })
    })];
    let server = TestServer::start().await;
    let before = server.state_hash();
    let (_, secret) = server.configuration_client();
    let usable = subject::usable(subject::description(&server.url()), secret);
    let session = doctor::open(&usable).await.expect("usable");
    let finished = subject::judge(&Arc::clone(&session), CHECKS, &Stop::never()).await;
    let outcome = &finished.records[0].outcome;
    assert!(matches!(outcome, Err(NotPassed::Skip(_))), "{outcome:?}");
    assert_eq!(server.state_hash(), before);
}
