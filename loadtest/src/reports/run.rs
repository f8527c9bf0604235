//! What a run came to, ready to be reported.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    baseline::Comparison,
    figures::Figures,
    invariants,
    limit::{Hopeless, Judged},
    setup::Setup,
};

/// A run that has ended. It holds no secret.
#[derive(Debug, Clone)]
pub struct Run {
    /// What was run.
    pub setup: Setup,
    /// How often it was repeated; the figures are those of all repetitions together, one after the other in time.
    pub repetitions: usize,
    /// What was measured.
    pub figures: Figures,
    /// What became of the limits.
    pub judged: Vec<Judged>,
    /// The limit for which the run was stopped early.
    pub hopeless: Option<Hopeless>,
    /// How it differs from a baseline.
    pub comparison: Option<Comparison>,
    /// The invariants that did not hold.
    pub violations: Vec<Violation>,
    /// What a reader must know to trust the figures.
    pub notes: Vec<String>,
    /// Whether the run was told to stop before its end.
    pub is_interrupted: bool,
    /// Why the figures are not those of the whole load: a worker that died, requests that nobody counted.
    pub incomplete: Vec<String>,
}

/// An invariant that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Violation {
    /// What was to hold, or what happened instead.
    pub what: String,
    /// What was seen, without secrets.
    pub evidence: String,
}

impl From<&invariants::Violation> for Violation {
    fn from(violation: &invariants::Violation) -> Self {
        Self {
            what: violation.rule.as_str().to_owned(),
            evidence: format!(
                "`{}` after {:.3} s: {}",
                violation.request,
                violation.at.as_secs_f64(),
                violation.told
            ),
        }
    }
}

impl Run {
    /// Tells whether a limit was missed, or something became worse than the baseline.
    pub fn is_missed(&self) -> bool {
        self.hopeless.is_some()
            || self.judged.iter().any(|judged| !judged.is_met)
            || self.comparison.as_ref().is_some_and(Comparison::is_worse)
    }

    /// Returns the outcome in one line, gravest first.
    pub fn headline(&self) -> String {
        let missed = self.judged.iter().filter(|judged| !judged.is_met).count();
        if !self.violations.is_empty() {
            format!(
                "{} violated",
                counted(self.violations.len(), "invariant", "invariants")
            )
        } else if let Some(first) = self.incomplete.first() {
            format!("not whole: {first}")
        } else if self.hopeless.is_some() {
            "stopped early: a limit cannot be met any more".to_owned()
        } else if missed > 0 {
            format!(
                "{missed} of {} missed",
                counted(self.judged.len(), "limit", "limits")
            )
        } else if let Some(comparison) = self.comparison.as_ref().filter(|one| one.is_worse()) {
            comparison.told()
        } else if self.is_interrupted {
            "interrupted before the end".to_owned()
        } else if self.figures.requests.is_empty() {
            "no request was made".to_owned()
        } else if !self.judged.is_empty() {
            format!("{} met", counted(self.judged.len(), "limit", "limits"))
        } else {
            let whole = self.figures.whole();
            match whole.errors() {
                0 => format!("{} answered rightly", counted_requests(whole.count())),
                errors => format!("{errors} of {} failed", counted_requests(whole.count())),
            }
        }
    }

    /// Returns the word of the verdict that the headline speaks of.
    pub(crate) fn tone(&self) -> &'static str {
        if !self.violations.is_empty() {
            "fail"
        } else if !self.incomplete.is_empty() {
            "broken"
        } else if self.is_missed() {
            "fail"
        } else if self.is_interrupted || self.figures.requests.is_empty() {
            "broken"
        } else if self.judged.is_empty() && self.figures.whole().errors() > 0 {
            "warn"
        } else {
            "pass"
        }
    }

    /// Returns everything that a reader must know to trust the figures.
    pub(crate) fn notices(&self) -> Vec<String> {
        let mut notices = Vec::new();
        if self.is_interrupted {
            notices.push("the run was interrupted: the figures are those until then".to_owned());
        }
        notices.extend(
            self.incomplete
                .iter()
                .map(|why| format!("not whole: {why}")),
        );
        notices.extend(self.hopeless.iter().map(ToString::to_string));
        let cut: u64 = self
            .figures
            .requests
            .values()
            .map(|requests| requests.latency.cut())
            .sum();
        if cut > 0 {
            notices.push(format!(
                "{} took longer than 120 s, and count as 120 s",
                counted_requests(cut)
            ));
        }
        notices.extend(self.notes.iter().cloned());
        notices
    }

    /// Returns how long it took.
    pub(crate) fn elapsed(&self) -> Duration {
        self.figures.elapsed
    }
}

fn counted_requests(number: u64) -> String {
    match number {
        1 => "1 request".to_owned(),
        number => format!("{number} requests"),
    }
}

/// Returns a number with its noun.
fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
