//! `check --record` and `judge`.

use std::fs;

use serde_json::Value;

use super::program::{proofhouse, status, stderr, stdout};

#[test]
fn a_recorded_run_is_judged_again_without_its_target() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("run.jsonl").display().to_string();
    let only = ["--only", "config.bearer.*", "--only", "login.id-token.*"];
    let mut arguments = vec!["check", "--record", &file, "--report", "json=-"];
    arguments.extend(only);
    let before = proofhouse(&arguments);
    assert_eq!(status(&before), 0, "{}", stderr(&before));
    let again = proofhouse(&["judge", &file, "--report", "json=-"]);
    assert_eq!(status(&again), 0, "{}{}", stdout(&again), stderr(&again));
    let verdicts = |bytes: &[u8]| {
        let report: Value = serde_json::from_slice(bytes).expect("JSON");
        let checks = report["checks"].as_array().expect("a list").clone();
        let verdicts = checks.into_iter().map(|check| {
            let verdict = check["verdict"].clone();
            (check["id"].clone(), verdict)
        });
        verdicts.collect::<Vec<_>>()
    };
    assert_eq!(verdicts(&again.stdout), verdicts(&before.stdout));

    let fewer = proofhouse(&["judge", &file, "--only", "config.bearer.missing"]);
    assert_eq!(status(&fewer), 0, "{}", stderr(&fewer));
    assert!(stdout(&fewer).contains("1 pass"), "{}", stdout(&fewer));
    let pinned = proofhouse(&["judge", &file, "--reading", "rejected-token=403"]);
    assert_eq!(status(&pinned), 1, "{}", stderr(&pinned));
    let nothing = proofhouse(&["judge", &file, "--only", "config.lists.*"]);
    assert_eq!(status(&nothing), 7, "{}", stderr(&nothing));

    // The key may be elsewhere, and used again.
    let key = format!("{file}.key");
    let elsewhere = folder.path().join("elsewhere").display().to_string();
    fs::rename(&key, &elsewhere).expect("moved");
    let lost = proofhouse(&["judge", &file]);
    assert_eq!(status(&lost), 2, "{}", stdout(&lost));
    assert!(
        stderr(&lost).contains("`--record-key`"),
        "{}",
        stderr(&lost)
    );
    let found = proofhouse(&["judge", &file, "--record-key", &elsewhere, "--quiet"]);
    assert_eq!(status(&found), 0, "{}", stderr(&found));
    let second = folder.path().join("second.jsonl").display().to_string();
    let mut arguments = vec!["check", "--record", &second, "--record-key", &elsewhere];
    arguments.extend(["--only", "config.bearer.missing"]);
    let output = proofhouse(&arguments);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    assert!(!fs::exists(format!("{second}.key")).expect("known"));
}

#[test]
fn what_is_no_recording_is_a_matter_of_usage() {
    for (arguments, told) in [
        (
            &["judge", "/no/such/file"][..],
            "cannot read `/no/such/file`",
        ),
        (&["judge", "Cargo.toml"], "this is no recording"),
        (&["check", "--record-key", "x"], "--record <FILE>"),
        (
            &["check", "--record", "/no/such/folder/x"],
            "there is no such folder",
        ),
        (
            &["check", "--record", "x", "--record-key", "Cargo.toml"],
            "holds no key of a recording",
        ),
    ] {
        let output = proofhouse(arguments);
        assert_eq!(status(&output), 2, "{arguments:?}: {}", stderr(&output));
        let text = stderr(&output);
        assert!(text.contains(told), "{arguments:?}: {text}");
    }
}
