//! Every lie about what follows a sign-in is noticed, by the checks that are there to notice it.

use std::collections::BTreeSet;

use conformance::{
    catalogue,
    description::{Usable, tenant::Served},
    doctor,
    plan::{Plan, Wanted},
    run::{self, stop::Stop},
    verdict::Verdict,
};
use futures_util::{StreamExt as _, stream};

use super::{
    liar::{HONEST, Liar, Lie},
    lies_about_claims, lies_about_introspection, lies_about_tokens,
};

/// A lie, and the checks that must not pass because of it.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) lie: Lie,
    pub(crate) noticed_by: &'static [&'static str],
}

/// Makes checks against somebody who lies so.
async fn judged(lie: Lie, ids: &[&str]) -> Vec<(&'static str, Verdict)> {
    let liar = Liar::start(lie).await;
    let served = Served::new(liar.url(), &fixtures::seed::demo());
    let usable = Usable::new(&served.description, None, &|name| served.variable(name))
        .expect("a good description");
    let session = doctor::open(&usable).await.expect("it is usable");
    let checks = catalogue::all()
        .into_iter()
        .filter(|check| ids.contains(&check.id));
    let plan = Plan::new(checks, &Wanted::default(), usable.mode, usable.offer());
    assert_eq!(plan.checks.len(), ids.len(), "{ids:?}");
    let finished = run::run(&session, &plan, &usable.options, &Stop::never(), &|_| {}).await;
    let records = finished.records.iter();
    records
        .map(|record| (record.check.id, record.verdict()))
        .collect()
}

/// Tells which checks did not notice.
async fn unnoticed(cases: &'static [Case]) -> Vec<String> {
    stream::iter(cases)
        .map(|case| async move {
            let verdicts = judged(case.lie, case.noticed_by).await;
            let missed = verdicts
                .into_iter()
                .filter(|(_, verdict)| !matches!(verdict, Verdict::Fail | Verdict::Warn));
            missed
                .map(|(id, verdict)| format!("{}: {id} says {}", case.name, verdict.as_str()))
                .collect::<Vec<_>>()
        })
        .buffered(4)
        .concat()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn lies_about_tokens_are_noticed() {
    assert_eq!(unnoticed(lies_about_tokens::CASES).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lies_about_tokens_that_are_out_are_noticed() {
    assert_eq!(unnoticed(lies_about_introspection::CASES).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lies_about_claims_are_noticed() {
    assert_eq!(unnoticed(lies_about_claims::CASES).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tells_everything_as_it_is_passes() {
    let cases = [
        lies_about_tokens::CASES,
        lies_about_introspection::CASES,
        lies_about_claims::CASES,
    ];
    let noticed_by = cases.iter().copied().flatten().map(|case| case.noticed_by);
    let ids: BTreeSet<&str> = noticed_by.flatten().copied().collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let verdicts = judged(HONEST, &ids).await;
    let blamed: Vec<_> = verdicts
        .iter()
        .filter(|(_, verdict)| *verdict != Verdict::Pass)
        .collect();
    assert!(blamed.is_empty(), "{blamed:?}");
}
