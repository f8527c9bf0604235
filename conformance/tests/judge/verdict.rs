//! What weighs how much, and what depends on the readings of the target.

use conformance::{
    check::{Check, Need},
    run::{Record, stop::Stop},
    verdict::{Mismatch, NotPassed, Verdict},
};
use fixtures::clauses::Mark;
use serde_json::json;

use super::subject;

/// Returns the ids of a clause that somebody wrote and of one that was inferred.
fn marks() -> (&'static str, &'static str) {
    let of = |is_wanted: fn(Mark) -> bool| {
        fixtures::clauses::all()
            .iter()
            .find(|clause| is_wanted(clause.mark))
            .map(|clause| clause.id.as_str())
            .expect("there are clauses of every mark")
    };
    (
        of(|mark| mark != Mark::Inferred),
        of(|mark| mark == Mark::Inferred),
    )
}

#[tokio::test]
async fn only_what_was_written_fails_a_run() {
    const FAILS: Check = subject::check("x.y.fails", |_| {
        Box::pin(async { Err(Mismatch::new("status", [json!(1)], json!(2)).into()) })
    });
    let (written, inferred) = marks();
    let cites = |clauses: &[&'static str]| -> &'static [&'static str] { clauses.to_vec().leak() };
    let check = |id, clauses: &[&'static str]| Check {
        id,
        cites: cites(clauses),
        ..FAILS
    };
    let checks = [
        check("x.1", &[written]),
        check("x.2", &[inferred]),
        check("x.3", &[inferred, written]),
        check("x.4", &["unknown-clause"]),
    ];
    let session = subject::unasked("http://127.0.0.1:1", std::time::Duration::from_secs(1));
    let finished = subject::judge(&session, &checks, &Stop::never()).await;
    let verdicts: Vec<Verdict> = finished.records.iter().map(Record::verdict).collect();
    assert_eq!(
        verdicts,
        [Verdict::Fail, Verdict::Warn, Verdict::Fail, Verdict::Fail]
    );
}

#[tokio::test]
async fn a_reading_that_another_check_observes_decides_who_is_made() {
    const OBSERVES: Check = subject::check("x.z.observes", |target| {
        Box::pin(async { Ok(target.reading("rejected-token", 403)?) })
    });
    const HOLDS: Check = subject::check("x.a.holds", |_| Box::pin(async { Ok(()) }));
    let with = |id, reading, answer| Check {
        id,
        needs: vec![Need::Reading {
            id: reading,
            answer,
        }]
        .leak(),
        ..HOLDS
    };
    let checks = [
        OBSERVES,
        with("x.a.under-401", "rejected-token", "401"),
        with("x.a.under-403", "rejected-token", "403"),
        with("x.a.unobserved", "bare-config", "nothing-below"),
    ];
    let session = subject::unasked("http://127.0.0.1:1", std::time::Duration::from_secs(1));
    let finished = subject::judge(&session, &checks, &Stop::never()).await;
    let reasons: Vec<String> = finished
        .records
        .iter()
        .map(|record| match &record.outcome {
            Err(NotPassed::Skip(skip)) => skip.reason.clone(),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        reasons,
        [
            "it holds where `rejected-token` is `401`; the target gives `403`",
            "Ok(())",
            "it holds where `bare-config` is `nothing-below`, and no check has observed it; pin it with `--reading bare-config=...`",
            "Ok(())",
        ]
    );
}

#[test]
fn readings_hold_the_target_to_one_answer() {
    use conformance::readings::Observed;
    let open = Observed::default();
    assert_eq!(open.report("one", "rejected-token", "403"), Ok(()));
    assert_eq!(open.report("two", "rejected-token", "403"), Ok(()));
    let changed = open
        .report("three", "rejected-token", "401")
        .expect_err("it gave another one before");
    assert_eq!(changed.expected, [json!("403")]);
    let seen = &open.all()["rejected-token"];
    assert_eq!(seen.answer, "403");
    assert!(seen.checks.iter().eq(["one", "two"]) && !seen.is_pinned);
    let unlisted = open
        .report("four", "rejected-token", "402")
        .expect_err("not listed");
    assert_eq!(unlisted.expected, [json!("401"), json!("403")]);

    let pinned = Observed::new([("rejected-token".to_owned(), "401".to_owned())].into());
    let mismatch = pinned
        .report("one", "rejected-token", "403")
        .expect_err("pinned");
    assert!(pinned.all()["rejected-token"].is_pinned);
    assert!(mismatch.what.contains("pinned"), "{}", mismatch.what);
    assert_eq!(pinned.answer("rejected-token").as_deref(), Some("401"));
}
