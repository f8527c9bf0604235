//! What the requests of one name came to.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::{Kind, Latency, Outcome, Percentile};

/// How many kinds of errors a name has at most; whatever comes beyond them is of the kind [`OTHER`].
pub const MOST_KINDS: usize = 16;

/// What stands for every name that there is no room for.
pub const OTHER: Kind = Kind::known("(other)");

/// Requests and their latencies.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requests {
    /// How many were answered rightly.
    pub good: u64,
    /// How many were answered wrongly, by kind.
    pub wrong: BTreeMap<Kind, u64>,
    /// How many were not answered, by kind.
    pub unanswered: BTreeMap<Kind, u64>,
    /// How long the answers took, right and wrong ones.
    pub latency: Latency,
}

impl Requests {
    /// Adds one.
    pub fn record(&mut self, took: Duration, outcome: Outcome) {
        match outcome {
            Outcome::Good => self.good += 1,
            Outcome::Wrong(kind) => count(&mut self.wrong, kind),
            Outcome::Unanswered(kind) => return count(&mut self.unanswered, kind),
        }
        self.latency.record(took);
    }

    /// Adds those of another part of the run.
    pub fn merge(&mut self, other: &Self) {
        self.good += other.good;
        for (kind, count) in &other.wrong {
            *self.wrong.entry(kind.clone()).or_default() += count;
        }
        for (kind, count) in &other.unanswered {
            *self.unanswered.entry(kind.clone()).or_default() += count;
        }
        self.latency.merge(&other.latency);
    }

    /// Returns how many were made.
    pub fn count(&self) -> u64 {
        self.good + self.errors()
    }

    /// Returns how many were answered wrongly or not at all.
    pub fn errors(&self) -> u64 {
        self.wrong.values().sum::<u64>() + self.unanswered.values().sum::<u64>()
    }

    /// Returns the share of errors, from 0 to 1.
    pub fn error_share(&self) -> Option<f64> {
        (self.count() > 0).then(|| self.errors() as f64 / self.count() as f64)
    }

    /// Returns how many were answered rightly in each second of so long a run.
    pub fn rate(&self, elapsed: Duration) -> Option<f64> {
        (!elapsed.is_zero()).then(|| self.good as f64 / elapsed.as_secs_f64())
    }

    /// Returns a percentile of the latency. A request without an answer took longer than any that has one: when the percentile
    /// falls on such a request, there is none.
    pub fn percentile(&self, percentile: Percentile) -> Option<Duration> {
        match percentile.rank(self.count()) {
            0 => None,
            rank => self.latency.at_rank(rank),
        }
    }

    /// Returns the mean latency of the answers.
    pub fn mean(&self) -> Option<Duration> {
        let count = self.latency.count();
        (count > 0).then(|| self.latency.sum().div_f64(count as f64))
    }
}

fn count(kinds: &mut BTreeMap<Kind, u64>, kind: Kind) {
    if let Some(count) = kinds.get_mut(&kind) {
        *count += 1;
    } else {
        let kind = if kinds.len() < MOST_KINDS {
            kind
        } else {
            OTHER
        };
        *kinds.entry(kind).or_default() += 1;
    }
}
