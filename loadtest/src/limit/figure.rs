//! What can be held to a limit.

use std::{fmt, str::FromStr, time::Duration};

use super::{Relation, Seen, bound::Unit};
use crate::figures::{Percentile, Requests};

/// Something measured, as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// A percentile of the latency, in microseconds.
    Percentile(Percentile),
    /// The longest latency, in microseconds.
    Max,
    /// The mean latency, in microseconds.
    Mean,
    /// The share of requests that were answered wrongly or not at all, in per cent.
    Errors,
    /// How many requests were answered rightly in a second.
    Rate,
}

/// What a message lists.
pub(super) const POSSIBLE: &str =
    "`p50`, `p95`, `p99`, `p99.9` or any other percentile, `max`, `mean`, `errors`, `rate`";

impl Figure {
    /// Returns what it came to; nothing where no request was made.
    pub fn seen(self, requests: &Requests, elapsed: Duration) -> Option<Seen> {
        self.best(requests, 0, elapsed)
    }

    /// Returns the best that it can still come to: when so many requests more are answered at once and rightly, and the run takes so long.
    pub(super) fn best(self, requests: &Requests, more: u64, elapsed: Duration) -> Option<Seen> {
        let count = requests.count() + more;
        if count == 0 {
            return None;
        }
        let micros = |time: Duration| Seen::Value(time.as_secs_f64() * 1e6);
        let seen = match self {
            // The new ones come first in the order.
            Self::Percentile(percentile) => match percentile.rank(count).checked_sub(more) {
                None | Some(0) => Seen::Value(0.0),
                Some(rank) => requests.latency.at_rank(rank).map_or(Seen::Never, micros),
            },
            Self::Max => match requests.latency.longest() {
                _ if !requests.unanswered.is_empty() => Seen::Never,
                longest => longest.map_or(Seen::Value(0.0), micros),
            },
            Self::Mean => match requests.latency.count() + more {
                0 => Seen::Never,
                answered => {
                    Seen::Value(requests.latency.sum().as_secs_f64() * 1e6 / answered as f64)
                }
            },
            Self::Errors => Seen::Value(100.0 * requests.errors() as f64 / count as f64),
            Self::Rate if elapsed.is_zero() => return None,
            Self::Rate => Seen::Value((requests.good + more) as f64 / elapsed.as_secs_f64()),
        };
        Some(seen)
    }

    /// Returns the units that its bound can have.
    pub(super) fn units(self) -> &'static [Unit] {
        match self {
            Self::Percentile(_) | Self::Max | Self::Mean => {
                &[Unit::Microseconds, Unit::Milliseconds, Unit::Seconds]
            }
            Self::Errors => &[Unit::Percent],
            Self::Rate => &[Unit::PerSecond],
        }
    }

    /// Tells on which side of its bound it is good.
    pub(super) fn is_good(self, relation: Relation) -> bool {
        (self == Self::Rate) == matches!(relation, Relation::Above | Relation::AtLeast)
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percentile(percentile) => percentile.fmt(formatter),
            Self::Max => formatter.pad("max"),
            Self::Mean => formatter.pad("mean"),
            Self::Errors => formatter.pad("errors"),
            Self::Rate => formatter.pad("rate"),
        }
    }
}

impl FromStr for Figure {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Ok(match text {
            "max" => Self::Max,
            "mean" => Self::Mean,
            "errors" => Self::Errors,
            "rate" => Self::Rate,
            _ => Self::Percentile(text.parse()?),
        })
    }
}
