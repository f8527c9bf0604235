//! `proofhouse scope`, by the real binary.

use std::process::{Command, Output};

use insta::assert_snapshot;
use serde_json::{Value, json};

fn scope(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_proofhouse"))
        .arg("scope")
        .args(args)
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("the binary runs")
}

fn stdout(args: &[&str]) -> String {
    let output = scope(args);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

fn facts(args: &[&str]) -> Value {
    serde_json::from_str(&stdout(args)).expect("JSON")
}

/// What is said on standard error about a command line that is wrong.
fn refusal(args: &[&str]) -> String {
    let output = scope(args);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        output.stdout.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let text = String::from_utf8(output.stderr).expect("text");
    text.lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

#[test]
fn parse_shows_the_parts() {
    let text = stdout(&[
        "parse",
        "*:**",
        "+:config/clients",
        "-:config",
        ".:webhooks/**",
    ]);
    assert_snapshot!(text, @r"
    *:**  full: everything
    +:config/clients  mutate: config/clients and all below it
    -:config  deny: config; what is below it, only under bare-config=everything-below
    .:webhooks/**  read: webhooks and all below it
    ");
    let facts = facts(&["parse", "--json", "-:config/clients/**"]);
    let expected = json!([{
        "scope": "-:config/clients/**",
        "behaviour": "deny",
        "resource": "config/clients/**",
        "segments": ["config", "clients"],
        "wildcard": true,
    }]);
    assert_eq!(facts, expected);
}

#[test]
fn what_is_not_a_scope_is_pointed_at() {
    assert_snapshot!(refusal(&["parse", "*:config/**", "*:config\\loginPolicies"]), @r#"
     × `*:config\loginPolicies` is not a scope: expected a printable ASCII character other than space, `"` and `\` at byte 8
      ╭────
    1 │ *:config\loginPolicies
      ·         ┬
      ·         ╰── expected a printable ASCII character other than space, `"` and `\`
      ╰────
     help: a scope is `<behaviour>:<resource>`, such as `*:config/clients` or `.:config/**`
    "#);
    assert_snapshot!(refusal(&["decide", "-s", "*:config/", "GET", "config"]), @r"
     × `*:config/` is not a scope: expected a segment name at byte 9
      ╭────
    1 │ *:config/
      ·          ┬
      ·          ╰── expected a segment name
      ╰────
     help: a scope is `<behaviour>:<resource>`, such as `*:config/clients` or `.:config/**`
    ");
    let long = format!("*:{}", "x".repeat(65_536));
    let text = refusal(&["parse", &long]);
    assert!(text.contains("at most 65535 bytes"));
    assert!(text.len() < 1000, "{} bytes", text.len());
}

#[test]
fn decide_names_the_scope_that_decided() {
    let both = ["-s", "*:config/**", "--scope", "-:config/clients"];
    let ask = |request: [&str; 2]| stdout(&[&["decide"], &both[..], &request].concat());
    assert_eq!(
        ask(["GET", "config/clients"]),
        "refused by -:config/clients\n"
    );
    assert_eq!(
        ask(["DELETE", "config/tokenPolicies/a"]),
        "allowed by *:config/**\n"
    );
    assert_eq!(ask(["GET", "webhooks"]), "refused: no scope covers it\n");
    assert_eq!(
        stdout(&["decide", "GET", "config"]),
        "refused: no scope covers it\n"
    );
}

#[test]
fn decide_follows_the_readings() {
    let question = [
        "decide",
        "-s",
        "+:config/clients",
        "-s",
        ".:config/clients",
        "--json",
    ];
    let request = ["GET", "config/clients"];
    let refused = facts(&[&question[..], &request].concat());
    assert_eq!(refused["allowed"], false);
    assert_eq!(refused["reason"], "mutate-over-read");
    let reading = [
        "--reading",
        "plus-creates=no",
        "--reading",
        "plus-with-read=yes",
    ];
    let allowed = facts(&[&question[..], &reading, &request].concat());
    let expected = json!({
        "method": "GET",
        "path": "config/clients",
        "allowed": true,
        "reason": "read-beside-mutate",
        "by": ".:config/clients",
    });
    assert_eq!(allowed, expected);
}

#[test]
fn a_question_that_cannot_be_asked_is_refused() {
    for (args, said) in [
        (
            ["--reading", "plus-with-read", "GET", "config"],
            "expected `=`",
        ),
        (
            ["--reading", "plus=yes", "GET", "config"],
            "`plus` is no reading",
        ),
        (
            ["--reading", "bare-config=yes", "GET", "config"],
            "expected `nothing-below` or",
        ),
        (
            ["-s", "*:**", "HEAD", "config"],
            "expected GET, POST, PUT, PATCH or DELETE",
        ),
        (
            ["-s", "*:**", "GET", "/config"],
            "segments between single slashes",
        ),
    ] {
        for command in ["decide", "explain"] {
            let refusal = refusal(&[&[command], &args[..]].concat());
            assert!(refusal.contains(said), "{args:?}: {refusal}");
        }
    }
}

#[test]
fn explain_says_why() {
    let question = ["-s", "*:config/clients", "-s", "-:config/clients/6be7"];
    let request = ["GET", "config/clients/6be7"];
    assert_snapshot!(stdout(&[&["explain"], &question[..], &request].concat()), @r"
    GET config/clients/6be7 is refused: `-:config/clients/6be7` denies it, and a deny overrides every other scope
    covered by `*:config/clients` (full), `-:config/clients/6be7` (deny)
    ");
    let facts = facts(&[&["explain", "--json"], &question[..], &request].concat());
    assert_eq!(facts["reason"], "denied");
    assert_eq!(
        facts["covered_by"],
        json!(["*:config/clients", "-:config/clients/6be7"])
    );
}

#[test]
fn exhaust_counts_its_cases() {
    let text = stdout(&["exhaust", "--depth", "2", "--scopes", "2"]);
    assert_eq!(text, "cases=236320 mismatches=0\n");
    let facts = facts(&["exhaust", "--depth", "4", "--scopes", "1", "--json"]);
    let expected =
        json!({ "depth": 4, "scopes": 1, "cases": 65_120, "mismatches": 0, "first": [] });
    assert_eq!(facts, expected);
    assert!(refusal(&["exhaust", "--depth", "7"]).contains("expected a number from 1 to 6"));
}
