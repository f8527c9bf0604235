//! Baselines: unchanged runs are silent, and a slower one is seen.

use std::collections::BTreeMap;

use loadtest::{
    baseline::{Change, Comparison, Repetition, Saved, compare, saved::Values},
    figures::Name,
    setup::{Demand, Setup},
};

/// A made-up run with so many repetitions, so many times slower than another. The values vary by two per cent.
pub(crate) fn saved(repetitions: usize, slower: f64) -> Saved {
    let values = |index: usize, base: f64| {
        let varied = base * slower * (1.0 + 0.02 * ((index * 7 % 5) as f64 - 2.0) / 2.0);
        let micros = |factor: f64| Some((varied * factor).round());
        Values {
            count: 1_000,
            errors_percent: 0.0,
            rate: (1e6 / varied).round(),
            p50_us: micros(1.0),
            p95_us: micros(2.0),
            p99_us: micros(4.0),
        }
    };
    let repetition = |index| Repetition {
        yardstick_us: Some(25.0),
        whole: values(index, 400.0),
        requests: BTreeMap::from([(Name::known("token"), values(index, 400.0))]),
    };
    Saved {
        setup: Setup {
            mix: "steady".to_owned(),
            demand: Demand::Users(8),
            planned: 2.0,
            engine: "goose".to_owned(),
            target: "http://127.0.0.1:9400".to_owned(),
            proofhouse: "0.1.0".to_owned(),
            cores: 2,
            started: "2026-11-29T08:00:00Z".parse().expect("a time"),
        },
        repetitions: (0..repetitions).map(repetition).collect(),
    }
}

#[test]
fn a_run_is_no_different_from_itself() {
    let comparison = compare(&saved(5, 1.0), &saved(5, 1.0));
    assert!(!comparison.has_change());
    assert_eq!(comparison.told(), "no difference seen");
    assert!(
        comparison
            .rows
            .iter()
            .all(|row| row.noticed > 1.05 || row.noticed < 1.0)
    );
}

#[test]
fn slower_and_faster_are_told_apart() {
    let told = |slower| {
        let comparison = compare(&saved(5, 1.0), &saved(5, slower));
        let rows = comparison.rows.iter();
        rows.map(|row| format!("{}: {}", row.subject(), row.told()))
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(told(1.2), @r"
    all rate: fewer: 0.83 times (0.79 to 0.88)
    token p50: slower: 1.20 times (1.14 to 1.26)
    token p95: slower: 1.20 times (1.13 to 1.27)
    token p99: slower: 1.20 times (1.13 to 1.27)
    token errors: no difference seen; one of 0.10 points would have been
    ");
    insta::assert_snapshot!(told(0.8), @r"
    all rate: more: 1.25 times (1.18 to 1.32)
    token p50: faster: 0.80 times (0.76 to 0.85)
    token p95: faster: 0.80 times (0.76 to 0.84)
    token p99: faster: 0.80 times (0.76 to 0.84)
    token errors: no difference seen; one of 0.10 points would have been
    ");
    // What is below five per cent is called nothing, however sure it is.
    assert!(!compare(&saved(500, 1.0), &saved(500, 1.04)).has_change());
}

#[test]
fn a_machine_that_is_slower_itself_is_no_alarm() {
    let mut after = saved(5, 1.2);
    for repetition in &mut after.repetitions {
        repetition.yardstick_us = Some(31.0);
    }
    let comparison = compare(&saved(5, 1.0), &after);
    assert!(!comparison.has_change(), "{}", comparison.told());
    insta::assert_snapshot!(comparison.notes.join("\n"), @"the machine itself was 1.24 times as slow as before: what differs by less is not the target's");
}

#[test]
fn errors_that_were_not_there_before_are_seen() {
    let mut after = saved(5, 1.0);
    for repetition in &mut after.repetitions {
        for values in repetition.requests.values_mut() {
            values.errors_percent = 1.5;
        }
    }
    let comparison = compare(&saved(5, 1.0), &after);
    let worse: Vec<String> = comparison
        .rows
        .iter()
        .filter(|row| row.change == Change::Worse)
        .map(|row| format!("{}: {}", row.subject(), row.told()))
        .collect();
    insta::assert_snapshot!(worse.join("\n"), @"token errors: +1.50 points (+1.46 to +1.54)");
}

#[test]
fn what_is_not_alike_is_not_compared() {
    let obstacle = |change: fn(&mut Saved)| {
        let mut after = saved(5, 1.0);
        change(&mut after);
        compare(&saved(5, 1.0), &after).told()
    };
    let told = [
        obstacle(|after| after.setup.mix = "spike".to_owned()),
        obstacle(|after| after.setup.demand = Demand::Arrivals(500.0)),
        obstacle(|after| after.setup.planned = 3.0),
        obstacle(|after| after.repetitions.truncate(4)),
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    cannot be compared: the mix is not the same: `steady` and `spike`
    cannot be compared: the demand is not the same: `8 users` and `500 arrivals/s`
    cannot be compared: the duration is not the same: `2 s` and `3 s`
    cannot be compared: 4 repetitions say too little, both runs need 5 or more
    ");
}

/// A hundred real repetitions on the built-in server, of one second each, one after the other on a machine with ten times as much to do as it
/// had cores: values vary by half, and slowly, too.
fn recorded() -> Saved {
    let text = include_str!("recorded-busy.json");
    Saved::parse("recorded-busy.json", text).expect("a recorded run")
}

/// Real repetitions on a server whose every answer takes 20 ms on its way, and so many per cent of that beside: of one second each, all of
/// one kind before those of the next, on a machine with two processors that had nothing else to do.
fn recorded_slower(percent: u32) -> Saved {
    let (file, text) = match percent {
        0 => ("0", include_str!("recorded-slower-0.json")),
        5 => ("5", include_str!("recorded-slower-5.json")),
        20 => ("20", include_str!("recorded-slower-20.json")),
        _ => panic!("nobody has recorded {percent} per cent"),
    };
    Saved::parse(file, text).expect("a recorded run")
}

/// Some of the recorded repetitions, in a row.
fn part(recorded: &Saved, from: usize, count: usize) -> Saved {
    Saved {
        setup: recorded.setup.clone(),
        repetitions: recorded.repetitions[from..from + count].to_vec(),
    }
}

/// Makes every latency so many times as long, and the rate as much lower.
fn slowed(mut saved: Saved, by: f64) -> Saved {
    for repetition in &mut saved.repetitions {
        let values = repetition.requests.values_mut();
        for values in values.chain(std::iter::once(&mut repetition.whole)) {
            values.rate /= by;
            for latency in [&mut values.p50_us, &mut values.p95_us, &mut values.p99_us] {
                *latency = latency.map(|micros| micros * by);
            }
        }
    }
    saved
}

#[test]
fn unchanged_runs_in_a_row_raise_no_alarm() {
    for recorded in [recorded(), recorded_slower(0)] {
        raises_no_alarm(&recorded);
    }
}

fn raises_no_alarm(recorded: &Saved) {
    let mut alarms = Vec::new();
    for count in [5, 10] {
        let whole = recorded.repetitions.len() / count * count;
        // Each with the one before it, and each with the first.
        for from in (count..whole).step_by(count) {
            for before in [from - count, 0] {
                let comparison =
                    compare(&part(recorded, before, count), &part(recorded, from, count));
                assert_eq!(comparison.obstacle, None);
                assert_eq!(comparison.rows.len(), 13, "{:?}", comparison.notes);
                if comparison.has_change() {
                    alarms.push(format!("{before} and {from}: {}", comparison.told()));
                }
            }
        }
    }
    assert_eq!(alarms, Vec::<String>::new());
}

/// Returns what comparisons of five repetitions each, in a row, see of a server that has really become slower.
fn seen_of(before: &Saved, after: &Saved) -> Vec<Comparison> {
    let starts = (0..after.repetitions.len()).step_by(5);
    let compared = starts.map(|from| compare(&part(before, from, 5), &part(after, from, 5)));
    compared.collect()
}

/// The latencies are the real ones; the machine's yardstick is taken to be the same, as on a machine of one's own.
#[test]
fn a_server_that_is_really_slower_by_a_fifth_raises_the_alarm_every_time() {
    let steady = |mut saved: Saved| {
        for repetition in &mut saved.repetitions {
            repetition.yardstick_us = Some(5.0);
        }
        saved
    };
    let seen = seen_of(&steady(recorded_slower(0)), &steady(recorded_slower(20)));
    assert_eq!(seen.len(), 11);
    for comparison in seen {
        assert!(comparison.is_worse(), "{:?}", comparison.rows);
        for row in comparison.rows {
            assert_ne!(row.change, Change::Better, "{row:?}");
        }
    }
}

/// With the yardstick as it was measured, what the machine itself changed by meanwhile hides it once; then that is said.
#[test]
fn what_the_machine_may_have_done_is_told_in_the_place_of_an_alarm() {
    let seen = seen_of(&recorded_slower(0), &recorded_slower(20));
    let alarms = seen.iter().filter(|comparison| comparison.is_worse());
    assert_eq!((alarms.count(), seen.len()), (10, 11));
    for comparison in seen {
        let is_told = comparison
            .notes
            .iter()
            .any(|note| note.starts_with("the machine itself was"));
        assert!(comparison.is_worse() != is_told, "{comparison:?}");
    }
}

/// It is on the verge of what is called a change, so an alarm is no duty; to call it faster would be a mistake.
#[test]
fn a_server_that_is_really_slower_by_a_twentieth_is_never_called_faster() {
    let seen = seen_of(&recorded_slower(0), &recorded_slower(5));
    assert!(seen.len() >= 10);
    for comparison in seen {
        assert_eq!(comparison.obstacle, None);
        for row in comparison.rows {
            assert_ne!(row.change, Change::Better, "{row:?}");
            if row.subject() == "token p50" {
                let (low, high) = row.interval;
                assert!(low < 1.06 && high > 1.04, "the truth is within: {row:?}");
            }
        }
    }
}

/// The shape of the real values, a fiftieth as wild: as repetitions on a machine of one's own are.
#[test]
fn a_run_that_is_ten_to_twenty_per_cent_slower_is_seen() {
    let mut recorded = recorded();
    let calm = |value: &mut Option<f64>, middle: f64| {
        *value = value.map(|value| middle * (value / middle).powf(0.02));
    };
    for repetition in &mut recorded.repetitions {
        repetition.yardstick_us = Some(25.0);
        let values = repetition.requests.values_mut();
        for values in values.chain(std::iter::once(&mut repetition.whole)) {
            values.rate = 400.0 * (values.rate / 400.0).powf(0.02);
            calm(&mut values.p50_us, 6_000.0);
            calm(&mut values.p95_us, 60_000.0);
            calm(&mut values.p99_us, 100_000.0);
        }
    }
    for (count, from) in [(5, 5), (5, 40), (10, 10), (10, 90)] {
        for by in [1.1, 1.2] {
            let after = slowed(part(&recorded, from, count), by);
            let comparison = compare(&part(&recorded, 0, count), &after);
            let worse = comparison
                .rows
                .iter()
                .filter(|row| row.change == Change::Worse);
            assert_eq!(
                worse.count(),
                10,
                "{count} from {from} by {by}: {:?}",
                comparison.rows
            );
        }
    }
}

#[test]
fn a_comparison_that_cannot_see_a_difference_says_so() {
    let recorded = recorded();
    let after = slowed(part(&recorded, 5, 5), 1.2);
    let comparison = compare(&part(&recorded, 0, 5), &after);
    for row in comparison
        .rows
        .iter()
        .filter(|row| row.figure.to_string() != "errors")
    {
        assert_eq!(row.change, Change::None);
        assert!(row.noticed > 1.2, "{row:?}");
        assert!(row.interval.0 < 1.0 && row.interval.1 > 1.0, "{row:?}");
    }
}
