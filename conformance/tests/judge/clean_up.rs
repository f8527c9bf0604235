//! Whatever a check makes is gone after it, however it ends.

use std::{sync::Arc, time::Duration};

use conformance::{
    check::Check,
    http::Request,
    run::stop::{self, Stop},
    sweep,
    target::{Session, Target, owned::Object},
    verdict::{Broken, Mismatch, NotPassed, Outcome},
};
use serde_json::json;

use super::{
    peer::{self, Peer, Reply},
    subject,
};

async fn nothing_is_left(session: &Arc<Session>) {
    let found = sweep::find(session).await.expect("the lists are readable");
    assert_eq!(found, []);
}

async fn make_three(target: &Target) -> Result<(), NotPassed> {
    target
        .make_configuration_client(&["*:config/clients"])
        .await?;
    target.make_login_policy(json!({})).await?;
    Ok(())
}

#[tokio::test]
async fn after_every_way_to_end() {
    const CHECKS: &[Check] = &[
        subject::check("x.y.passes", |target| Box::pin(make_three(target))),
        subject::check("x.y.mismatches", |target| {
            Box::pin(async {
                make_three(target).await?;
                Err(Mismatch::new("status", [json!(1)], json!(2)).into())
            })
        }),
        subject::check("x.y.panics", |target| {
            Box::pin(async {
                make_three(target).await?;
                panic!("on purpose")
            })
        }),
        subject::check("x.y.never-ends", |target| {
            Box::pin(async {
                make_three(target).await?;
                std::future::pending().await
            })
        }),
    ];
    let (_server, session) = subject::served().await;
    let finished = subject::judge(&session, CHECKS, &Stop::never()).await;
    let outcomes: Vec<&Outcome> = finished
        .records
        .iter()
        .map(|record| &record.outcome)
        .collect();
    assert!(
        matches!(outcomes[0], Err(NotPassed::Mismatch(_))),
        "{outcomes:?}"
    );
    assert_eq!(
        outcomes[1],
        &Err(Broken::TimeLimit(subject::TIME_LIMIT).into())
    );
    assert_eq!(
        outcomes[2],
        &Err(Broken::Panic("on purpose".to_owned()).into())
    );
    assert_eq!(outcomes[3], &Ok(()));
    assert_eq!(finished.leftovers, []);
    nothing_is_left(&session).await;
}

#[tokio::test]
async fn after_a_stop_in_the_middle() {
    const CHECKS: &[Check] = &[subject::check("x.y.never-ends", |target| {
        Box::pin(async {
            make_three(target).await?;
            std::future::pending().await
        })
    })];
    let (_server, session) = subject::served().await;
    let (stopper, stop) = stop::pair();
    let stopping = async {
        // The policy is made first: once it is there, the check is in the middle.
        while sweep::find(&session)
            .await
            .is_ok_and(|found| found.is_empty())
        {
            tokio::task::yield_now().await;
        }
        stopper.stop();
    };
    let (finished, ()) = tokio::join!(subject::judge(&session, CHECKS, &stop), stopping);
    assert!(finished.is_interrupted);
    assert_eq!(finished.records[0].outcome, Err(Broken::Interrupted.into()));
    nothing_is_left(&session).await;
}

#[tokio::test]
async fn what_a_check_deletes_itself_is_not_deleted_twice() {
    const CHECKS: &[Check] = &[subject::check("x.y.deletes", |target| {
        Box::pin(async {
            let id = target.make_token_policy(json!({})).await?;
            let path = format!("config/tokenPolicies/{id}");
            target.administrator().delete(&path).await?;
            Ok(())
        })
    })];
    let (_server, session) = subject::served().await;
    let finished = subject::judge(&session, CHECKS, &Stop::never()).await;
    assert_eq!(finished.records[0].outcome, Ok(()));
    nothing_is_left(&session).await;
}

#[tokio::test]
async fn a_policy_of_somebody_else_is_never_deleted() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    const CHECKS: &[Check] = &[subject::check("x.y.makes", |target| {
        Box::pin(async {
            let request = Request::post("config/tokenPolicies").json(json!({}));
            target.administrator().send(request).await?;
            Ok(())
        })
    })];
    static DELETED: AtomicUsize = AtomicUsize::new(0);
    // The peer claims to have made what was there before.
    let existing = "11111111-2222-4333-8444-555555555555";
    let peer = Peer::start(move |method, path, _| match (method, path.rsplit('/').next()) {
        ("GET", Some("tokenPolicies")) => peer::json(
            200,
            &json!({"total": 1, "_embedded": {"tokenPolicies": [{"id": existing, "title": "shop",
                "_links": {"self": {"href": format!("/{}/config/tokenPolicies/{existing}", subject::CUSTOMER)}}}]}}),
        ),
        ("POST", Some("tokenPolicies")) => peer::json(201, &json!(existing)),
        ("DELETE", _) => {
            DELETED.fetch_add(1, Ordering::Relaxed);
            Reply::Silence
        }
        _ => peer::well_behaved(method, path),
    })
    .await;
    let usable = subject::usable(subject::description(&peer.url()), subject::SECRET);
    // What the doctor asks without a token is answered as if there were one: good enough for it.
    let session = conformance::doctor::open(&usable).await.expect("usable");
    subject::judge(&session, CHECKS, &Stop::never()).await;
    assert_eq!(DELETED.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn an_id_that_leads_elsewhere_is_never_asked_for() {
    const CHECKS: &[Check] = &[subject::check("x.y.makes", |target| {
        Box::pin(async {
            let request = Request::post("config/tokenPolicies").json(json!({}));
            target.administrator().send(request).await?;
            Ok(())
        })
    })];
    let peer = Peer::start(|method, path, _| {
        assert!(!path.contains(".."), "{method} {path}");
        match (method, path.rsplit('/').next()) {
            ("POST", Some("tokenPolicies")) => peer::json(201, &json!("../clients/x")),
            ("DELETE", _) => panic!("nothing is known to be ours: {path}"),
            _ => peer::well_behaved(method, path),
        }
    })
    .await;
    let session = subject::unasked(&peer.url(), Duration::from_secs(2));
    let finished = subject::judge(&session, CHECKS, &Stop::never()).await;
    // The run looked through the lists instead, and found nothing of its own.
    assert_eq!(finished.leftovers, []);
}

#[tokio::test]
async fn what_cannot_be_removed_is_reported() {
    const CHECKS: &[Check] = &[subject::check("x.y.makes", |target| {
        Box::pin(async {
            let request = Request::post("config/tokenPolicies").json(json!({}));
            target.administrator().send(request).await?;
            Ok(())
        })
    })];
    let id = "11111111-2222-4333-8444-555555555555";
    let peer = Peer::start(
        move |method, path, _| match (method, path.rsplit('/').next()) {
            ("POST", Some("tokenPolicies")) => peer::json(201, &json!(id)),
            ("DELETE", _) => peer::json(403, &json!({"errors": "Forbidden"})),
            _ => peer::well_behaved(method, path),
        },
    )
    .await;
    let session = subject::unasked(&peer.url(), Duration::from_secs(2));
    let finished = subject::judge(&session, CHECKS, &Stop::never()).await;
    let paths: Vec<String> = finished.leftovers.iter().map(Object::path).collect();
    assert_eq!(paths, [format!("config/tokenPolicies/{id}")]);
}

#[tokio::test]
async fn a_sweep_takes_what_runs_left_and_nothing_else() {
    let (server, session) = subject::served().await;
    let before = sweep::find(&session).await.expect("the lists are readable");
    assert_eq!(before, [], "the demo tenant is nobody's leftover");
    // Made past the ledger, as by a run that was killed.
    let target = Target::new(Arc::clone(&session), "x.y.killed");
    make_three(&target).await.expect("made");
    drop(target);

    let (_, secret) = server.configuration_client();
    let usable = subject::usable(subject::description(&server.url()), secret);
    let later = conformance::doctor::open_to_sweep(&usable)
        .await
        .expect("usable");
    let found = sweep::find(&later).await.expect("the lists are readable");
    assert_eq!(found.len(), 3);
    let swept = sweep::remove(&later, found).await;
    assert_eq!((swept.removed.len(), swept.left.len()), (3, 0));
    nothing_is_left(&later).await;
    let clients = target_clients(&later).await;
    assert!(clients >= 3, "the demo tenant's {clients} clients stay");
}

async fn target_clients(session: &Arc<Session>) -> usize {
    let target = Target::new(Arc::clone(session), "x.y.count");
    let answer = target
        .administrator()
        .get("config/clients")
        .await
        .expect("a list");
    let body = answer.json().expect("JSON");
    body["_embedded"]["clients"]
        .as_array()
        .expect("a list")
        .len()
}
