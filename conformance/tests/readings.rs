//! Where the documentation is open, every listed answer passes, is reported, and is held against a pinned one.

use std::sync::Arc;

use conformance::{
    catalogue,
    check::Check,
    description::{Usable, tenant::Served},
    expectations::Expectations,
    plan::{Mode, Plan, Wanted},
    report::{Evidence, Report},
    run::{self, Finished, Record, stop::Stop},
    target::{Session, Target},
    verdict::Verdict,
};
use fixtures::readings::{self, Reading};
use reference_server::{
    Clock, TestServer,
    settings::{Readings, Webhooks},
};

/// Which check finds out about which reading.
const OBSERVERS: &[(&str, &str)] = &[
    ("rejected-token", "config.bearer.near-misses-are-rejected"),
    ("rejected-token-body", "config.bearer.rejection-has-a-text"),
    ("plus-creates", "config.scopes.mutate"),
    ("plus-with-read", "config.scopes.precedence"),
    ("plus-resets-secret", "config.scopes.mutate-resets-secret"),
    ("bare-config", "config.scopes.bare-config"),
    ("item-scope-lists", "config.scopes.item-scope-and-list"),
    ("scope-absent", "config.tokens.scope-left-out"),
    (
        "nothing-granted",
        "config.grants.nothing-looks-like-nothing",
    ),
    ("secret-retrieval", "config.secrets.reading-one-later"),
    ("secret-at-creation", "config.secrets.at-creation"),
    ("secret-reset-method", "config.secrets.one-method-resets"),
    ("creation-status", "config.api.one-status-for-creations"),
    ("deletion-status", "config.api.one-status-for-deletions"),
    (
        "missing-member-status",
        "config.errors.missing-and-misspelt-alike",
    ),
    ("bad-value-status", "config.token-policies.unusable-values"),
    ("lifetime-as-text", "config.token-policies.lifetime-as-text"),
    ("foreign-item-status", "config.errors.items-out-of-reach"),
    ("client-href", "config.lists.one-form-of-client-links"),
    (
        "authorize-error-channel",
        "login.authorize.errors-take-one-way",
    ),
    (
        "missing-parameter-text",
        "login.authorize.missing-parameter-has-a-name",
    ),
    (
        "pkce-documented-sha256",
        "login.authorize.challenge-as-in-the-sample",
    ),
    ("userinfo-email-names", "profiles.userinfo.email.names"),
    (
        "refresh-result",
        "login.token.refresh.whole-set-or-access-token",
    ),
    ("refresh-reuse", "login.token.refresh.used-before"),
    (
        "code-reuse-revokes",
        "login.token.code.reuse-ends-tokens-or-none",
    ),
    (
        "revoke-foreign-token",
        "login.revoke.extent.answer-about-foreign-tokens",
    ),
    (
        "userinfo-without-openid",
        "profiles.userinfo.refused.administrative-token",
    ),
    ("discovery-grants", "login.discovery.administrative-grant"),
    ("unknown-customer", "config.tokens.unknown-customer"),
    (
        "subscription-title-clash",
        "webhooks.subscriptions.title-taken-status",
    ),
    (
        "patch-media-type",
        "webhooks.subscriptions.patch-media-type-status",
    ),
    ("set-audience", "webhooks.tokens.audience-form"),
    ("set-time-of-event", "webhooks.tokens.event-time-unit"),
];

#[test]
fn every_reading_has_an_observer() {
    for reading in readings::all() {
        assert!(
            OBSERVERS.iter().any(|(id, _)| *id == reading.id),
            "`{}`",
            reading.id
        );
        observer(reading);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_passes_and_is_reported() {
    for reading in readings::all() {
        for answer in &reading.answers {
            let server = server(reading, answer).await;
            let (record, observed) = judge(&server, reading, None).await;
            let why = format!("`{}={answer}`: {:?}", reading.id, record.outcome);
            assert_eq!(record.verdict(), Verdict::Pass, "{why}");
            assert_eq!(observed.as_ref(), Some(answer), "{why}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_answer_than_the_pinned_one_is_a_mismatch() {
    for reading in readings::all()
        .iter()
        .filter(|reading| reading.answers.len() > 1)
    {
        let (given, pinned) = (&reading.answers[0], &reading.answers[1]);
        let server = server(reading, given).await;
        let (record, _) = judge(&server, reading, Some(pinned)).await;
        let missed = matches!(record.verdict(), Verdict::Fail | Verdict::Warn);
        let outcome = record.outcome;
        assert!(
            missed,
            "`{}` pinned to `{pinned}`, answered `{given}`: {outcome:?}",
            reading.id
        );
    }
}

/// Answers that stand in the exchange that shows them: as its status, or as its method.
fn is_shown(reading: &str, answer: &str, evidence: &Evidence) -> bool {
    let exchange = &evidence.exchange;
    let Some(response) = &exchange.response else {
        return false;
    };
    match reading {
        "secret-reset-method" => exchange.request.method == answer,
        // What a wrong token gets for the secret says nothing yet: only how the method is refused.
        "secret-retrieval" => (response.status == 405) == (answer == "refused"),
        _ => answer
            .parse()
            .map_or(true, |status: u16| response.status == status),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_shown_by_an_exchange() {
    for reading in readings::all() {
        for answer in &reading.answers {
            let server = server(reading, answer).await;
            let checks = [observer(reading)];
            let report = report(&server, &checks).await;
            let why = format!("`{}={answer}`", reading.id);
            let seen = report.readings.get(&reading.id);
            let seen = seen.unwrap_or_else(|| panic!("{why} was not observed"));
            let evidence = seen.evidence.as_ref();
            let evidence = evidence.unwrap_or_else(|| panic!("{why} is shown by nothing"));
            assert_eq!(evidence.check, checks[0].id, "{why}");
            let shown = format!("{} {}", evidence.asked(&report.url), evidence.answered());
            assert!(is_shown(&reading.id, answer, evidence), "{why}: {shown}");
            assert!(evidence.exchange.curl.starts_with("curl "), "{why}");
        }
    }
}

/// Scenarios know one method to reset a secret; the target may take the other one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scenario_resets_with_the_method_that_the_target_takes() {
    let reading = readings::find("secret-reset-method").expect("there is such a reading");
    for answer in &reading.answers {
        let server = server(reading, answer).await;
        let scenario = check("config.secrets.reset-works-at-once");
        let (record, _) = make(&server, scenario, reading, None).await;
        let outcome = &record.outcome;
        assert_eq!(record.verdict(), Verdict::Pass, "{answer}: {outcome:?}");
    }
}

fn observer(reading: &Reading) -> Check {
    let observer = OBSERVERS.iter().find(|(id, _)| *id == reading.id);
    let (_, id) = observer.unwrap_or_else(|| panic!("nobody observes `{}`", reading.id));
    check(id)
}

fn check(id: &str) -> Check {
    catalogue::all()
        .into_iter()
        .find(|check| check.id == id)
        .unwrap_or_else(|| panic!("no check `{id}`"))
}

async fn server(reading: &Reading, answer: &str) -> TestServer {
    let mut answers = Readings::default();
    answers
        .set(&format!("{}={answer}", reading.id))
        .unwrap_or_else(|error| panic!("the reference server knows every reading: {error}"));
    // A running clock, because ID tokens are held against the time.
    TestServer::builder()
        .readings(answers)
        .clock(Clock::running())
        .webhooks(Webhooks {
            allow_local_listeners: true,
            ..Webhooks::default()
        })
        .start()
        .await
}

/// Makes the check that observes a reading, and returns what it came to with the answer that it found.
async fn judge(
    server: &TestServer,
    reading: &Reading,
    pinned: Option<&str>,
) -> (Record, Option<String>) {
    make(server, observer(reading), reading, pinned).await
}

async fn report(server: &TestServer, checks: &[Check]) -> Report {
    let (session, finished) = run(server, checks, None).await;
    Report::new(&session, Mode::Full, &finished, &Expectations::default())
}

/// Makes a check, and returns what it came to with the answer to the reading that it found.
async fn make(
    server: &TestServer,
    check: Check,
    reading: &Reading,
    pinned: Option<&str>,
) -> (Record, Option<String>) {
    let pinned = pinned.map(|answer| (reading.id.clone(), answer.to_owned()));
    let (session, mut finished) = run(server, &[check], pinned).await;
    let observed = Target::new(session, "afterwards").answer_to(&reading.id);
    (finished.records.remove(0), observed)
}

async fn run(
    server: &TestServer,
    checks: &[Check],
    pinned: Option<(String, String)>,
) -> (Arc<Session>, Finished) {
    let mut served = Served::new(server.url(), &fixtures::seed::demo());
    served.description.readings.extend(pinned);
    let usable = Usable::new(&served.description, Some(1), &|name| served.variable(name))
        .unwrap_or_else(|problems| panic!("the description is good: {problems:?}"));
    let offer = usable.offer();
    let session = Arc::new(Session::new(usable.settings).expect("plain HTTP needs no roots"));
    let plan = Plan::new(
        checks.iter().copied(),
        &Wanted::default(),
        usable.mode,
        offer,
    );
    let finished = run::run(&session, &plan, &usable.options, &Stop::never(), &|_| {}).await;
    (session, finished)
}
