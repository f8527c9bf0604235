//! `check`, `list`, `doctor` and `sweep` as a shell sees them: exit status, standard output, and what is left behind.

mod control;
mod diff;
mod dry_run;
mod judge;
#[cfg(unix)]
mod kill;
mod killed_load;
mod modes;
mod program;
mod rate;
mod requests;
mod seed;
mod served;
#[cfg(unix)]
mod stop;
mod target;
mod undelivered;

use program::{proofhouse, status, stderr, stdout};
use serde_json::Value;

#[test]
fn without_a_target_the_built_in_server_is_judged_and_passes() {
    let output = proofhouse(&["check", "--report", "json=-"]);
    assert_eq!(status(&output), 0, "{}{}", stdout(&output), stderr(&output));
    let report: Value =
        serde_json::from_slice(&output.stdout).expect("nothing but JSON on standard output");
    let schema = fixtures::schemas::find("report").expect("there is a schema");
    let schema = serde_json::from_str(schema.text).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let errors: Vec<String> = validator
        .iter_errors(&report)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0]);
    assert!(
        report["summary"]["pass"].as_u64() >= Some(60),
        "{}",
        report["summary"]
    );
    assert_eq!(report["summary"]["broken"], 0);
    assert!(!stdout(&output).contains("demo-configuration-secret"));
    assert!(
        stderr(&output).contains(" pass, 0 fail, "),
        "{}",
        stderr(&output)
    );
}

#[test]
fn what_is_written_wrongly_is_a_matter_of_usage() {
    for (arguments, told) in [
        (
            &["check", "--report", "pdf=x"][..],
            "known: `badge`, `html`, `json`, `junit`, `markdown`, `sarif`, `tap`",
        ),
        (&["check", "--report", "json"], "`FORMAT=PATH`"),
        (&["check", "--url", "http://127.0.0.1:1"], "--customer"),
        (&["check", "--only", "{"], "error parsing glob"),
        (&["check", "--reading", "no-equals-sign"], "`ID=ANSWER`"),
        (
            &["check", "--reading", "no-such=1"],
            "`no-such` is not a reading",
        ),
        (
            &["check", "--reading", "rejected-token=999"],
            "listed: `401`, `403`",
        ),
        (&["check", "--jobs", "0"], "1..=256"),
        (&["check", "--rate", "-1"], "0.01 to 100000"),
        (&["check", "--rate", "nan"], "0.01 to 100000"),
        (
            &["check", "--report", "json=-", "--report", "junit=-"],
            "only one report",
        ),
        (
            &["check", "--report", "json=x", "--write-expect", "x"],
            "`x`: it is written to twice",
        ),
        (&["check", "--report", "json=/"], "it is a folder"),
        (
            &["check", "--write-expect", "/no/such/folder/x"],
            "there is no such folder",
        ),
        (
            &["check", "--expect", "/no/such/file"],
            "cannot read `/no/such/file`",
        ),
        (
            &["check", "--scenarios", "/no/such/folder"],
            "/no/such/folder",
        ),
        (&["doctor"], "--target"),
        (
            &["check", "--against-report", "json=x"],
            "--against <FILE.toml>",
        ),
        (
            &["diff", "/no/such/file", "x"],
            "cannot read `/no/such/file`",
        ),
        (&["sweep"], "--target"),
    ] {
        let output = proofhouse(arguments);
        assert_eq!(status(&output), 2, "{arguments:?}: {}", stderr(&output));
        assert!(
            stderr(&output).contains(told),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn an_unusable_target_is_told_before_any_check() {
    let customer = fixtures::seed::DEMO_CUSTOMER;
    let output = proofhouse(&[
        "check",
        "--url",
        "http://127.0.0.1:1",
        "--customer",
        customer,
    ]);
    assert_eq!(status(&output), 3);
    assert!(
        stderr(&output).contains("PROOFHOUSE_CLIENT_ID"),
        "{}",
        stderr(&output)
    );
    let output = proofhouse(&["doctor", "--target", "/no/such/target.toml"]);
    assert_eq!(status(&output), 3);
    assert!(
        stderr(&output).contains("/no/such/target.toml"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn roots_of_listeners_that_cannot_be_read_are_named() {
    let arguments = ["--listen", "127.0.0.1:0", "--listener-roots", "no-such.pem"];
    let output = proofhouse(&[&["serve"], &arguments[..]].concat());
    assert_eq!(status(&output), 2, "{}", stderr(&output));
    let told = "--listener-roots: cannot read `no-such.pem`";
    assert!(stderr(&output).contains(told), "{}", stderr(&output));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_without_an_end_is_refused() {
    for (arguments, exit) in [
        (&["check", "--target", "/dev/zero"][..], 3),
        (&["check", "--expect", "/dev/zero"], 2),
        (&["serve", "--tenant", "/dev/zero"], 2),
        (&["serve", "--listener-roots", "/dev/zero"], 2),
        (
            &[
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--tls-cert",
                "/dev/zero",
                "--tls-key",
                "/dev/zero",
            ],
            2,
        ),
        (&["load", "--mix", "/dev/zero"], 2),
        (&["load", "--limits", "/dev/zero"], 2),
        (&["load", "--target", "/dev/zero"], 3),
    ] {
        let output = proofhouse(arguments);
        assert_eq!(status(&output), exit, "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("larger than"), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_may_be_full_or_nobody_reads_it() {
    let commands: [&[&str]; 6] = [
        &["list"],
        &["man"],
        &["completions", "bash"],
        &["scope", "parse", "*:**"],
        &["check", "--dry-run", "--only", "config.bearer.missing"],
        &["check", "--only", "config.bearer.missing"],
    ];
    for arguments in commands {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let output = program::command(arguments)
            .stdout(full.expect("it is always there"))
            .output()
            .expect("the program starts");
        assert_eq!(status(&output), 2, "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("cannot write"), "{arguments:?}");

        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = program::command(arguments)
            .stdout(writer)
            .output()
            .expect("the program starts");
        assert_eq!(status(&output), 0, "{arguments:?}: {}", stderr(&output));
        assert_eq!(stderr(&output), "", "{arguments:?}");
    }
}

#[test]
fn help_fits_eighty_columns() {
    let commands: [&[&str]; 13] = [
        &[],
        &["check"],
        &["serve"],
        &["scope"],
        &["scope", "parse"],
        &["scope", "decide"],
        &["scope", "explain"],
        &["scope", "exhaust"],
        &["list"],
        &["diff"],
        &["doctor"],
        &["sweep"],
        &["man"],
    ];
    for arguments in commands {
        let output = program::command(&[arguments, &["--help"]].concat())
            .env("COLUMNS", "1000")
            .output()
            .expect("the program starts");
        let help = stdout(&output);
        // What stands after the options is laid out by hand, so it has to be short enough unwrapped.
        let by_hand = help.split("Examples:").nth(1).unwrap_or_default();
        for line in by_hand.lines() {
            assert!(line.len() <= 80, "{arguments:?}: {line}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_report_never_takes_the_place_of_a_link_or_a_device() {
    let folder = tempfile::tempdir().expect("a folder");
    let (link, socket) = (folder.path().join("link"), folder.path().join("socket"));
    std::os::unix::fs::symlink(folder.path().join("file"), &link).expect("a link");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    for path in [link, socket] {
        let place = format!("json={}", path.display());
        let output = proofhouse(&["check", "--report", &place]);
        assert_eq!(status(&output), 2, "{}", stderr(&output));
        assert!(
            stderr(&output).contains("it is a link or a device"),
            "{}",
            stderr(&output)
        );
        let there = path.symlink_metadata().expect("it is still there");
        assert!(!there.is_file());
    }
}

#[test]
fn manual_pages_go_to_a_folder_that_need_not_be_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("man/man1");
    let output = proofhouse(&["man", "--out", &out.display().to_string()]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    assert!(out.join("proofhouse-check.1").is_file());
}

#[test]
fn nothing_selected_is_not_success() {
    let output = proofhouse(&["check", "--only", "no.such.check"]);
    assert_eq!(status(&output), 7);
    assert!(
        stderr(&output).contains("nothing was selected"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_dry_run_prints_the_plan_and_makes_nothing() {
    let dry_run = ["check", "--dry-run", "--mode", "read-only"];
    let only = ["--only", "config.bearer.*", "--only", "config.clients.*"];
    let output = proofhouse(&[dry_run, only].concat());
    assert_eq!(status(&output), 0);
    let text = stdout(&output);
    assert!(
        text.lines().any(|line| line.starts_with("make  reads")),
        "{text}"
    );
    assert!(
        text.lines().any(|line| line.starts_with("skip  creates")),
        "{text}"
    );
    assert!(
        !text.lines().any(|line| line.starts_with("make  creates")),
        "{text}"
    );
}

#[test]
fn what_there_is_can_be_listed() {
    let output = proofhouse(&["list", "--json"]);
    assert_eq!(status(&output), 0);
    let checks: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(checks.len() >= 60, "{} checks", checks.len());
    let output = proofhouse(&["list", "--clauses", "--json"]);
    let clauses: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(clauses.len(), fixtures::clauses::all().len());
    let output = proofhouse(&["list", "--readings"]);
    assert!(stdout(&output).contains("rejected-token: "));
}
