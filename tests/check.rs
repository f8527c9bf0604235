//! `check`, `list`, `doctor` and `sweep` as a shell sees them: exit status, standard output, and what is left behind.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::Arc,
};

use conformance::{
    description::{Description, Usable},
    doctor,
    sweep::{self, Leftover},
    target::Session,
};
use reference_server::TestServer;
use serde_json::Value;
use tempfile::TempDir;

/// Runs the program to its end.
fn proofhouse(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the program starts")
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofhouse"));
    command
        .args(arguments)
        .env("SECRET", "demo-configuration-secret")
        .env_remove("PROOFHOUSE_CLIENT_ID")
        .env_remove("PROOFHOUSE_CLIENT_SECRET");
    command
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("it ended by itself")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A server, and a file that describes it.
struct Served {
    server: TestServer,
    folder: TempDir,
}

impl Served {
    async fn start() -> Self {
        let server = TestServer::start().await;
        let folder = tempfile::tempdir().expect("a folder");
        let served = Self { server, folder };
        std::fs::write(served.target(), served.description("")).expect("written");
        served
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("target.toml")
    }

    fn description(&self, extra: &str) -> String {
        let (id, _) = self.server.configuration_client();
        format!(
            "url = \"{}\"\ncustomer = \"{}\"\n{extra}\n[configuration-client]\nid = \"{id}\"\nsecret-env = \"SECRET\"\n",
            self.server.url(),
            self.server.customer()
        )
    }

    async fn session(&self) -> Arc<Session> {
        let text = self.description("");
        let description = Description::parse("target.toml", &text).expect("a good description");
        let (_, secret) = self.server.configuration_client();
        let usable = Usable::new(&description, None, &|_| Some(secret.to_owned())).expect("usable");
        doctor::open_to_sweep(&usable).await.expect("usable")
    }

    async fn leftovers(&self) -> Vec<Leftover> {
        let session = self.session().await;
        sweep::find(&session).await.expect("the lists are readable")
    }

    /// Starts a run slow enough to be caught in the middle, and waits until something that it made is there.
    async fn slow_run(&self) -> Child {
        let target = self.target().display().to_string();
        let child = command(&["check", "--target", &target, "--rate", "40", "--quiet"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let session = self.session().await;
        while sweep::find(&session).await.expect("readable").is_empty() {
            tokio::task::yield_now().await;
        }
        child
    }
}

async fn ended(child: Child) -> Output {
    tokio::task::spawn_blocking(move || child.wait_with_output())
        .await
        .expect("it does not panic")
        .expect("it can be waited for")
}

async fn run(arguments: Vec<String>) -> Output {
    tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        proofhouse(&arguments)
    })
    .await
    .expect("it does not panic")
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

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
            &["check", "--report", "html=x"][..],
            "known: `json`, `junit`",
        ),
        (&["check", "--report", "json"], "`FORMAT=PATH`"),
        (&["check", "--url", "http://127.0.0.1:1"], "--customer"),
        (&["check", "--only", "{"], "error parsing glob"),
        (&["check", "--reading", "no-equals-sign"], "`ID=ANSWER`"),
        (
            &["check", "--scenarios", "/no/such/folder"],
            "/no/such/folder",
        ),
        (&["doctor"], "--target"),
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
    let output = proofhouse(&["check", "--reading", "no-such=1"]);
    assert_eq!(status(&output), 3);
    assert!(
        stderr(&output).contains("readings.no-such"),
        "{}",
        stderr(&output)
    );
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
    let output = proofhouse(&["check", "--dry-run", "--mode", "read-only"]);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_known_deviation_is_written_kept_and_found_stale() {
    let served = Served::start().await;
    let known = served.folder.path().join("known.toml");
    let judge = |pinned: &str, rest: &[String]| {
        let mut arguments = vec![
            "check".to_owned(),
            "--target".to_owned(),
            shown(&served.target()),
        ];
        arguments.extend(["--only".to_owned(), "config.bearer.*".to_owned()]);
        arguments.extend(["--reading".to_owned(), format!("rejected-token={pinned}")]);
        arguments.extend_from_slice(rest);
        run(arguments)
    };
    // The server answers 401: held to 403, it fails, and that can be written down.
    let write = ["--write-expect".to_owned(), shown(&known)];
    let failed = judge("403", &write).await;
    assert_eq!(status(&failed), 1, "{}{}", stdout(&failed), stderr(&failed));
    assert!(
        stdout(&failed).contains("reading rejected-token (pinned: `403`)"),
        "{}",
        stdout(&failed)
    );
    let expect = ["--expect".to_owned(), shown(&known)];
    let kept = judge("403", &expect).await;
    assert_eq!(status(&kept), 0, "{}{}", stdout(&kept), stderr(&kept));
    let stale = judge("401", &expect).await;
    assert_eq!(status(&stale), 5, "{}{}", stdout(&stale), stderr(&stale));
    assert!(
        stdout(&stale).contains("remove it from the file"),
        "{}",
        stdout(&stale)
    );
    std::fs::write(&known, "[[deviation]]\nid = \"no.such\"\nreason = \"x\"\n").expect("written");
    let unknown = judge("401", &expect).await;
    assert_eq!(status(&unknown), 5);
    assert!(
        stderr(&unknown).contains("`no.such`"),
        "{}",
        stderr(&unknown)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_files_that_appear_whole() {
    let served = Served::start().await;
    let (json, junit) = (
        served.folder.path().join("a.json"),
        served.folder.path().join("a.xml"),
    );
    let arguments = [
        "check",
        "--target",
        &shown(&served.target()),
        "--only",
        "config.bearer.*",
    ];
    let mut arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    for output in [
        format!("json={}", shown(&json)),
        format!("junit={}", shown(&junit)),
    ] {
        arguments.extend(["--report".to_owned(), output]);
    }
    let output = run(arguments).await;
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let report: Value = serde_json::from_slice(&std::fs::read(json).expect("there")).expect("JSON");
    assert_eq!(report["target"]["url"], served.server.url());
    assert!(
        std::fs::read_to_string(junit)
            .expect("there")
            .contains("<testsuites ")
    );
    // The description and the two reports: no part of a file is left.
    assert_eq!(
        std::fs::read_dir(served.folder.path())
            .expect("readable")
            .count(),
        3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_found_usable() {
    let served = Served::start().await;
    let output = run(vec![
        "doctor".to_owned(),
        "--target".to_owned(),
        shown(&served.target()),
    ])
    .await;
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    assert!(
        stdout(&output).starts_with("usable: http://127.0.0.1:"),
        "{}",
        stdout(&output)
    );
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let kill = Command::new("kill")
        .args([format!("-{name}"), child.id().to_string()])
        .status()
        .expect("there is a `kill`");
    assert!(kill.success());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_asked_to_stop_leaves_nothing_and_says_what_it_saw() {
    for name in ["TERM", "INT"] {
        let served = Served::start().await;
        let child = served.slow_run().await;
        signal(&child, name);
        let output = ended(child).await;
        assert_eq!(status(&output), 4, "{}{}", stdout(&output), stderr(&output));
        assert!(
            stdout(&output).contains("interrupted: "),
            "{}",
            stdout(&output)
        );
        assert_eq!(served.leftovers().await, []);
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_leaves_is_swept() {
    let served = Served::start().await;
    let child = served.slow_run().await;
    signal(&child, "KILL");
    ended(child).await;
    let left = served.leftovers().await;
    assert!(
        !left.is_empty(),
        "it was killed while its objects were there"
    );

    let sweep = |rest: &[&str]| {
        let mut arguments = vec![
            "sweep".to_owned(),
            "--target".to_owned(),
            shown(&served.target()),
        ];
        arguments.extend(rest.iter().map(ToString::to_string));
        run(arguments)
    };
    let would = sweep(&["--dry-run"]).await;
    assert_eq!(status(&would), 0);
    assert_eq!(stdout(&would).lines().count(), left.len());
    assert_eq!(
        served.leftovers().await.len(),
        left.len(),
        "a dry run removes nothing"
    );
    let swept = sweep(&[]).await;
    assert_eq!(status(&swept), 0, "{}", stderr(&swept));
    assert_eq!(served.leftovers().await, []);
}
