//! What the requests of one name came to, in words: a line of every table.

use std::time::Duration;

use super::{Run, text};
use crate::{
    figures::{Percentile, Requests},
    limit::judged::{percent, rate, time},
};

/// The headings of a table.
pub const HEADINGS: [&str; 9] = [
    "request", "count", "rate", "errors", "p50", "p95", "p99", "p99.9", "max",
];

/// A line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The request's name.
    pub name: String,
    /// The numbers below the other headings.
    pub cells: Vec<String>,
    /// Whether there was an error.
    pub has_errors: bool,
}

impl Line {
    /// Returns a line for each name; where there are several the last is for all together.
    pub fn all(run: &Run) -> Vec<Self> {
        let figures = &run.figures;
        let mut lines: Vec<Self> = figures
            .requests
            .iter()
            .map(|(name, requests)| Self::new(name.as_str(), requests, run.elapsed()))
            .collect();
        if lines.len() > 1 {
            lines.push(Self::new("all", &figures.whole(), run.elapsed()));
        }
        lines
    }

    fn new(name: &str, requests: &Requests, elapsed: Duration) -> Self {
        let latency = |took: Option<Duration>| {
            took.map_or("no answer".to_owned(), |took| {
                time(took.as_secs_f64() * 1e6)
            })
        };
        let mut cells = vec![
            requests.count().to_string(),
            requests.rate(elapsed).map_or("none".to_owned(), rate),
            percent(100.0 * requests.error_share().unwrap_or_default()),
        ];
        cells.extend(Percentile::SHOWN.map(|percentile| latency(requests.percentile(percentile))));
        cells.push(latency(requests.latency.longest()));
        Self {
            name: text::line(name),
            cells,
            has_errors: requests.errors() > 0,
        }
    }
}

/// An error, how often it came, and to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The request's name.
    pub name: String,
    /// What went wrong.
    pub kind: String,
    /// How often.
    pub count: u64,
    /// Whether there was an answer.
    pub is_answered: bool,
}

impl Fault {
    /// Returns all errors, the most frequent first.
    pub fn all(run: &Run) -> Vec<Self> {
        let mut faults = Vec::new();
        for (name, requests) in &run.figures.requests {
            for (kinds, is_answered) in [(&requests.wrong, true), (&requests.unanswered, false)] {
                faults.extend(kinds.iter().map(|(kind, count)| Self {
                    name: text::line(name.as_str()),
                    kind: text::line(kind.as_str()),
                    count: *count,
                    is_answered,
                }));
            }
        }
        faults.sort_by_key(|fault| std::cmp::Reverse(fault.count));
        faults
    }

    /// Returns how it ended.
    pub fn word(&self) -> &'static str {
        if self.is_answered {
            "answered wrongly"
        } else {
            "not answered"
        }
    }
}

/// Returns what was run, in names and values.
pub fn facts(run: &Run) -> Vec<(&'static str, String)> {
    let setup = &run.setup;
    let mut facts = vec![
        ("mix", text::line(&setup.mix)),
        ("demand", setup.demand.to_string()),
        ("engine", text::line(&setup.engine)),
        ("took", format!("{:.1} s", run.elapsed().as_secs_f64())),
    ];
    if run.repetitions > 1 {
        facts.push(("repetitions", run.repetitions.to_string()));
    }
    facts.extend([
        ("began", format!("{:.0}", setup.started)),
        ("cores", setup.cores.to_string()),
        ("proofhouse", text::line(&setup.proofhouse)),
    ]);
    facts
}
