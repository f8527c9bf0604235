//! `teeth` as a shell sees it, and the faults of the server held against what they are said to break.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use fixtures::{aims, clauses, schemas};
use reference_server::faults;
use serde_json::Value;

fn teeth(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofhouse"));
    let command = command.arg("teeth").args(arguments);
    command.output().expect("the program starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn every_fault_breaks_clauses_that_there_are() {
    let known: BTreeSet<&str> = clauses::all()
        .iter()
        .map(|clause| clause.id.as_str())
        .collect();
    let mut aimed = BTreeSet::new();
    for aim in aims::all() {
        assert!(
            aimed.insert(aim.fault.as_str()),
            "`{}` is there twice",
            aim.fault
        );
        assert!(!aim.clauses.is_empty(), "`{}` breaks nothing", aim.fault);
        for clause in &aim.clauses {
            assert!(
                known.contains(clause.as_str()),
                "`{}`: no clause is `{clause}`",
                aim.fault
            );
        }
    }
    let faults: BTreeSet<&str> = faults::all().map(|fault| fault.name).collect();
    assert_eq!(faults, aimed);
}

#[test]
fn a_fault_is_noticed_by_the_checks_of_its_clauses() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("teeth.html");
    let output = teeth(&[
        "--fault",
        "deny-is-forgotten",
        "--only",
        "config.precedence.*",
        "--json",
        "-",
        "--html",
        &page.display().to_string(),
    ]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let matrix: Value = serde_json::from_slice(&output.stdout).expect("nothing but JSON");
    let schema = schemas::find("teeth").expect("there is a schema");
    let schema = serde_json::from_str(schema.text).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let errors: Vec<String> = validator
        .iter_errors(&matrix)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0]);
    let checks = &matrix["faults"][0]["checks"];
    assert_eq!(
        checks["config.precedence.deny-over-full"], "noticed",
        "{matrix:#}"
    );
    assert_eq!(matrix["killed"], 1);
    let page = std::fs::read_to_string(page).expect("it was written");
    assert!(page.contains("killed 1 of 1"));
}

#[test]
fn a_part_of_the_catalogue_meets_every_fault_that_it_is_meant_for() {
    let output = teeth(&["--only", "config.precedence.*", "--quiet"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(stdout(&output).contains(", idle 0 ("), "{output:?}");
}

#[test]
fn the_list_names_every_fault_and_what_it_does() {
    let output = teeth(&["--list"]);
    assert_eq!(output.status.code(), Some(0));
    for fault in faults::all() {
        assert!(stdout(&output).contains(fault.name), "`{}`", fault.name);
        assert!(stdout(&output).contains(fault.title), "`{}`", fault.title);
    }
}

#[test]
fn nothing_selected_is_not_success() {
    for arguments in [
        &["--fault", "no-such-fault"][..],
        &["--only", "no.such.check"],
        &["--fault", "deny-is-forgotten", "--only", "config.lists.*"],
    ] {
        assert_eq!(teeth(arguments).status.code(), Some(7), "{arguments:?}");
    }
    assert_eq!(teeth(&["--fault", "{"]).status.code(), Some(2));
}

#[test]
fn a_server_that_is_wrong_on_purpose_is_asked_for_by_name() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofhouse"));
    let output = command
        .args(["serve", "--fault", "deny-is-forgoten"])
        .output();
    let output = output.expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("did you mean `deny-is-forgotten`?"), "{told}");
}
