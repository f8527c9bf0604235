//! How the deployment reads the documentation where that contradicts itself or is silent.

use fixtures::readings::{self, Reading};

use super::{conversation::ExchangeView, prose::Prose};
use crate::report::{Observation, Report, text};

/// Every reading.
pub(super) struct Readings {
    pub(super) seen: Vec<SeenView>,
    /// Those that no check of the run observed.
    pub(super) unseen: Vec<UnseenView>,
}

/// A reading that was observed.
pub(super) struct SeenView {
    pub(super) id: &'static str,
    pub(super) question: Prose,
    pub(super) because: Prose,
    pub(super) answer: String,
    /// The other answers that would have been accepted.
    pub(super) others: Vec<&'static str>,
    pub(super) is_pinned: bool,
    /// Ids of the checks that observed it, and how many more there are.
    pub(super) checks: Vec<String>,
    pub(super) left_out: usize,
    pub(super) evidence: Option<EvidenceView>,
}

/// What shows it.
pub(super) struct EvidenceView {
    pub(super) check: String,
    /// The status, and what else decides.
    pub(super) answered: String,
    pub(super) exchange: ExchangeView,
}

/// A reading that was not.
pub(super) struct UnseenView {
    pub(super) id: &'static str,
    pub(super) question: Prose,
    pub(super) answers: String,
}

/// How many checks are named.
const NAMED: usize = 4;

impl Readings {
    pub(super) fn new(report: &Report) -> Self {
        let mut shown = Self {
            seen: Vec::new(),
            unseen: Vec::new(),
        };
        for reading in readings::all() {
            match report.readings.get(&reading.id) {
                Some(seen) => shown.seen.push(SeenView::new(reading, seen, &report.url)),
                None => shown.unseen.push(UnseenView {
                    id: &reading.id,
                    question: Prose(&reading.question),
                    answers: reading.answers.join(", "),
                }),
            }
        }
        shown
    }
}

impl SeenView {
    fn new(reading: &'static Reading, seen: &Observation, base: &str) -> Self {
        let answers = reading.answers.iter().map(String::as_str);
        Self {
            id: &reading.id,
            question: Prose(&reading.question),
            because: Prose(&reading.because),
            answer: text::line(&seen.answer),
            others: answers.filter(|answer| *answer != seen.answer).collect(),
            is_pinned: seen.is_pinned,
            checks: seen.checks.iter().take(NAMED).cloned().collect(),
            left_out: seen.checks.len().saturating_sub(NAMED),
            evidence: seen.evidence.as_ref().map(|evidence| EvidenceView {
                check: text::line(&evidence.check),
                answered: evidence.answered(),
                exchange: ExchangeView::brief(&evidence.exchange, base),
            }),
        }
    }
}
