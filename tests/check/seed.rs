//! `--seed`: the same run twice.

use serde_json::Value;

use super::program::{proofhouse, status, stderr};

/// Checks about whose exchanges the machine decides: who wins when several requests race each other, and how often the judge looks before
/// a notification has arrived. How much the server draws for them depends on that, too, and so does what it draws for later checks.
const UP_TO_THE_MACHINE: [&str; 6] = [
    "--skip",
    "*.races.*",
    "--skip",
    "*-at-once",
    "--skip",
    "webhooks.*",
];

/// Runs the judge against the built-in server, one check at a time, and returns its report without what no seed decides: the
/// ports that the machine gave, when the run began, how long everything took, and the header field with the machine's time.
fn report(seed: &str, arguments: &[&str]) -> Value {
    let fixed = ["check", "--seed", seed, "--jobs", "1", "--report", "json=-"];
    let output = proofhouse(&[&fixed[..], arguments].concat());
    assert_eq!(status(&output), 1, "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).expect("text");
    let text = without_ports(&without_ports(&text, "127.0.0.1:"), "127.0.0.1%3A");
    let mut report = serde_json::from_str(&text).expect("JSON");
    without_time(&mut report);
    report
}

/// Leaves out the digits after an address: the ports of the server and of the judge's listener.
fn without_ports(text: &str, address: &str) -> String {
    let mut parts = text.split(address);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept += address;
        kept += part.trim_start_matches(|letter: char| letter.is_ascii_digit());
    }
    kept
}

fn without_time(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in ["started", "duration_ms", "offset_ms", "date"] {
                members.remove(name);
            }
            members.values_mut().for_each(without_time);
        }
        Value::Array(items) => items.iter_mut().for_each(without_time),
        _ => {}
    }
}

#[test]
fn the_same_seed_makes_the_same_report_failures_and_exchanges_included() {
    // The server answers 401, so what is pinned fails.
    let pinned = ["--reading", "rejected-token=403"];
    let arguments = [&pinned[..], &UP_TO_THE_MACHINE].concat();
    let [first, second] = ["7", "7"].map(|seed| report(seed, &arguments));
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
