//! Figures are right to two per cent, and the same however they came together.

use std::time::Duration;

use loadtest::figures::{
    Figures, Name, Outcome, Percentile, Recorder, Sample, recorder::MOST_NAMES,
};
use proptest::{collection::vec, prelude::*};

const NAMES: [&str; 3] = ["token", "userinfo", "config.read"];

/// A request that may end in any way, within some hours.
fn sample() -> impl Strategy<Value = Sample> {
    let outcome = prop_oneof![
        6 => Just(Outcome::Good),
        1 => Just(Outcome::Wrong(Name::known("status 503"))),
        1 => Just(Outcome::Wrong(Name::known("body"))),
        1 => Just(Outcome::Unanswered(Name::known("timeout"))),
    ];
    // As many short ones as long ones, and some that are cut.
    let micros = (0_f64..8.3).prop_map(|exponent| 10_f64.powf(exponent) as u64);
    let seconds = prop_oneof![0_u64..5, 0_u64..20_000];
    (0..NAMES.len(), seconds, micros, outcome).prop_map(|(name, second, micros, outcome)| Sample {
        name: Name::known(NAMES[name]),
        started: Duration::from_secs(second),
        took: Duration::from_micros(micros),
        outcome,
    })
}

fn recorded(samples: &[Sample]) -> Figures {
    let recorder = Recorder::new();
    for sample in samples {
        recorder.record(sample.clone());
    }
    recorder.figures()
}

fn merged(one: &Figures, other: &Figures) -> Figures {
    let mut merged = one.clone();
    merged.merge(other);
    merged
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn merging_is_the_same_as_recording_everything_in_one(
        a in vec(sample(), 0..30), b in vec(sample(), 0..30), c in vec(sample(), 0..30),
    ) {
        let all: Vec<Sample> = a.iter().chain(&b).chain(&c).cloned().collect();
        let (a, b, c) = (recorded(&a), recorded(&b), recorded(&c));
        let left = merged(&merged(&a, &b), &c);
        prop_assert_eq!(&left, &merged(&a, &merged(&b, &c)));
        prop_assert_eq!(&left, &merged(&merged(&c, &b), &a));
        prop_assert_eq!(&left, &recorded(&all));
        prop_assert_eq!(&merged(&left, &Figures::default()), &left);
    }

    #[test]
    fn figures_read_as_they_are_written(samples in vec(sample(), 0..40)) {
        let figures = recorded(&samples);
        let text = serde_json::to_string(&figures).expect("figures are JSON");
        let read: Figures = serde_json::from_str(&text).expect("what was written is read");
        prop_assert_eq!(&read, &figures);
        // What was read takes more than it held.
        prop_assert_eq!(merged(&read, &figures), merged(&figures, &figures));
    }

    #[test]
    fn percentiles_are_right_to_two_per_cent(
        micros in vec((1_f64..7.9).prop_map(|exponent| 10_f64.powf(exponent)), 1..400),
        percentile in prop_oneof![
            Just(Percentile::P50), Just(Percentile::P95), Just(Percentile::P99), Just(Percentile::P999)
        ],
    ) {
        let recorder = Recorder::new();
        for micros in &micros {
            recorder.record(Sample {
                name: Name::known("token"),
                started: Duration::ZERO,
                took: Duration::from_secs_f64(micros / 1e6),
                outcome: Outcome::Good,
            });
        }
        let mut sorted = micros.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = usize::try_from(percentile.rank(micros.len() as u64)).expect("a small rank");
        let truth = sorted[rank - 1] / 1e6;
        let figures = recorder.figures();
        let seen = figures.requests["token"].percentile(percentile).expect("all were answered");
        let ratio = seen.as_secs_f64() / truth;
        // The smallest are 10 us, told to the nearest 1 us: 5 per cent, from 25 us on within 2.
        let allowed = if truth < 25e-6 { 0.055 } else { 0.02 };
        prop_assert!((ratio - 1.0).abs() <= allowed, "{} instead of {}", seen.as_secs_f64(), truth);
    }
}

fn one(name: &str, started: u64, took: Duration, outcome: Outcome) -> Sample {
    Sample {
        name: Name::from(name.to_owned()),
        started: Duration::from_secs(started),
        took,
        outcome,
    }
}

#[test]
fn what_was_not_answered_took_longer_than_anything() {
    let mut samples = vec![one("token", 0, Duration::from_millis(1), Outcome::Good); 98];
    let lost = Outcome::Unanswered(Name::known("connect"));
    samples.resize(100, one("token", 0, Duration::from_micros(10), lost));
    let figures = recorded(&samples);
    let token = &figures.requests["token"];
    assert_eq!(
        token.percentile(Percentile::P95).map(|p95| p95.as_millis()),
        Some(1)
    );
    assert_eq!(
        token.percentile(Percentile::P99),
        None,
        "a lost request is none of the fast ones"
    );
    assert_eq!(
        (token.count(), token.errors(), token.error_share()),
        (100, 2, Some(0.02))
    );
}

#[test]
fn what_is_too_long_is_cut_and_counted() {
    let hour = Duration::from_secs(3_600);
    let figures = recorded(&[one("token", 0, hour, Outcome::Good)]);
    let latency = &figures.requests["token"].latency;
    assert_eq!((latency.count(), latency.cut()), (1, 1));
    let longest = latency.longest().expect("there is one").as_secs_f64();
    assert!((120.0..120.2).contains(&longest), "{longest}");
    assert_eq!(figures.elapsed, hour);
}

#[test]
fn names_and_points_are_bounded_and_nothing_is_lost() {
    let samples: Vec<Sample> = (0..1_000_u64)
        .map(|number| {
            one(
                &format!("name {number}"),
                number * 60,
                Duration::ZERO,
                Outcome::Good,
            )
        })
        .collect();
    let figures = recorded(&samples);
    assert_eq!(figures.requests.len(), MOST_NAMES + 1);
    assert_eq!(
        figures.requests["(other)"].count(),
        1_000 - MOST_NAMES as u64
    );
    assert_eq!(figures.whole().count(), 1_000);
    let points = figures.series.points();
    assert!(points.len() <= 600, "{}", points.len());
    assert_eq!(
        points
            .iter()
            .map(loadtest::figures::Point::count)
            .sum::<u64>(),
        1_000
    );
    assert_eq!(figures.series.step(), Duration::from_secs(128));
}

#[test]
fn threads_record_side_by_side() {
    let recorder = Recorder::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..1_000 {
                    recorder.record(one("token", 0, Duration::from_micros(70), Outcome::Good));
                }
            });
        }
    });
    assert_eq!(recorder.figures().requests["token"].good, 8_000);
}

#[test]
fn a_histogram_that_is_none_is_refused() {
    for (text, reason) in [
        (r#"{"hdr":"?"}"#, "base64"),
        (r#"{"hdr":"AAAA"}"#, "histogram"),
        (r#"{"cut":0}"#, "hdr"),
    ] {
        let error = serde_json::from_str::<loadtest::figures::Latency>(text).expect_err(text);
        assert!(error.to_string().contains(reason), "{error}");
    }
}
