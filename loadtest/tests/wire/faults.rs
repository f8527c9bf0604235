//! Servers that are wrong on purpose: each journey notices a wrong answer, and the invariants what no single answer shows.

use std::time::Duration;

use loadtest::{
    invariants::Rule,
    run::{Ran, Run},
};
use reference_server::faults::Injection;

use crate::loaded::{mix, server, target};

async fn ran(fault: &str, journeys: &[&str]) -> Ran {
    let server = server().await;
    let target = target(&server);
    // It ends as soon as something is wrong.
    let mix = mix(journeys, Duration::from_secs(30), None);
    let run = Run::prepare(target, mix, 7)
        .await
        .expect("the server is right so far");
    let fault = Injection::named(fault).expect("there is such a fault");
    server.faults().add(fault);
    let noticed = async {
        let load = run.load();
        while load.findings().all().is_empty() && load.invariants().count() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        load.stop();
    };
    let (ran, ()) = tokio::join!(run.make(), async {
        // With nothing wrong it ends by itself.
        let _ = tokio::time::timeout(Duration::from_secs(30), noticed).await;
    });
    ran.expect("goose starts")
}

async fn finds(fault: &str, journey: &str, request: &str, what: &str) {
    let ran = ran(fault, &[journey]).await;
    assert!(
        ran.findings
            .iter()
            .any(|finding| finding.request == request && finding.what.contains(what)),
        "{fault}: {:?}",
        ran.findings
    );
    let wrong = ran
        .figures
        .requests
        .get(request)
        .map_or(0, loadtest::figures::Requests::errors);
    assert!(wrong > 0, "{fault}: no error of `{request}` is counted");
}

async fn violates(fault: &str, journeys: &[&str], rule: Rule) {
    let ran = ran(fault, journeys).await;
    assert!(
        ran.violations
            .iter()
            .any(|violation| violation.rule == rule),
        "{fault}: {:?} {:?}",
        ran.violations,
        ran.findings
    );
    assert!(ran.violated >= ran.violations.len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_answer_is_noticed_by_each_journey() {
    finds("nonce-is-lost", "sign-in", "code", "nonce").await;
    finds(
        "access-token-hash-is-of-another",
        "refresh",
        "refresh",
        "at_hash",
    )
    .await;
    finds(
        "tokens-in-force-are-inactive",
        "introspection",
        "introspect",
        "not active",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_answer_about_the_configuration_is_noticed_by_who_reads_it() {
    for (fault, request, what) in [
        (
            "total-is-one-too-many",
            "config-list",
            "total is not the number of clients",
        ),
        ("total-is-a-text", "config-list", "JSON of another shape"),
        (
            "configuration-clients-are-not-listed",
            "config-list",
            "the client that asks is not listed",
        ),
        (
            "clients-cannot-be-viewed",
            "config-item",
            "status 404 for 200",
        ),
    ] {
        finds(fault, "config-read", request, what).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_answer_about_the_configuration_is_noticed_by_who_writes_it() {
    for (fault, request, what) in [
        (
            "policies-are-made-with-200",
            "config-create",
            "status 200 for 201",
        ),
        (
            "new-token-policies-answer-whole",
            "config-create",
            "JSON of another shape",
        ),
        (
            "modifications-are-refused",
            "config-modify",
            "it is not modified",
        ),
        (
            "modifications-are-not-done",
            "config-made",
            "the modification is not seen",
        ),
        ("policies-show-half", "config-made", "JSON of another shape"),
        (
            "deletions-are-refused",
            "config-delete",
            "it is not removed",
        ),
        (
            "deletions-are-not-done",
            "config-gone",
            "status 200 for 404",
        ),
    ] {
        finds(fault, "config-write", request, what).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_answer_about_a_user_is_noticed() {
    for (fault, what) in [
        ("userinfo-is-plain-text", "not JSON by its content type"),
        ("userinfo-refuses-every-token", "status 401 for 200"),
    ] {
        finds(fault, "userinfo", "userinfo", what).await;
    }
    violates(
        "subject-of-userinfo-is-the-email-address",
        &["userinfo"],
        Rule::OwnUser,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_issued_twice_is_a_violation() {
    violates("the-same-token-comes-again", &["token"], Rule::TokenOnce).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_that_is_not_done_is_a_violation() {
    violates(
        "revocation-is-not-done",
        &["revocation"],
        Rule::RevokedStaysRevoked,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_user_is_a_violation() {
    violates(
        "refreshed-id-token-is-of-another-user",
        &["refresh"],
        Rule::OwnUser,
    )
    .await;
}
