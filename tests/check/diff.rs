//! Two reports, and two deployments, side by side.

use std::process::Output;

use serde_json::Value;

use super::{
    program::{proofhouse, run, status, stderr, stdout},
    served::{Served, shown},
};

/// Judges what has to do with rejected tokens, held to 401.
async fn judge(served: &Served, extra: &[&str]) -> Output {
    let target = shown(&served.target());
    let mut arguments = vec![
        "check",
        "--target",
        &target,
        "--only",
        "config.bearer.*",
        "--quiet",
    ];
    arguments.extend(["--reading", "rejected-token=401"]);
    arguments.extend(extra);
    run(arguments.into_iter().map(str::to_owned).collect()).await
}

async fn report(served: &Served) -> String {
    let file = shown(&served.folder.path().join("report.json"));
    let output = judge(served, &["--report", &format!("json={file}")]).await;
    assert!([0, 1].contains(&status(&output)), "{}", stderr(&output));
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_regression_is_found_and_in_the_other_direction_it_is_fixed() {
    let good = Served::start().await;
    let other = Served::reading("rejected-token=403").await;
    let (good, other) = (report(&good).await, report(&other).await);

    let same = proofhouse(&["diff", &good, &good]);
    assert_eq!(status(&same), 0, "{}", stderr(&same));
    assert!(stdout(&same).contains("0 regression, 0 changed, 0 fixed, 0 new, 0 gone"));

    let worse = proofhouse(&["diff", &good, &other]);
    assert_eq!(status(&worse), 1, "{}", stderr(&worse));
    let text = stdout(&worse);
    for told in [
        "pass   -> fail    config.bearer.near-misses-are-rejected",
        "expected \"401\", actual \"403\"",
        "rejected-token",
    ] {
        assert!(text.contains(told), "`{told}` in {text}");
    }

    let better = proofhouse(&["diff", "--json", &other, &good]);
    assert_eq!(status(&better), 0, "{}", stderr(&better));
    let diff: Value = serde_json::from_slice(&better.stdout).expect("JSON");
    let schema = fixtures::schemas::find("diff").expect("there is a schema");
    let schema = serde_json::from_str(schema.text).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let errors: Vec<String> = validator
        .iter_errors(&diff)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0]);
    assert_eq!(diff["summary"]["fixed"], 1);
    assert_eq!(diff["summary"]["regression"], 0);
    assert_eq!(diff["readings"][0]["before"], "403");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_report_is_named_with_its_field() {
    let served = Served::start().await;
    let file = report(&served).await;
    let text = std::fs::read_to_string(&file).expect("there");
    let bad = shown(&served.folder.path().join("bad.json"));
    std::fs::write(&bad, text.replacen("\"pass\",", "\"maybe\",", 1)).expect("written");
    let output = proofhouse(&["diff", &file, &bad]);
    assert_eq!(status(&output), 2, "{}", stdout(&output));
    let told = stderr(&output);
    assert!(
        told.contains(&bad) && told.contains("`checks[0].verdict`"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_deployments_are_judged_in_one_run() {
    let ours = Served::reading("rejected-token=403").await;
    let vendor = Served::start().await;
    let against = shown(&vendor.target());
    let before = shown(&vendor.folder.path().join("vendor.json"));
    let written = format!("json={before}");

    let extra = ["--against", &against, "--against-report", &written];
    let output = judge(&ours, &extra).await;
    assert_eq!(status(&output), 1, "{}{}", stdout(&output), stderr(&output));
    assert!(
        stdout(&output).contains("regression (1)"),
        "{}",
        stdout(&output)
    );
    let report: Value =
        serde_json::from_slice(&std::fs::read(&before).expect("there")).expect("JSON");
    assert_eq!(report["target"]["url"], vendor.server.url());

    // What both violate is no finding.
    let output = judge(&ours, &["--against", &shown(&ours.target())]).await;
    assert_eq!(status(&output), 0, "{}{}", stdout(&output), stderr(&output));
    assert!(
        stdout(&output).contains("0 regression"),
        "{}",
        stdout(&output)
    );

    let output = judge(&ours, &["--against", &against, "--report", "json=-"]).await;
    assert_eq!(status(&output), 1, "{}", stderr(&output));
    serde_json::from_slice::<Value>(&output.stdout).expect("nothing but JSON on standard output");
    assert!(
        stderr(&output).contains("regression (1)"),
        "{}",
        stderr(&output)
    );
}
