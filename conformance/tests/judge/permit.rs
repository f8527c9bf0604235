//! What a mode does not allow never reaches the target, whatever a check tries.

use std::sync::Arc;

use conformance::{
    check::Check, doctor, http::Request, run::stop::Stop, target::Target, verdict::NotPassed,
};
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

/// Returns the path of a subscription that nobody made in this run, as a target may take it.
fn spelled(id: &str) -> [String; 3] {
    let first = id.chars().next().unwrap_or_default();
    let encoded = format!("%{:02X}{}", u32::from(first), &id[first.len_utf8()..]);
    [id.to_owned(), id.to_ascii_uppercase(), encoded]
}

/// Everything that writes below a subscription.
const WRITES: [(&str, &str); 8] = [
    ("PATCH", ""),
    ("PUT", ""),
    ("DELETE", ""),
    ("POST", "/test"),
    ("POST", "/exports"),
    ("POST", "/events/exports"),
    ("DELETE", "/exports/11111111-2222-4333-8444-555555555555"),
    (
        "POST",
        "/events/11111111-2222-4333-8444-555555555555/redeliver",
    ),
];

#[tokio::test]
async fn a_subscription_that_was_there_before_is_not_written_to() {
    const CHECKS: &[Check] = &[subject::check("x.y.writes-everywhere", |target| {
        Box::pin(async {
            let administrator = target.administrator();
            let list = administrator.get("webhooks/subscriptions").await?.json()?;
            let subscriptions = list["_embedded"]["subscriptions"].as_array().cloned();
            for subscription in subscriptions.unwrap_or_default() {
                for id in spelled(subscription["id"].as_str().unwrap_or_default()) {
                    for (method, rest) in WRITES {
                        let method = method.parse().expect("a method");
                        let path = format!("webhooks/subscriptions/{id}{rest}");
                        let mut request = Request::new(method, path);
                        if rest.is_empty() {
                            let body = json!({ "enabled": true }).to_string();
                            request = request.raw("application/merge-patch+json", body);
                        }
                        drop(administrator.send(request).await);
                    }
                }
            }
            Ok(())
        })
    })];
    let server = TestServer::builder().journal().start().await;
    let (_, secret) = server.configuration_client();
    let usable = subject::usable(subject::description(&server.url()), secret);
    let foreign = doctor::open(&usable).await.expect("usable");
    let foreign = Target::new(foreign, "x.y.somebody-else");
    let body = json!({ "title": "Orders", "endpoint": "https://1.1.1.1/hook", "events": [], "enabled": false });
    let made = foreign
        .administrator()
        .post("webhooks/subscriptions", body)
        .await
        .expect("an answer");
    assert_eq!(made.status(), 201);
    let before = server.state_hash();
    let last = server.journal().since(0).last().map(|entry| entry.number);

    let session = doctor::open(&usable).await.expect("usable");
    let finished = subject::judge(&session, CHECKS, &Stop::never()).await;
    let outcome = &finished.records[0].outcome;
    assert!(matches!(outcome, Err(NotPassed::Skip(_))), "{outcome:?}");
    assert_eq!(server.state_hash(), before);
    let entries = server.journal().since(last.unwrap_or_default());
    let is_below = |entry: &&reference_server::Entry| entry.path.contains("/webhooks/");
    let asked: Vec<_> = entries.iter().filter(is_below).collect();
    assert!(!asked.is_empty(), "the list was asked for");
    assert!(asked.iter().all(|entry| entry.method == "GET"), "{asked:?}");
}
