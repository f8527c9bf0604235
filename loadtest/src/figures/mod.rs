//! What a run measures: for every request's name its latencies and errors, and the whole over time.
//!
//! | module | what it holds |
//! |---|---|
//! | [`name`] | names of requests and of errors |
//! | [`sample`] | what one request came to |
//! | [`latency`] | a histogram of latencies |
//! | [`percentile`] | which of the latencies is asked for |
//! | [`requests`] | what the requests of one name came to |
//! | [`series`] | what all requests came to, second by second |
//! | [`recorder`] | where samples go while the run goes on |
//!
//! Figures of several workers are merged with [`Figures::merge`]: the order does not matter, and the result is the same as if one
//! worker had recorded everything.

pub mod latency;
pub mod name;
pub mod percentile;
pub mod recorder;
pub mod requests;
pub mod sample;
pub mod series;

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

pub use latency::Latency;
pub use name::Name;
pub use percentile::Percentile;
pub use recorder::Recorder;
pub use requests::Requests;
pub use sample::{Kind, Outcome, Sample};
pub use series::{Point, Series};

/// What a run, or a part of one, measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// How long the run took, to the microsecond: by itself, until the last answer.
    #[serde(rename = "elapsed_us", with = "micros")]
    pub elapsed: Duration,
    /// What the requests came to, by name.
    pub requests: BTreeMap<Name, Requests>,
    /// What all of them came to over time.
    pub series: Series,
}

impl Figures {
    /// Adds what another part of the same run measured.
    pub fn merge(&mut self, other: &Self) {
        self.elapsed = self.elapsed.max(other.elapsed);
        for (name, requests) in &other.requests {
            self.requests
                .entry(name.clone())
                .or_default()
                .merge(requests);
        }
        self.series.merge(&other.series);
    }

    /// Says how long the run took, where its end is known better than by the last answer.
    #[must_use]
    pub fn lasting(mut self, elapsed: Duration) -> Self {
        self.elapsed = whole_micros(elapsed);
        self
    }

    /// Returns what all requests came to, whatever their name.
    pub fn whole(&self) -> Requests {
        let mut whole = Requests::default();
        for requests in self.requests.values() {
            whole.merge(requests);
        }
        whole
    }
}

/// Cuts a time to what figures keep of it.
fn whole_micros(time: Duration) -> Duration {
    Duration::from_micros(u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
}

/// A time as a number of microseconds.
mod micros {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(time: &Duration, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_u64(u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_micros)
    }
}
