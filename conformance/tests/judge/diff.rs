//! Two reports side by side, with every kind of change in them.

use conformance::{
    diff::{Diff, Judged},
    report::Report,
    verdict::Verdict,
};
use serde_json::{Value, json};

use super::report::sample;

/// Makes two reports of which each check came to something else in the second, and one is in either alone.
async fn two() -> (Report, Report) {
    let (before, _peer) = sample().await;
    let mut after = before.clone();
    let verdicts = [
        Verdict::Pass,
        Verdict::Fail,
        Verdict::Warn,
        Verdict::Pass,
        Verdict::Broken,
    ];
    for (entry, verdict) in after.entries.iter_mut().zip(verdicts) {
        entry.verdict = verdict;
        entry.duration *= 3;
    }
    after.entries[5].id = "sample.two.is-new";
    after.readings.clear();
    (before, after)
}

#[tokio::test]
async fn every_kind_of_change_is_told() {
    let (before, after) = two().await;
    let diff = Diff::new(&Judged::from(&before), &Judged::from(&after));
    assert!(diff.has_regressions() && diff.has_lost_sight());
    let told: Vec<String> = diff
        .changes
        .iter()
        .map(|change| {
            let word = |verdict: Option<Verdict>| verdict.map_or("-", Verdict::as_str);
            let (before, after) = (word(change.before), word(change.after));
            format!(
                "{} {}: {before} -> {after}",
                change.kind.as_str(),
                change.id
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    regression sample.one.passes: pass -> fail
    changed sample.two.is-broken: broken -> pass
    changed sample.two.is-known: known -> broken
    fixed sample.one.fails: fail -> pass
    new sample.two.is-new: - -> skip
    gone sample.two.is-skipped: skip -> -
    ");
    assert_eq!(diff.summary["same"], 1);
    assert_eq!(diff.durations.ratio, Some(3.0));
    assert_eq!(diff.readings[0].before.as_deref(), Some("401"));
    assert_eq!(diff.readings[0].after, None);
}

#[tokio::test]
async fn what_is_written_is_what_the_schema_says() {
    let schema = fixtures::schemas::find("diff").expect("there is a schema");
    let schema = serde_json::from_str(schema.text).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let (before, after) = two().await;
    let mut value = json!(Diff::new(&Judged::from(&before), &Judged::from(&after)));
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0]);
    let kinds = |value: &Value| value["changes"].as_array().map(Vec::len);
    assert_eq!(kinds(&value), Some(6));
    value["changes"][0]["after"] = json!("pass");
    assert!(!validator.is_valid(&value), "a regression fails");
}
