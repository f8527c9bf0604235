//! `--seed`: the same run twice.

use serde_json::Value;

use super::program::{proofhouse, status, stderr};

/// Part of the ids of checks that let several requests race each other: who wins is up to the machine.
const RACES: &str = ".races.";

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
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = rest.len()
            - rest
                .trim_start_matches(|char: char| char.is_ascii_digit())
                .len();
        let moment = match rest.get(..20) {
            Some(time) if is_time(time) => 20,
            _ if rest[..digits].parse().is_ok_and(is_present) => digits,
            _ => 0,
        };
        let (passed, shows) = match moment {
            0 => (digits.max(first.len_utf8()), None),
            length => (length, Some("<now>")),
        };
        shown.push_str(shows.unwrap_or(&rest[..passed]));
        rest = &rest[passed..];
    }
    shown
}

/// Tells whether a text has the form of `2026-01-31T12:00:00Z`.
fn is_time(text: &str) -> bool {
    text.bytes()
        .zip("0000-00-00T00:00:00Z".bytes())
        .all(|(given, wanted)| match wanted {
            b'0' => given.is_ascii_digit(),
            _ => given == wanted,
        })
}

/// Tells whether a number is a second of these decades.
fn is_present(number: u64) -> bool {
    (1_700_000_000..2_500_000_000).contains(&number)
}

#[test]
fn moments_are_all_that_is_taken_out() {
    let text = "{\"iat\":1796021700,\"at\":\"2026-11-30T06:55:00Z\",\"n\":17,\"x\":\"é2026-11\"}";
    let expected = "{\"iat\":<now>,\"at\":\"<now>\",\"n\":17,\"x\":\"é2026-11\"}";
    assert_eq!(without_moments(text), expected);
}

#[test]
fn the_same_seed_makes_the_same_report_failures_and_exchanges_included() {
    // The server answers 401, so what is pinned fails.
    let pinned = [
        "--reading",
        "rejected-token=403",
        "--only",
        "config.bearer.*",
        "--only",
        "login.introspect.*",
        "--only",
        "login.races.code.*",
        "--only",
        "auth-ui.logout.*",
        "--only",
        "sessions.*",
    ];
    let [mut first, mut second] = ["7", "7"].map(|seed| report(seed, &pinned));
    for check in [&mut first, &mut second]
        .into_iter()
        .flat_map(|report| report["checks"].as_array_mut().into_iter().flatten())
    {
        if check["id"].as_str().is_some_and(|id| id.contains(RACES)) {
            check["exchanges"].take();
        }
    }
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
