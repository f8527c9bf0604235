//! `--seed`: the same run twice.

use serde_json::Value;

use super::program::{proofhouse, status, stderr};

/// Runs the judge against the built-in server, one check at a time, and returns its report without what no seed decides:
/// the port that the machine gave, and whatever the machine's clock said.
fn report(seed: &str, arguments: &[&str]) -> Value {
    let fixed = ["check", "--seed", seed, "--jobs", "1", "--report", "json=-"];
    let output = proofhouse(&[&fixed[..], arguments].concat());
    assert_eq!(status(&output), 1, "{}", stderr(&output));
    let mut report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let url = report["target"]["url"].as_str().expect("an address");
    let (_, port) = url.rsplit_once(':').expect("a port");
    let port = port.to_owned();
    without_time(&mut report, &port);
    report
}

fn without_time(value: &mut Value, port: &str) {
    match value {
        Value::Object(members) => {
            for name in ["started", "duration_ms", "offset_ms", "date"] {
                members.remove(name);
            }
            members
                .values_mut()
                .for_each(|member| without_time(member, port));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| without_time(item, port)),
        Value::String(text) => *text = without_moments(&text.replace(port, "<port>")),
        Value::Number(number) if number.as_u64().is_some_and(is_present) => *value = "<now>".into(),
        _ => {}
    }
}

/// Takes moments out of a text: seconds since 1970, and times as profiles write them.
fn without_moments(text: &str) -> String {
    let mut shown = String::new();
    for word in text.split_inclusive(|char: char| !char.is_ascii_alphanumeric() && char != ':') {
        let (word, end) = match word.char_indices().last() {
            Some((at, last)) if !last.is_ascii_alphanumeric() => word.split_at(at),
            _ => (word, ""),
        };
        let is_time = word.len() == 11 && word.contains('T') && word.ends_with('Z');
        let is_moment = word.parse().is_ok_and(is_present);
        shown.push_str(if is_moment || is_time { "<now>" } else { word });
        shown.push_str(end);
    }
    shown
}

/// Tells whether a number is a second of these decades.
fn is_present(number: u64) -> bool {
    (1_700_000_000..2_500_000_000).contains(&number)
}

#[test]
fn the_same_seed_makes_the_same_report_failures_and_exchanges_included() {
    // The server answers 401, so what is pinned fails.
    let pinned = [
        "--reading",
        "rejected-token=403",
        "--only",
        "config.*",
        "--only",
        "login.token.*",
        "--only",
        "auth-ui.*",
        "--only",
        "sessions.*",
    ];
    let [first, second] = ["7", "7"].map(|seed| report(seed, &pinned));
    assert!(first["summary"]["fail"].as_u64() > Some(0));
    let exchanges = first["checks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|check| check["verdict"] == "fail")
        .all(|check| {
            check["exchanges"]
                .as_array()
                .is_some_and(|list| !list.is_empty())
        });
    assert!(exchanges, "a failure has its evidence");
    assert_eq!(first["run"], second["run"]);
    let checks = |report: &Value| report["checks"].as_array().cloned().expect("a list");
    for (one, other) in checks(&first).iter().zip(&checks(&second)) {
        assert_eq!(one, other, "{}", one["id"]);
    }
    assert_eq!(first, second);
}

#[test]
fn another_seed_makes_another_run() {
    let pinned = [
        "--reading",
        "rejected-token=403",
        "--only",
        "config.bearer.*",
    ];
    let [first, second] = ["7", "8"].map(|seed| report(seed, &pinned));
    assert_ne!(first["run"], second["run"]);
    assert_ne!(first["checks"], second["checks"]);
}
