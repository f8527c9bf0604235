//! Scenario files against a target that answers wrongly: what failed, where, and what was seen.

use std::time::Duration;

use conformance::{
    check::Check,
    expectations::Expectations,
    plan::Mode,
    report::Report,
    run::stop::Stop,
    scenario::{directory, file},
    verdict::{Broken, Mismatch, NotPassed, Verdict},
};
use serde_json::json;

use super::{
    peer::{self, Peer, Reply},
    subject,
};

const FILE: &str = r#"
arazzo: 1.0.1
info: {title: t, version: "1"}
sourceDescriptions:
  - {name: identity, url: ../../contract/identity.openapi.yaml, type: openapi}
workflows:
  - workflowId: asksTwice
    summary: Two tokens are two
    x-clauses: [bearer-missing-body]
    x-effects: reads
    x-needs: []
    steps:
      - stepId: outer
        workflowId: token
        parameters:
          - {name: customer, value: $inputs.customer}
          - {name: client_id, value: $inputs.client_id}
          - {name: client_secret, value: $inputs.client_secret}
        outputs: {again: $outputs.token}
  - workflowId: token
    inputs: {type: object}
    steps:
      - stepId: ask
        operationId: requestToken
        parameters: [{name: customerId, in: path, value: $inputs.customer}]
        requestBody:
          contentType: application/x-www-form-urlencoded
          payload:
            grant_type: client_credentials
            scope: "*:** +:config/clients"
            client_id: $inputs.client_id
            client_secret: $inputs.client_secret
        successCriteria:
          - condition: $statusCode == 200
          - condition: $response.body#/scope == 'a'
        outputs: {token: $response.body#/access_token}
    outputs: {token: $steps.ask.outputs.token}
"#;

fn check() -> Check {
    file::read("sample.arazzo.yaml", FILE).expect("a good file")[0]
}

async fn mismatch(
    answer: impl Fn(&str) -> Reply + Send + Sync + 'static,
) -> Result<Mismatch, NotPassed> {
    mismatch_of(check(), answer).await
}

async fn mismatch_of(
    check: Check,
    answer: impl Fn(&str) -> Reply + Send + Sync + 'static,
) -> Result<Mismatch, NotPassed> {
    let peer = Peer::start(move |_, _, body| answer(body)).await;
    let session = subject::unasked(&peer.url(), Duration::from_secs(2));
    let finished = subject::judge(&session, &[check], &Stop::never()).await;
    match finished.records[0].outcome.clone() {
        Err(NotPassed::Mismatch(mismatch)) => Ok(*mismatch),
        Err(other) => Err(other),
        Ok(()) => panic!("it passed"),
    }
}

fn token(scope: &str) -> serde_json::Value {
    json!({"access_token": "t0123456789abcdef0123456789abcdef", "expires_in": 3600, "token_type": "Bearer", "scope": scope})
}

#[tokio::test]
async fn a_criterion_that_fails_says_what_was_seen() {
    let mismatch = mismatch(|_| peer::json(200, &token("b")))
        .await
        .expect("a mismatch");
    assert_eq!(mismatch.what, "step `ask` of `token`");
    assert_eq!(mismatch.expected, [json!("$response.body#/scope == 'a'")]);
    assert_eq!(
        mismatch.actual,
        json!({"$statusCode": 200, "$response.body#/scope": "b"})
    );
}

#[tokio::test]
async fn a_secret_that_a_criterion_looks_at_is_masked() {
    let text = FILE.replace("#/scope == 'a'", "#/access_token == 'a'");
    let check = file::read("sample.arazzo.yaml", &text).expect("a good file")[0];
    let mismatch = mismatch_of(check, |_| peer::json(200, &token("b")))
        .await
        .expect("a mismatch");
    assert_eq!(mismatch.actual["$response.body#/access_token"], "***");
}

#[tokio::test]
async fn the_form_goes_out_as_a_form() {
    let mismatch = mismatch(|body| {
        let wanted = "client_id=6d1f0b8a-7c11-4c39-9a51-000000000001&client_secret=a-secret-of-the-tests&grant_type=client_credentials&scope=*%3A**+%2B%3Aconfig%2Fclients";
        peer::json(200, &token(if body == wanted { "as wanted" } else { "something else" }))
    })
    .await
    .expect("a mismatch");
    assert_eq!(mismatch.actual["$response.body#/scope"], "as wanted");
}

#[tokio::test]
async fn an_answer_without_what_an_output_names_is_a_mismatch() {
    // The contract finds it first: its pointer is in the evidence.
    let mismatch = mismatch(|_| peer::json(200, &json!({"scope": "a"})))
        .await
        .expect("a mismatch");
    assert!(mismatch.contract.is_some(), "{mismatch:?}");
}

/// A scenario that cites a documented clause and an inferred one, with the criteria of its only step.
fn mixed(criteria: &str) -> Check {
    let text = format!(
        r#"
arazzo: 1.0.1
info: {{title: t, version: "1"}}
sourceDescriptions:
  - {{name: identity, url: ../../contract/identity.openapi.yaml, type: openapi}}
workflows:
  - workflowId: mixed
    summary: Without a token nothing opens
    x-clauses: [{DOCUMENTED}, {INFERRED}, error-single-string]
    x-effects: reads
    x-needs: []
    steps:
      - stepId: list
        operationId: listClients
        parameters: [{{name: customerId, in: path, value: $inputs.customer}}]
        {criteria}
"#
    );
    file::read("sample.arazzo.yaml", &text).expect("a good file")[0]
}

const DOCUMENTED: &str = "bearer-missing-body";
const INFERRED: &str = "bearer-missing-status";

/// Plays a scenario against a peer that refuses, and returns the verdict and the clauses that are shown as violated.
async fn weighed(check: Check) -> (Verdict, Vec<&'static str>) {
    let peer = Peer::start(|_, _, _| peer::json(403, &json!({"errors": "no"}))).await;
    let session = subject::unasked(&peer.url(), Duration::from_secs(2));
    let finished = subject::judge(&session, &[check], &Stop::never()).await;
    let expectations = Expectations::default();
    let report = Report::new(&session, Mode::Full, &finished, &expectations);
    let entry = &report.entries[0];
    assert_eq!(entry.verdict, finished.records[0].verdict());
    (entry.verdict, entry.violated().to_vec())
}

#[tokio::test]
async fn a_failing_criterion_weighs_as_the_clauses_that_it_names() {
    let inferred =
        "successCriteria: [{condition: $statusCode == 401, x-clauses: [bearer-missing-status]}]";
    assert_eq!(
        weighed(mixed(inferred)).await,
        (Verdict::Warn, vec![INFERRED])
    );
    let documented =
        "successCriteria: [{condition: $statusCode == 401, x-clauses: [bearer-missing-body]}]";
    assert_eq!(
        weighed(mixed(documented)).await,
        (Verdict::Fail, vec![DOCUMENTED])
    );
}

#[tokio::test]
async fn of_several_failing_criteria_a_documented_one_decides() {
    let both = r"successCriteria:
          - {condition: $statusCode == 401, x-clauses: [bearer-missing-status]}
          - {condition: $response.body#/errors == 'other', x-clauses: [bearer-missing-body]}";
    assert_eq!(
        weighed(mixed(both)).await,
        (Verdict::Fail, vec![INFERRED, DOCUMENTED])
    );
    let holds = both.replace("'other'", "'no'");
    assert_eq!(
        weighed(mixed(&holds)).await,
        (Verdict::Warn, vec![INFERRED])
    );
}

#[tokio::test]
async fn a_criterion_that_names_nothing_weighs_as_its_step_or_as_what_is_documented() {
    let of_step = "x-clauses: [bearer-missing-status]
        successCriteria: [{condition: $statusCode == 401}]";
    assert_eq!(
        weighed(mixed(of_step)).await,
        (Verdict::Warn, vec![INFERRED])
    );
    let unnamed = "successCriteria: [{condition: $statusCode == 401}]";
    assert_eq!(
        weighed(mixed(unnamed)).await,
        (Verdict::Fail, vec![DOCUMENTED, "error-single-string"])
    );
}

#[tokio::test]
async fn a_pattern_is_shown_with_its_place_and_no_secret_with_it() {
    let criteria = r"successCriteria:
          - {context: $response.body#/errors, type: regex, condition: ^yes$}
          - {context: $response.header.set-cookie, type: regex, condition: ^none$}
          - {context: $response.body, type: jsonpath, condition: '$[?$.other]'}";
    let peer = Peer::start(|_, _, _| {
        let head = "HTTP/1.1 403 X\r\ncontent-type: application/json\r\nset-cookie: a=b\r\nconnection: close";
        Reply::Bytes(format!("{head}\r\n\r\n{{\"errors\": \"no\"}}").into_bytes())
    })
    .await;
    let session = subject::unasked(&peer.url(), Duration::from_secs(2));
    let finished = subject::judge(&session, &[mixed(criteria)], &Stop::never()).await;
    let Err(NotPassed::Mismatch(mismatch)) = &finished.records[0].outcome else {
        panic!("{:?}", finished.records[0].outcome);
    };
    assert_eq!(
        mismatch.expected,
        [json!(
            "$response.body#/errors ~ ^yes$ && $response.header.set-cookie ~ ^none$ && $response.body ~ $[?$.other]"
        )]
    );
    assert_eq!(
        mismatch.actual,
        json!({
            "$statusCode": 403,
            "$response.body#/errors": "no",
            "$response.header.set-cookie": "a=***",
            "$response.body": {"errors": "no"},
        })
    );
}

/// Where the answer is so different that a criterion has nothing to look at, nothing says which clause it is.
#[tokio::test]
async fn what_cannot_be_decided_weighs_as_what_is_documented() {
    let absent = r"x-clauses: [bearer-missing-status]
        successCriteria:
          - {context: $response.body#/other, type: regex, condition: '.'}";
    assert_eq!(
        weighed(mixed(absent)).await,
        (Verdict::Fail, vec![DOCUMENTED, "error-single-string"])
    );
}

#[test]
fn a_building_block_names_no_clauses() {
    let named = FILE.replace(
        "stepId: ask\n",
        "stepId: ask\n        x-clauses: [bearer-missing-body]\n",
    );
    let error = file::read("sample.arazzo.yaml", &named).expect_err("it is no scenario");
    assert!(
        error.to_string().ends_with(
            "x-clauses in step `ask` of `token`: names clauses, and its workflow cites none"
        ),
        "{error}"
    );
}

#[tokio::test]
async fn no_answer_is_broken() {
    let outcome = mismatch(|_| Reply::Bytes(Vec::new())).await;
    assert!(
        matches!(outcome, Err(NotPassed::Broken(Broken::Protocol { .. }))),
        "{outcome:?}"
    );
}

#[test]
fn the_files_of_users_are_found_below_their_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let below = folder.path().join("shop");
    std::fs::create_dir(&below).expect("made");
    std::fs::write(below.join("tokens.arazzo.yaml"), FILE).expect("written");
    std::fs::write(below.join("readme.md"), "no scenario").expect("written");
    let checks = directory::read(folder.path(), []).expect("good files");
    let ids: Vec<&str> = checks.iter().map(|check| check.id).collect();
    assert_eq!(ids, ["shop.tokens.asks-twice"]);
    let taken = directory::read(folder.path(), ["shop.tokens.asks-twice"]).expect_err("taken");
    assert!(
        taken
            .to_string()
            .ends_with("the id `shop.tokens.asks-twice` is taken"),
        "{taken}"
    );
}

#[test]
fn a_folder_without_scenarios_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = directory::read(folder.path(), []).expect_err("nothing in it");
    assert!(
        error.to_string().contains("holds no `*.arazzo.yaml`"),
        "{error}"
    );
    let error = directory::read(&folder.path().join("none"), []).expect_err("not there");
    assert_eq!(error.field, "folder");
}
