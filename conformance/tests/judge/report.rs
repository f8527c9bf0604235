//! One report with every verdict in it, in every format.

use std::{sync::Arc, time::Duration};

use conformance::{
    check::{Check, Effects, Need, Run},
    expectations::Expectations,
    plan::{Mode, Plan, Wanted},
    report::{
        Report, Write,
        json::Json,
        junit::Junit,
        markdown::Markdown,
        terminal::{Terminal, evidence},
    },
    run::{self, Finished, Options, stop::Stop},
    target::Session,
    verdict::{Broken, Mismatch, Skip, Verdict},
};
use serde_json::{Value, json};

use super::{
    peer::{self, Peer},
    subject, xsd,
};

const fn check(
    id: &'static str,
    title: &'static str,
    cites: &'static [&'static str],
    function: for<'t> fn(
        &'t conformance::target::Target,
    ) -> futures_util::future::BoxFuture<'t, conformance::verdict::Outcome>,
) -> Check {
    Check {
        id,
        title,
        cites,
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(function),
    }
}

const CHECKS: &[Check] = &[
    check(
        "sample.one.passes",
        "What holds",
        &["bearer-missing-body"],
        |target| {
            Box::pin(async {
                let answer = target.anonymous().get("/elsewhere").await?;
                Ok(target.reading("rejected-token", answer.status())?)
            })
        },
    ),
    check(
        "sample.one.fails",
        "What does not hold",
        &["bearer-missing-body"],
        |target| {
            Box::pin(async {
                let answer = target.anonymous().get("config/clients").await?;
                Ok(conformance::expect::errors(&answer, &[401], "<a> & \"b\"")?)
            })
        },
    ),
    check(
        "sample.one.warns",
        "What was only inferred",
        &["bearer-missing-body", "bearer-scheme-any-case"],
        |_| {
            Box::pin(async {
                Err(
                    Mismatch::new("status", [json!(200), json!(201)], json!(500))
                        .violating(["bearer-scheme-any-case"])
                        .into(),
                )
            })
        },
    ),
    check(
        "sample.two.is-known",
        "What is known to fail",
        &["bearer-missing-body"],
        |_| Box::pin(async { Err(Mismatch::new("status", [json!(200)], json!(500)).into()) }),
    ),
    check(
        "sample.two.is-skipped",
        "What is not offered",
        &["bearer-missing-body"],
        |_| Box::pin(async { Err(Skip::because("the target has no users").into()) }),
    ),
    check(
        "sample.two.is-broken",
        "What was not observed",
        &["bearer-missing-body"],
        |_| Box::pin(async { Err(Broken::Prerequisite("nobody answers".to_owned()).into()) }),
    ),
];

/// Makes a report in which only the port of the peer is drawn by chance.
pub(crate) async fn sample() -> (Report, Peer) {
    let peer =
        Peer::start(|_, _, _| peer::full(401, "application/json", "no\u{1b}[31m token")).await;
    let session: Arc<Session> = subject::unasked(&peer.url(), Duration::from_secs(2));
    let plan = Plan::new(
        CHECKS.iter().copied(),
        &Wanted::default(),
        Mode::Full,
        subject::OFFER,
    );
    let mut finished: Finished = run::run(
        &session,
        &plan,
        &Options::default(),
        &Stop::never(),
        &|_| {},
    )
    .await;
    finished.started = jiff::Timestamp::UNIX_EPOCH;
    finished.duration = Duration::from_millis(1500);
    for record in &mut finished.records {
        record.offset = Duration::from_millis(100);
        record.duration = Duration::from_millis(250);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("known.toml");
    let known = "[[deviation]]\nid = \"sample.two.is-known\"\nreason = \"reported to the vendor\"\n\
                 [[deviation]]\nid = \"sample.one.passes\"\nreason = \"was wrong once\"\n";
    std::fs::write(&file, known).expect("written");
    let ids = CHECKS.iter().map(|check| check.id).collect();
    let expectations = Expectations::read(&file, &ids).expect("good expectations");
    let report = Report::new(&session, Mode::Full, &finished, &expectations);
    (report, peer)
}

pub(crate) fn written(format: &dyn Write, report: &Report, peer: &Peer) -> String {
    let mut bytes = Vec::new();
    format.write(report, &mut bytes).expect("written to memory");
    let text = String::from_utf8(bytes).expect("text");
    text.replace(&peer.url(), "http://peer")
}

#[tokio::test]
async fn for_people() {
    let (report, peer) = sample().await;
    let text = written(&Terminal::default(), &report, &peer);
    assert!(
        !text.contains("\u{1b}[31m token"),
        "what the target sends never reaches the terminal as it is"
    );
    let text = anstream_stripped(&text);
    insta::assert_snapshot!(text);
    let quiet = Terminal {
        is_quiet: true,
        is_verbose: false,
    };
    let text = written(&quiet, &report, &peer);
    assert!(
        !text.contains("passes  ") && !text.contains("is-skipped") && text.contains("is-broken")
    );
}

#[tokio::test]
async fn a_page_is_what_it_says_and_whole_only_for_machines() {
    let (mut report, peer) = sample().await;
    let shown = report.entries[0].exchanges.first_mut();
    let answer = shown.and_then(|shown| shown.response.as_mut());
    let answer = answer.expect("the check saw an answer");
    let content_type = "Text/HTML; charset=utf-8".to_owned();
    answer.headers.insert("content-type".into(), content_type);
    answer.body = "<!doctype html>\n<head><title>Not\nhere</title>\n<style>\np { margin: 0 }\n</style>\n</head>\n\
        <body>\n<p>Ask\nsomebody</p>\n<script>\nx()\n</script></body>"
        .to_owned();
    for format in [&Terminal::default() as &dyn Write, &Junit, &Markdown] {
        let text = written(format, &report, &peer);
        assert!(
            text.contains("answer    401 page `Not here`: Ask somebody\n"),
            "{text}"
        );
        assert!(!text.contains("margin") && !text.contains("x()"), "{text}");
    }
    assert!(written(&Json, &report, &peer).contains("margin: 0"));
    // What says nothing is shown as it is.
    let entry = &mut report.entries[0];
    let answer = entry.exchanges[0].response.as_mut();
    answer.expect("still there").body = "<style>p { margin: 0 }</style>".to_owned();
    assert!(evidence(entry).contains("answer    401 <style>p { margin: 0 }"));
}

/// Takes the colours out, as a stream that is no terminal does.
fn anstream_stripped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain + rest
}

#[tokio::test]
async fn for_scripts() {
    let (report, peer) = sample().await;
    let value: Value = serde_json::from_str(&written(&Json, &report, &peer)).expect("JSON");
    let schema = fixtures::schemas::find("report").expect("there is a schema");
    let schema = serde_json::from_str(schema.text).expect("it is JSON");
    let validator = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("it is a schema");
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0]);
    insta::assert_json_snapshot!(value, {
        ".run" => insta::dynamic_redaction(|value, _| {
            let run = value.as_str().expect("a string");
            assert!(run.len() == 8 && run.bytes().all(|byte| byte.is_ascii_hexdigit()), "{run}");
            "[run]"
        }),
        ".checks[].exchanges[].duration_ms" => "[time]",
        ".readings_shown_by.*.exchange.duration_ms" => "[time]",
    });
    let mut broken = value.clone();
    broken["checks"][0]["verdict"] = json!("maybe");
    assert!(!validator.is_valid(&broken));
}

#[tokio::test]
async fn for_build_servers() {
    let (report, peer) = sample().await;
    let xml = written(&Junit, &report, &peer);
    assert_eq!(
        xsd::violations(include_str!("../data/junit.xsd"), &xml),
        [""; 0]
    );
    insta::assert_snapshot!(xml);
}

#[tokio::test]
async fn the_counts_and_what_is_stale() {
    let (report, _peer) = sample().await;
    let summary = report.summary();
    for verdict in Verdict::ALL {
        assert_eq!(summary.count(verdict), 1, "{verdict:?}");
    }
    assert_eq!(summary.total(), 6);
    assert_eq!(report.stale, ["sample.one.passes"]);
    let listing = Expectations::default().listing(&report.entries);
    insta::assert_snapshot!(listing);
}

#[test]
fn a_need_is_never_a_verdict() {
    // A plan that leaves everything out is empty, so that nothing selected cannot look like success.
    let mut needy = CHECKS[0];
    needy.needs = &[Need::ConfigurationClient];
    let plan = Plan::new(
        [needy],
        &Wanted::default(),
        Mode::Full,
        conformance::plan::Offer::default(),
    );
    assert!(plan.is_empty());
    assert_eq!(plan.skipped.len(), 1);
}
