//! What became of a limit.

use std::fmt;

use super::{Figure, Limit};

/// What a limit is about, as it was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Seen {
    /// A number of microseconds, per cent, or per second.
    Value(f64),
    /// A latency that no answer ended.
    Never,
    /// No request was made.
    Nothing,
}

/// A limit and what was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The limit.
    pub limit: Limit,
    /// What was measured.
    pub seen: Seen,
    /// Whether the limit was kept. Where nothing was measured it was not.
    pub is_met: bool,
}

impl Judged {
    pub(super) fn new(limit: &Limit, seen: Seen) -> Self {
        Self {
            is_met: limit.is_met(seen),
            limit: limit.clone(),
            seen,
        }
    }

    /// Returns what was measured, with its unit.
    pub fn told(&self) -> String {
        self.seen.told(self.limit.figure)
    }
}

impl fmt::Display for Judged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.is_met { "met" } else { "missed" };
        write!(formatter, "{} {word}: {}", self.limit, self.told())
    }
}

impl Seen {
    /// Returns it with the unit of a figure.
    pub fn told(self, figure: Figure) -> String {
        match (self, figure) {
            (Self::Nothing, _) => "nothing was measured".to_owned(),
            (Self::Never, _) => "not answered".to_owned(),
            (Self::Value(value), Figure::Errors) => percent(value),
            (Self::Value(value), Figure::Rate) => rate(value),
            (Self::Value(value), _) => time(value),
        }
    }
}

/// Returns a number of microseconds in the unit that suits it.
pub(crate) fn time(micros: f64) -> String {
    match micros {
        micros if micros < 1e3 => format!("{micros:.0} us"),
        micros if micros < 1e4 => format!("{:.2} ms", micros / 1e3),
        micros if micros < 1e6 => format!("{:.1} ms", micros / 1e3),
        micros => format!("{:.2} s", micros / 1e6),
    }
}

/// Returns a percentage; what is not nothing does not look like it.
pub(crate) fn percent(value: f64) -> String {
    match value {
        0.0 => "0 %".to_owned(),
        value if value < 0.001 => "below 0.001 %".to_owned(),
        value if value < 1.0 => format!("{value:.3} %"),
        value => format!("{value:.2} %"),
    }
}

/// Returns a number per second.
pub(crate) fn rate(value: f64) -> String {
    if value < 100.0 {
        format!("{value:.1}/s")
    } else {
        format!("{value:.0}/s")
    }
}
