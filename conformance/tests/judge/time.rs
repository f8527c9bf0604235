//! Time passes by the clock of the target, or by waiting with leave, or not at all; and whoever forgets an end is noticed.

use std::{sync::Arc, time::Duration};

use conformance::{
    catalogue,
    check::Need,
    description::{Usable, file::Control, tenant::Served},
    plan::{Plan, Wanted},
    run::{self, Record, stop::Stop},
    target::Session,
    verdict::{NotPassed, Verdict},
};
use reference_server::{Clock, Moment, TestServer};

async fn server() -> TestServer {
    TestServer::builder()
        .clock(Clock::running())
        .control()
        .start()
        .await
}

/// Makes the checks that a glob names. `control` is where the clock is said to be.
async fn judge(server: &TestServer, control: Option<String>, only: &str) -> Vec<Record> {
    let mut served = Served::new(server.url(), &fixtures::seed::demo());
    served.description.control = control.map(Control::at);
    let usable = Usable::new(&served.description, Some(0), &|name| served.variable(name))
        .expect("a usable description");
    let session = Arc::new(Session::new(usable.settings.clone()).expect("a session"));
    let wanted = Wanted::new(&[only.to_owned()], &[]).expect("a glob");
    let plan = Plan::new(catalogue::all(), &wanted, usable.mode, usable.offer());
    run::run(&session, &plan, &usable.options, &Stop::never(), &|_| {})
        .await
        .records
}

#[tokio::test]
async fn the_clock_of_the_target_is_moved_and_nobody_waits() {
    let server = server().await;
    let before = server.clock().now();
    let records = judge(&server, server.control_url(), "config.bearer.*").await;
    for record in &records {
        // One of them holds under another reading only.
        let verdict = record.verdict();
        assert!(
            matches!(verdict, Verdict::Pass | Verdict::Skip),
            "{record:?}"
        );
    }
    assert!(server.clock().now() >= before + Duration::from_secs(125));
    let timed = |record: &&Record| {
        let mut needs = record.check.needs.iter();
        needs.any(|need| matches!(need, Need::Time { .. }))
    };
    let last = records.iter().max_by_key(|record| record.offset);
    let last = last.filter(timed).expect("what moves the clock is last");
    assert_eq!(last.verdict(), Verdict::Pass, "{last:?}");
    assert!(last.duration < Duration::from_secs(60), "nobody waited");
}

#[tokio::test]
async fn without_a_clock_and_without_leave_nothing_is_sent() {
    let server = server().await;
    let records = judge(&server, None, "config.bearer.good-for-its-lifetime").await;
    let Err(NotPassed::Skip(skip)) = &records[0].outcome else {
        panic!("{records:?}");
    };
    assert_eq!(
        skip.to_string(),
        "it takes time: describe `control`, or let it wait with `--slow`"
    );
}

/// The control API of another server moves another clock: here nothing ever expires.
#[tokio::test]
async fn whoever_lets_nothing_expire_is_noticed() {
    let (server, other) = (server().await, server().await);
    for id in [
        "config.bearer.good-for-its-lifetime",
        "login.token.code.expires-as-if-unknown",
        "login.token.code.ten-minutes-at-most",
        "login.token.refresh.good-for-its-lifetime",
        "login.userinfo.expired-token",
        "login.introspect.active.until-expired",
        "login.authorize.max-age-of-an-hour",
    ] {
        let records = judge(&server, other.control_url(), id).await;
        assert_eq!(records.len(), 1, "{id}");
        assert!(
            matches!(records[0].outcome, Err(NotPassed::Mismatch(_))),
            "{id}: {:?}",
            records[0].outcome
        );
    }
}

/// A control API that refuses is no fault of what is judged.
#[tokio::test]
async fn a_clock_that_cannot_be_moved_leaves_nothing_observed() {
    let server = server().await;
    let records = judge(&server, Some(server.url()), "config.bearer.good-for-*").await;
    assert_eq!(records[0].verdict(), Verdict::Broken, "{records:?}");
}

#[tokio::test]
async fn the_present_is_that_of_the_target() {
    let server = server().await;
    server
        .clock()
        .set(Moment::parse("2040-01-01T00:00:00Z").expect("a time"));
    let only = "login.id-token.when.issued-before-it-expires";
    let here = judge(&server, None, only).await;
    assert_eq!(here[0].verdict(), Verdict::Fail, "{here:?}");
    let there = judge(&server, server.control_url(), only).await;
    assert_eq!(there[0].verdict(), Verdict::Pass, "{there:?}");
}
