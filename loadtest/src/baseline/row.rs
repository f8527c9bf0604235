//! What became of one figure between two runs.

use serde::Serialize;

use crate::{figures::Name, limit::Figure, limit::judged};

/// One figure in two runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The request's name; nothing for all together.
    pub name: Option<Name>,
    /// What was measured.
    pub figure: Figure,
    /// The middle of the repetitions before: microseconds, per cent, or per second.
    pub before: f64,
    /// The middle of the repetitions after.
    pub after: f64,
    /// How the figure changed: a ratio, for errors a difference in percentage points.
    pub by: f64,
    /// What the change may truly be, from and to; so wide that all intervals of a comparison hold together.
    pub interval: (f64, f64),
    /// The smallest change that would have been noticed four times out of five, as `by` tells it.
    pub noticed: f64,
    /// What that means.
    pub change: Change,
}

/// What a difference means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Slower, fewer, or wrong more often.
    Worse,
    /// Faster, more, or wrong less often.
    Better,
    /// No difference was seen.
    None,
}

impl Change {
    /// Returns its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::None => "none",
        }
    }
}

impl Row {
    /// Returns what is compared: `token p99`.
    pub fn subject(&self) -> String {
        match &self.name {
            None => format!("all {}", self.figure),
            Some(name) => format!("{name} {}", self.figure),
        }
    }

    /// Returns a value with its unit.
    pub fn value(&self, value: f64) -> String {
        match self.figure {
            Figure::Errors => judged::percent(value),
            Figure::Rate => judged::rate(value),
            _ => judged::time(value),
        }
    }

    /// Returns in words what became of it.
    pub fn told(&self) -> String {
        let (low, high) = self.interval;
        match (self.figure, self.change) {
            (Figure::Errors, Change::None) => format!(
                "no difference seen; one of {:.2} points would have been",
                self.noticed
            ),
            (_, Change::None) => format!(
                "no difference seen; one of {:.0} % would have been",
                100.0 * (self.noticed - 1.0)
            ),
            (Figure::Errors, _) => format!("{:+.2} points ({low:+.2} to {high:+.2})", self.by),
            (figure, change) => {
                let word = match (figure, change) {
                    (Figure::Rate, Change::Worse) => "fewer",
                    (Figure::Rate, _) => "more",
                    (_, Change::Worse) => "slower",
                    _ => "faster",
                };
                format!("{word}: {:.2} times ({low:.2} to {high:.2})", self.by)
            }
        }
    }
}
