//! What was measured, as Locust counts it: what came since the last report, with latencies in milliseconds.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rmpv::Value;

use super::message::map;
use crate::figures::{Figures, Kind, Name, Requests};

/// What stands where Locust has the method of a request: a name of ours is that of one request.
const METHOD: &str = "HTTP";

/// Reports what is new.
#[derive(Debug)]
pub(super) struct Stats {
    /// When the load began, in seconds since 1970.
    began: f64,
    reported: BTreeMap<Name, Counted>,
}

/// What the requests of one name came to.
#[derive(Debug, Clone, Default, PartialEq)]
struct Counted {
    count: u64,
    unanswered: u64,
    errors: BTreeMap<Kind, u64>,
    /// How often each latency came, by microseconds.
    latencies: BTreeMap<u64, u64>,
}

/// One report.
#[derive(Debug)]
pub(super) struct Report {
    entries: Vec<Value>,
    total: Value,
    errors: Vec<(Value, Value)>,
}

impl Stats {
    /// Begins with nothing reported of a load that has been running so long.
    pub(super) fn new(elapsed: Duration) -> Self {
        Self {
            began: now() - elapsed.as_secs_f64(),
            reported: BTreeMap::new(),
        }
    }

    /// Returns what is new since the last time.
    pub(super) fn report(&mut self, figures: &Figures) -> Report {
        let now = now();
        let mut whole = Counted::default();
        let mut entries = Vec::new();
        let mut errors = Vec::new();
        for (name, requests) in &figures.requests {
            let counted = Counted::of(requests);
            let before = self.reported.entry(name.clone()).or_default();
            let new = counted.since(before);
            *before = counted;
            if new.count == 0 {
                continue;
            }
            entries.push(new.entry(name.as_str(), METHOD, self.began, now));
            errors.extend(
                new.errors
                    .iter()
                    .map(|(kind, count)| error(name, kind, *count, now)),
            );
            whole.add(&new);
        }
        Report {
            total: whole.entry("Aggregated", "", self.began, now),
            entries,
            errors,
        }
    }
}

impl Report {
    /// Returns what a `stats` message says, with how many users there are of which class.
    pub(super) fn message(self, classes: &BTreeMap<String, u64>) -> Value {
        map([
            ("stats", Value::Array(self.entries)),
            ("stats_total", self.total),
            ("errors", Value::Map(self.errors)),
            ("user_classes_count", counts(classes)),
            ("user_count", classes.values().sum::<u64>().into()),
        ])
    }
}

/// Returns how many users there are of which class, as a message says it.
pub(super) fn counts(classes: &BTreeMap<String, u64>) -> Value {
    let pair = |(name, count): (&String, &u64)| (name.as_str().into(), (*count).into());
    Value::Map(classes.iter().map(pair).collect())
}

impl Counted {
    fn of(requests: &Requests) -> Self {
        let mut errors = requests.wrong.clone();
        for (kind, count) in &requests.unanswered {
            *errors.entry(kind.clone()).or_default() += count;
        }
        Self {
            count: requests.count(),
            unanswered: requests.unanswered.values().sum(),
            errors,
            latencies: requests.latency.buckets().collect(),
        }
    }

    /// Returns what came after another count of the same.
    fn since(&self, before: &Self) -> Self {
        Self {
            count: self.count - before.count,
            unanswered: self.unanswered - before.unanswered,
            errors: new(&self.errors, &before.errors),
            latencies: new(&self.latencies, &before.latencies),
        }
    }

    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.unanswered += other.unanswered;
        for (kind, count) in &other.errors {
            *self.errors.entry(kind.clone()).or_default() += count;
        }
        for (latency, count) in &other.latencies {
            *self.latencies.entry(*latency).or_default() += count;
        }
    }

    /// Returns it with the members that Locust expects.
    fn entry(&self, name: &str, method: &str, began: f64, now: f64) -> Value {
        let failures: u64 = self.errors.values().sum();
        let milliseconds = |micros: &u64| *micros as f64 / 1e3;
        let mut times: BTreeMap<u64, u64> = BTreeMap::new();
        let mut sum = 0.0;
        for (micros, count) in &self.latencies {
            *times.entry(rounded(*micros)).or_default() += count;
            sum += milliseconds(micros) * *count as f64;
        }
        let times = times
            .iter()
            .map(|(time, count)| ((*time).into(), (*count).into()));
        // What is new came within the second before: whole seconds are as far as Locust looks.
        let this_second = |count: u64| match count {
            0 => Value::Map(Vec::new()),
            count => Value::Map(vec![((now as u64).into(), count.into())]),
        };
        let shortest = self.latencies.keys().next().map(milliseconds);
        let longest = self.latencies.keys().next_back().map(milliseconds);
        map([
            ("name", name.into()),
            ("method", method.into()),
            (
                "last_request_timestamp",
                if self.count > 0 {
                    now.into()
                } else {
                    Value::Nil
                },
            ),
            ("start_time", began.into()),
            ("num_requests", self.count.into()),
            ("num_none_requests", self.unanswered.into()),
            ("num_failures", failures.into()),
            ("total_response_time", sum.into()),
            ("max_response_time", longest.unwrap_or_default().into()),
            (
                "min_response_time",
                shortest.map_or(Value::Nil, Value::from),
            ),
            // Nobody counts them.
            ("total_content_length", 0.into()),
            ("response_times", Value::Map(times.collect())),
            ("num_reqs_per_sec", this_second(self.count)),
            ("num_fail_per_sec", this_second(failures)),
        ])
    }
}

/// Returns by how much each count has grown.
fn new<K: Ord + Clone>(now: &BTreeMap<K, u64>, before: &BTreeMap<K, u64>) -> BTreeMap<K, u64> {
    now.iter()
        .map(|(key, count)| (key.clone(), count - before.get(key).unwrap_or(&0)))
        .filter(|(_, grown)| *grown > 0)
        .collect()
}

/// Returns an error under the key by which a master adds them up.
fn error(name: &Name, kind: &Kind, count: u64, now: f64) -> (Value, Value) {
    let key = format!("{METHOD}.{name}.{kind}");
    let told = map([
        ("name", name.as_str().into()),
        ("method", METHOD.into()),
        ("error", kind.as_str().into()),
        ("occurrences", count.into()),
        ("first_seen", now.into()),
        ("last_seen", now.into()),
    ]);
    (key.into(), told)
}

/// Rounds to milliseconds with about two significant digits, as Locust does.
fn rounded(micros: u64) -> u64 {
    let milliseconds = micros as f64 / 1e3;
    let step = match milliseconds {
        below if below < 100.0 => 1.0,
        below if below < 1_000.0 => 10.0,
        below if below < 10_000.0 => 100.0,
        _ => 1_000.0,
    };
    ((milliseconds / step).round_ties_even() * step) as u64
}

/// Returns the seconds since 1970.
fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::{super::message::field, *};
    use crate::figures::{Outcome, Recorder, Sample};

    fn sample(took: Duration, outcome: Outcome) -> Sample {
        Sample {
            name: Name::known("token"),
            started: Duration::ZERO,
            took,
            outcome,
        }
    }

    fn number(value: &Value, name: &str) -> f64 {
        let found = field(value, name).expect("the member is there");
        found.as_f64().expect("it is a number")
    }

    #[test]
    fn a_report_says_what_is_new_and_no_more() {
        let recorder = Recorder::new();
        let mut stats = Stats::new(Duration::from_secs(1));
        for _ in 0..3 {
            recorder.record(sample(Duration::from_micros(1_400), Outcome::Good));
        }
        recorder.record(sample(
            Duration::from_millis(147),
            Outcome::Wrong(Kind::known("status 503 for 200")),
        ));
        let first = stats.report(&recorder.figures());
        assert_eq!(first.errors.len(), 1);
        let entry = &first.entries[0];
        assert_eq!(field(entry, "name").and_then(Value::as_str), Some("token"));
        assert_eq!(number(entry, "num_requests"), 4.0);
        assert_eq!(number(entry, "num_failures"), 1.0);
        assert_eq!(number(entry, "min_response_time").round(), 1.0);
        assert_eq!(number(entry, "max_response_time").round(), 147.0);
        let times = field(entry, "response_times").expect("it is there");
        let expected = vec![(1.into(), 3.into()), (150.into(), 1.into())];
        assert_eq!(times, &Value::Map(expected));
        assert_eq!(number(&first.total, "num_requests"), 4.0);

        recorder.record(sample(
            Duration::from_secs(10),
            Outcome::Unanswered(Kind::known("timeout")),
        ));
        let second = stats.report(&recorder.figures());
        assert_eq!(number(&second.total, "num_requests"), 1.0);
        assert_eq!(number(&second.total, "num_none_requests"), 1.0);
        assert_eq!(number(&second.total, "num_failures"), 1.0);
        let (_, error) = &second.errors[0];
        assert_eq!(
            field(error, "error").and_then(Value::as_str),
            Some("timeout")
        );

        let third = stats.report(&recorder.figures());
        assert_eq!((third.entries.len(), third.errors.len()), (0, 0));
        assert_eq!(number(&third.total, "num_requests"), 0.0);
    }

    #[test]
    fn latencies_are_rounded_as_locust_does() {
        for (micros, expected) in [
            (400, 0),
            (1_600, 2),
            (99_400, 99),
            (147_000, 150),
            (3_432_000, 3_400),
            (58_760_000, 59_000),
        ] {
            assert_eq!(rounded(micros), expected, "{micros}");
        }
    }
}
