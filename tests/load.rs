//! `load` as a shell sees it.

use std::process::{Command, Output};

fn load(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofhouse"));
    command.arg("load").args(arguments);
    command.output().expect("the program starts")
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("it ended by itself")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn without_a_target_it_loads_a_server_of_its_own() {
    let output = load(&["--duration", "1s", "--limit", "errors < 0.1%"]);
    let told = told(&output);
    assert_eq!(status(&output), 0, "{told}");
    for request in [
        "token",
        "config-gone",
        "code",
        "refresh",
        "userinfo",
        "revoke",
    ] {
        assert!(
            told.contains(&format!(" {request} ")) || told.contains(&format!("\n{request} ")),
            "`{request}` is missing: {told}"
        );
    }
    assert!(told.contains("met"), "{told}");
    assert!(!told.contains("demo-configuration-secret"), "{told}");
}

#[test]
fn without_a_target_the_server_reaches_listeners_where_a_mix_has_them() {
    let output = load(&["--mix", "webhooks", "--duration", "1s"]);
    let told = told(&output);
    assert_eq!(status(&output), 0, "{told}");
    assert!(told.contains("register-form"), "{told}");
}

#[test]
fn a_limit_that_is_missed_ends_with_6() {
    let output = load(&[
        "--duration",
        "500ms",
        "--arrivals",
        "50/s",
        "--limit",
        "token.p50 < 1us",
    ]);
    let told = told(&output);
    assert_eq!(status(&output), 6, "{told}");
    assert!(told.contains("token.p50 < 1us"), "{told}");
}

#[test]
fn what_is_written_wrongly_ends_with_2() {
    for (arguments, expected) in [
        (["--mix", "no-such-mix"], "is neither a mix"),
        (["--limit", "token.p99 ~ 5ms"], "token.p99 ~ 5ms"),
        (["--limit", "nothing.p99 < 5ms"], "nothing"),
        (["--duration", "5"], "`5` is no time"),
        (["--users", "0"], "0"),
        (["--arrivals", "none"], "it is not a number"),
    ] {
        let output = load(&arguments);
        let told = told(&output);
        assert_eq!(status(&output), 2, "{arguments:?}: {told}");
        assert!(told.contains(expected), "{arguments:?}: {told}");
    }
}

#[test]
fn a_target_off_this_machine_is_loaded_only_by_whom_it_belongs_to_and_at_a_rate() {
    let folder = tempfile::tempdir().expect("there is room");
    let file = folder.path().join("target.toml");
    let text = "url = \"http://192.0.2.1\"\ncustomer = \"01000000-0000-3000-9000-000000000000\"\n";
    std::fs::write(&file, text).expect("there is room");
    let path = file.to_str().expect("it is text");
    let refused = |arguments: &[&str], expected: &str| {
        let arguments: Vec<&str> = ["--target", path]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        let output = load(&arguments);
        let told = told(&output);
        assert!(told.contains(expected), "{arguments:?}: {told}");
        status(&output)
    };
    assert_eq!(refused(&["--rate", "5"], "--i-own-this-target"), 3);
    assert_eq!(refused(&["--i-own-this-target"], "`--rate N`"), 3);
    let owned = ["--i-own-this-target", "--rate", "5"];
    // No client is described: nothing is left to do, and nothing is sent.
    assert_eq!(refused(&owned, "no journey of `smoke` is left"), 7);
    assert_eq!(
        refused(&["--rate", "5"], "no journey of `smoke` is left"),
        7
    );
    assert_eq!(
        refused(&["--rate", "5", "--arrivals", "6"], "is more than"),
        3
    );
    std::fs::write(&file, text.replace("192.0.2.1", "192.0.2.2")).expect("there is room");
    assert_eq!(refused(&["--rate", "5"], "--i-own-this-target"), 3);
}

/// Nothing is sent: each time something is missing that the mix cannot do without.
#[test]
fn a_target_off_this_machine_needs_a_listener_that_it_reaches() {
    let folder = tempfile::tempdir().expect("there is room");
    let file = folder.path().join("target.toml");
    let text = "url = \"http://192.0.2.1\"\ncustomer = \"01000000-0000-3000-9000-000000000000\"\nmode = \"own-objects\"\n\
        [configuration-client]\nid = \"a\"\nsecret-file = \"secret\"\n\
        [clients.public]\nid = \"b\"\nredirect-uri = \"https://app.example.test/\"\n";
    std::fs::write(&file, text).expect("there is room");
    std::fs::write(folder.path().join("secret"), "of my own").expect("there is room");
    let path = file.to_str().expect("it is text");
    let left_out = |flags: &[&str], why: &str| {
        let words = ["--target", path, "--mix", "webhooks", "--rate", "5"];
        let output = load(&[&words[..], &["--i-own-this-target"], flags].concat());
        let told = told(&output);
        assert_eq!(status(&output), 7, "{flags:?}: {told}");
        let expected = format!("`registration` is left out: {why}");
        assert!(told.contains(&expected), "{flags:?}: {told}");
    };
    left_out(
        &[],
        "the target is off this machine, so it reaches no listener on it: give one with `--listener` or `--listener-url`",
    );
    for flags in [
        &["--listener-url", "https://hooks.example.test"][..],
        &["--listener", "0.0.0.0:9410"],
    ] {
        left_out(flags, "no `control` is described");
    }
    let refused = load(&["--target", path, "--listener-url", "hooks.example.test"]);
    assert_eq!(status(&refused), 3, "{}", told(&refused));
    assert!(
        told(&refused).contains("listener.url"),
        "{}",
        told(&refused)
    );
}

#[test]
fn a_mix_of_ones_own_says_line_and_field_where_it_is_wrong() {
    let folder = tempfile::tempdir().expect("there is room");
    let file = folder.path().join("mine.toml");
    let path = file.to_str().expect("it is text");
    let right = "users = 1\nduration = \"300ms\"\n[journeys]\ntoken = 1\n";
    std::fs::write(&file, right.replace("token", "tokens")).expect("there is room");
    let output = load(&["--mix", path]);
    assert_eq!(status(&output), 2);
    assert!(told(&output).contains("line 4: `journeys.tokens`: `tokens` is no journey"));
    std::fs::write(&file, right).expect("there is room");
    let output = load(&["--mix", path, "--quiet"]);
    assert_eq!(status(&output), 0, "{}", told(&output));
}

#[test]
fn a_worker_that_cannot_begin_says_why() {
    let nobody = "127.0.0.1:1";
    for (arguments, expected, exit) in [
        (&["--worker", "a b"][..], "it is not a host", 2),
        (&["--worker", nobody, "--users", "3"], "--users", 2),
        (&["--worker", nobody, "--engine", "goose"], "--engine", 2),
        (&["--worker", nobody], "say with `--target` or `--url`", 2),
        (&["--worker-name", "one"], "--worker", 2),
    ] {
        let output = load(arguments);
        let told = told(&output);
        assert_eq!(status(&output), exit, "{arguments:?}: {told}");
        assert!(told.contains(expected), "{arguments:?}: {told}");
    }
}

/// A worker is held to what everybody is held to: a master has no say in it.
#[test]
fn a_worker_loads_only_what_it_may() {
    let folder = tempfile::tempdir().expect("there is room");
    let file = folder.path().join("target.toml");
    let text = "url = \"http://192.0.2.1\"\ncustomer = \"01000000-0000-3000-9000-000000000000\"\n";
    std::fs::write(&file, text).expect("there is room");
    let path = file.to_str().expect("it is text");
    for (arguments, expected) in [
        (&["--rate", "5"][..], "--i-own-this-target"),
        (&["--i-own-this-target"], "`--rate N`"),
    ] {
        let words = ["--worker", "127.0.0.1:1", "--target", path];
        let output = load(&[&words[..], arguments].concat());
        let told = told(&output);
        assert_eq!(status(&output), 3, "{arguments:?}: {told}");
        assert!(told.contains(expected), "{arguments:?}: {told}");
    }
}

#[cfg(unix)]
#[test]
fn a_locust_that_is_not_there_or_not_supported_is_told_with_the_command_that_installs_one() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().expect("there is room");
    let program = folder.path().join("locust");
    let path = program.to_str().expect("it is text");
    for (prints, expected) in [
        (None, "cannot be started"),
        (Some("locust 2.19.1"), "is of version 2.19.1"),
        (Some("locust 2.48.0 from here"), "is of version 2.48.0"),
        (Some("grasshopper 1"), "does not say which version"),
    ] {
        if let Some(prints) = prints {
            // By another name first: a program that is still being written cannot be started.
            let part = folder.path().join("part");
            std::fs::write(&part, format!("#!/bin/sh\necho '{prints}'\n")).expect("there is room");
            let mut rights = std::fs::metadata(&part).expect("it is there").permissions();
            rights.set_mode(0o755);
            std::fs::set_permissions(&part, rights).expect("it is ours");
            std::fs::rename(&part, &program).expect("it is ours");
        }
        let output = load(&["--engine", "locust", "--duration", "1s", "--locust", path]);
        let told = told(&output);
        assert_eq!(status(&output), 2, "{prints:?}: {told}");
        assert!(told.contains(expected), "{prints:?}: {told}");
        assert!(
            told.contains("pip install 'locust>=2.20.0,<2.48'"),
            "{told}"
        );
    }
}

#[test]
fn what_does_not_go_together_with_locust_ends_with_2() {
    for (arguments, expected) in [
        (&["--workers", "2"][..], "go with `--engine locust`"),
        (&["--engine", "locust", "--arrivals", "5"], "`--arrivals`"),
        (
            &["--engine", "locust", "--workers", "0"],
            "one worker at least",
        ),
        (
            &["--engine", "locust", "--duration", "1500ms"],
            "whole seconds",
        ),
        (&["--engine", "locust", "--remote-workers", "2"], "--bind"),
        (
            &[
                "--engine",
                "locust",
                "--remote-workers",
                "2",
                "--bind",
                "0.0.0.0",
            ],
            "no built-in server in common",
        ),
    ] {
        let output = load(arguments);
        let told = told(&output);
        assert_eq!(status(&output), 2, "{arguments:?}: {told}");
        assert!(told.contains(expected), "{arguments:?}: {told}");
    }
}
