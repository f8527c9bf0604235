//! Limits: how they are written, what they say of a run, and when they give up.

use std::time::Duration;

use loadtest::{
    figures::{Figures, Name, Outcome, Recorder, Sample},
    limit::{Limit, Limits, Planned},
};
use proptest::{collection::vec, prelude::*};

fn limit(text: &str) -> Limit {
    text.parse().expect("a limit")
}

fn limits(texts: &[&str]) -> Limits {
    Limits::new(texts.iter().map(|text| limit(text)).collect())
}

/// So many requests of a name, of which some are wrong, each so long.
fn run(name: &'static str, good: usize, wrong: usize, took: Duration) -> Figures {
    let recorder = Recorder::new();
    for number in 0..good + wrong {
        let wrong = Outcome::Wrong(Name::known("status 503"));
        recorder.record(Sample {
            name: Name::known(name),
            started: Duration::ZERO,
            took,
            outcome: if number < good { Outcome::Good } else { wrong },
        });
    }
    recorder.figures().lasting(Duration::from_secs(10))
}

fn told(limits: &Limits, figures: &Figures) -> Vec<String> {
    let judged = limits.judge(figures);
    judged.iter().map(ToString::to_string).collect()
}

#[test]
fn limits_are_judged() {
    let figures = run("token", 999, 1, Duration::from_millis(20));
    let limits = limits(&[
        "token.p99 < 50ms",
        "p99 < 20ms",
        "errors < 0.1%",
        "token.errors <= 0.1%",
        "token.rate > 99/s",
        "rate >= 100/s",
        "max < 0.1s",
        "mean < 19000us",
        "userinfo.p50 < 1s",
    ]);
    insta::assert_snapshot!(told(&limits, &figures).join("\n"), @r"
    token.p99 < 50ms met: 20.0 ms
    p99 < 20ms missed: 20.0 ms
    errors < 0.1% missed: 0.100 %
    token.errors <= 0.1% met: 0.100 %
    token.rate > 99/s met: 99.9/s
    rate >= 100/s missed: 99.9/s
    max < 0.1s met: 20.0 ms
    mean < 19000us missed: 20.0 ms
    userinfo.p50 < 1s missed: nothing was measured
    ");
}

#[test]
fn what_is_not_answered_is_no_fast_request() {
    let recorder = Recorder::new();
    for _ in 0..10 {
        recorder.record(Sample {
            name: Name::known("token"),
            started: Duration::ZERO,
            took: Duration::from_micros(50),
            outcome: Outcome::Unanswered(Name::known("connect")),
        });
    }
    let limits = limits(&["p50 < 1s", "max < 100s", "mean < 1s", "errors < 1%"]);
    let judged = limits.judge(&recorder.figures());
    assert!(judged.iter().all(|judged| !judged.is_met), "{judged:?}");
}

#[test]
fn an_error_says_where_and_what_is_possible() {
    let errors: Vec<String> = [
        "",
        "token.p99",
        "token.p100 < 5ms",
        "p99.9999 < 5ms",
        "errors > 1%",
        "rate < 5/s",
        "to ken.p99 < 5ms",
        ".p99 < 5ms",
        "p99 < ms",
        "p99 < 5",
        "p99 < 5 mins",
        "errors < 0.1",
        "rate > 1.2.3/s",
        "p99 < -5ms",
        "p99 << 5ms",
        "ü.speed < 5ms",
        "p99 < 5ms\u{1b}[31m",
    ]
    .map(|text| text.parse::<Limit>().expect_err(text).to_string())
    .to_vec();
    insta::assert_snapshot!(errors.join("\n"), @r"
    ``, column 1: there is no `<`, `<=`, `>` or `>=`; a limit is like `token.p99 < 50ms`, `errors < 0.1%` or `userinfo.rate > 1000/s`
    `token.p99`, column 10: there is no `<`, `<=`, `>` or `>=`; a limit is like `token.p99 < 50ms`, `errors < 0.1%` or `userinfo.rate > 1000/s`
    `token.p100 < 5ms`, column 7: `p100` is not a figure; possible: `p50`, `p95`, `p99`, `p99.9` or any other percentile, `max`, `mean`, `errors`, `rate`, after the name of a request and a dot where it is about one
    `p99.9999 < 5ms`, column 5: `9999` is not a figure; possible: `p50`, `p95`, `p99`, `p99.9` or any other percentile, `max`, `mean`, `errors`, `rate`, after the name of a request and a dot where it is about one
    `errors > 1%`, column 8: `errors` is good on the other side; possible: `<` or `<=`
    `rate < 5/s`, column 6: `rate` is good on the other side; possible: `>` or `>=`
    `to ken.p99 < 5ms`, column 3: here stands the name of a request, without spaces
    `.p99 < 5ms`, column 1: here stands the name of a request, without spaces
    `p99 < ms`, column 7: here stands a number and its unit; possible units: `us`, `ms`, `s`
    `p99 < 5`, column 8: `p99` has a unit; possible: `us`, `ms`, `s`
    `p99 < 5 mins`, column 9: `mins` is not a unit of `p99`; possible: `us`, `ms`, `s`
    `errors < 0.1`, column 13: `errors` has a unit; possible: `%`
    `rate > 1.2.3/s`, column 8: here stands a number and its unit; possible units: `/s`
    `p99 < -5ms`, column 7: here stands a number and its unit; possible units: `us`, `ms`, `s`
    `p99 << 5ms`, column 6: here stands a number and its unit; possible units: `us`, `ms`, `s`
    `ü.speed < 5ms`, column 3: `speed` is not a figure; possible: `p50`, `p95`, `p99`, `p99.9` or any other percentile, `max`, `mean`, `errors`, `rate`, after the name of a request and a dot where it is about one
    `p99 < 5ms\u{1b}[31m`, column 8: `ms\u{1b}[31m` is not a unit of `p99`; possible: `us`, `ms`, `s`
    ");
    assert_eq!(
        "ü.speed < 5ms"
            .parse::<Limit>()
            .expect_err("no figure")
            .column(),
        3
    );
    let long = "x".repeat(300).parse::<Limit>().expect_err("too long");
    assert!(
        long.to_string().ends_with("is longer than 200 bytes"),
        "{long}"
    );
}

#[test]
fn a_limit_on_a_request_that_is_not_made_is_refused() {
    let names = [Name::known("token"), Name::known("config.read")];
    let check = |texts: &[&str]| {
        limits(texts)
            .check(&names)
            .map_err(|error| error.to_string())
    };
    assert_eq!(check(&["config.read.p99 < 5ms", "errors < 1%"]), Ok(()));
    insta::assert_snapshot!(check(&["tokens.p99 < 5ms"]).expect_err("no such request"), @"`tokens.p99 < 5ms`, column 1: this run makes no request named `tokens`; possible: `token`, `config.read`");
    insta::assert_snapshot!(check(&["p99 < 5ms"; 201]).expect_err("too many"), @"`p99 < 5ms`, column 1: is one too many; possible: 200 limits");
}

#[test]
fn a_file_of_limits_is_read_and_its_errors_name_the_line() {
    let example = include_str!("../../../fixtures/load/limits.toml");
    assert_eq!(
        Limits::parse("limits.toml", example)
            .expect("the example")
            .all()
            .len(),
        4
    );
    let refused = |text| {
        Limits::parse("limits.toml", text)
            .expect_err("refused")
            .to_string()
    };
    insta::assert_snapshot!(
        [
            refused("limits = [\n  \"p99 < 5ms\",\n  \"p99 < 5\",\n]"),
            refused("limits = [\n  5,\n]"),
            refused("\nlimit = []"),
            refused("limits = ["),
            Limits::read("no/such.toml".as_ref()).expect_err("no file").to_string(),
        ]
        .join("\n"),
        @r"
    `limits.toml` line 3: `p99 < 5`, column 8: `p99` has a unit; possible: `us`, `ms`, `s`
    `limits.toml` line 2: invalid type: integer `5`, expected a string
    `limits.toml` line 2: unknown field `limit`, expected `limits`
    `limits.toml` line 1: unclosed array, expected `]`
    cannot read `no/such.toml`: No such file or directory (os error 2)
    "
    );
}

#[test]
fn the_example_is_as_its_schema_says() {
    let schema = fixtures::schemas::find("limits").expect("limits have a schema");
    let schema = serde_json::from_str(schema.text).expect("a schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let example = include_str!("../../../fixtures/load/limits.toml");
    let value: serde_json::Value = toml::from_str(example).expect("TOML");
    assert!(validator.is_valid(&value));
    // Whatever the grammar refuses in the first place the schema refuses, too.
    for text in [
        "p99",
        "p99 < 5",
        "errors > 1%",
        "rate < 5/s",
        "p99 < 5%",
        "errors < 5ms",
    ] {
        assert!(text.parse::<Limit>().is_err(), "{text}");
        assert!(
            !validator.is_valid(&serde_json::json!({"limits": [text]})),
            "{text}"
        );
    }
}

/// Limits that may or may not be kept by the runs below.
fn any_limit() -> impl Strategy<Value = Limit> {
    let name = prop_oneof![Just(""), Just("token."), Just("config.read.")];
    let upper = prop_oneof![Just("<"), Just("<=")];
    let lower = prop_oneof![Just(">"), Just(">=")];
    let latency = (
        prop_oneof![
            Just("p50"),
            Just("p95"),
            Just("p99"),
            Just("p99.9"),
            Just("max"),
            Just("mean")
        ],
        upper.clone(),
        0_u32..3_000,
        prop_oneof![Just("us"), Just("ms"), Just("s")],
    )
        .prop_map(|(figure, sign, number, unit)| {
            format!("{figure} {sign} {}{unit}", f64::from(number) / 10.0)
        });
    let errors = (upper, 0_u32..1_000)
        .prop_map(|(sign, number)| format!("errors {sign} {}%", f64::from(number) / 20.0));
    let rate = (lower, 0_u32..2_000).prop_map(|(sign, number)| format!("rate {sign} {number}/s"));
    (name, prop_oneof![latency, errors, rate])
        .prop_map(|(name, rest)| limit(&format!("{name}{rest}")))
}

fn samples(most: usize) -> impl Strategy<Value = Vec<(bool, u8, u64)>> {
    vec((any::<bool>(), 0_u8..12, 1_u64..200_000), 0..most)
}

fn record(recorder: &Recorder, samples: &[(bool, u8, u64)]) {
    for (is_token, outcome, micros) in samples {
        recorder.record(Sample {
            name: Name::known(if *is_token { "token" } else { "config.read" }),
            started: Duration::ZERO,
            took: Duration::from_micros(*micros),
            outcome: match outcome {
                0 => Outcome::Wrong(Name::known("body")),
                1 => Outcome::Unanswered(Name::known("timeout")),
                _ => Outcome::Good,
            },
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_limit_reads_as_it_is_written(limit in any_limit()) {
        prop_assert_eq!(&limit.to_string().parse::<Limit>().expect("what was written is read"), &limit);
        let tight = limit.to_string().replace(' ', "");
        prop_assert_eq!(&tight.parse::<Limit>().expect("spaces say nothing"), &limit);
    }

    #[test]
    fn whatever_is_written_is_a_limit_or_an_error(text in "[a-z0-9.<>=% /\u{e9}\u{1b}-]{0,40}") {
        if let Err(error) = text.parse::<Limit>() {
            prop_assert!(error.column() <= text.chars().count() + 1);
        }
    }

    /// The run goes on in some way, and ends as planned: what it keeps to then was not hopeless before.
    #[test]
    fn no_run_is_stopped_that_could_still_pass(
        limit in any_limit(), before in samples(60), after in samples(60), is_counted in any::<bool>(),
    ) {
        let limits = Limits::new(vec![limit]);
        let recorder = Recorder::new();
        record(&recorder, &before);
        let planned = Planned {
            duration: (!is_counted).then(|| Duration::from_secs(2)),
            requests: is_counted.then_some((before.len() + after.len()) as u64),
            pace: after.len() as f64,
            waiting: 0,
        };
        let second = Duration::from_secs(1);
        let hopeless = limits.hopeless(&recorder.figures().lasting(second), second, &planned);
        record(&recorder, &after);
        let end = if is_counted { second + second / 2 } else { second * 2 };
        let judged = limits.judge(&recorder.figures().lasting(end));
        if let (Some(hopeless), true) = (hopeless, judged[0].is_met) {
            return Err(TestCaseError::fail(format!("{hopeless}, and yet {}", judged[0])));
        }
    }

    /// What is not hopeless is kept after all, when everything that can still come is good.
    #[test]
    fn no_run_goes_on_that_cannot_pass(limit in any_limit(), before in samples(60), more in 0_usize..60) {
        let limits = Limits::new(vec![limit.clone()]);
        let recorder = Recorder::new();
        record(&recorder, &before);
        let planned = Planned {
            duration: Some(Duration::from_secs(2)),
            requests: None,
            pace: more as f64,
            waiting: 0,
        };
        let second = Duration::from_secs(1);
        let figures = recorder.figures();
        let Some(name) = limit.name.clone().or(Some(Name::known("token"))) else { unreachable!() };
        prop_assume!(figures.requests.contains_key(&name));
        let is_hopeless = limits.hopeless(&figures, second, &planned).is_some();
        record(&recorder, &vec![(name.as_str() == "token", 5, 0); more]);
        let judged = limits.judge(&recorder.figures().lasting(second * 2));
        prop_assert_eq!(is_hopeless, !judged[0].is_met, "{}", judged[0]);
    }
}

#[test]
fn a_run_that_only_fails_is_given_up_early() {
    let figures = run("token", 0, 100_000, Duration::from_millis(1));
    let planned = Planned::lasting(Duration::from_secs(30));
    let limits = limits(&["p99 < 1s", "errors < 0.01%"]);
    let hopeless = limits
        .hopeless(
            &figures,
            Duration::from_secs(10),
            &Planned {
                pace: 2e6,
                waiting: 0,
                ..planned
            },
        )
        .expect("nothing can save it");
    insta::assert_snapshot!(hopeless, @"errors < 0.01% cannot be met any more: it stands at 100.00 %, and would end at 0.249 % at best");
    // With hours to go there is hope.
    let planned = Planned::lasting(Duration::from_secs(36_000));
    assert_eq!(
        limits.hopeless(&figures, Duration::from_secs(10), &planned),
        None
    );
}
