//! How the deployment reads the documentation where that contradicts itself or is silent.

use fixtures::readings::{self, Reading};

use crate::{
    readings::Seen,
    report::{Report, text},
};

/// Every reading.
pub(super) struct Readings {
    pub(super) seen: Vec<SeenView>,
    /// Those that no check of the run observed.
    pub(super) unseen: Vec<&'static Reading>,
}

/// A reading that was observed.
pub(super) struct SeenView {
    pub(super) reading: &'static Reading,
    pub(super) answer: String,
    /// The other answers that would have been accepted.
    pub(super) others: Vec<&'static str>,
    pub(super) is_pinned: bool,
    /// Ids of the checks that observed it, and how many more there are.
    pub(super) checks: Vec<String>,
    pub(super) left_out: usize,
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
                Some(seen) => shown.seen.push(SeenView::new(reading, seen)),
                None => shown.unseen.push(reading),
            }
        }
        shown
    }
}

impl SeenView {
    fn new(reading: &'static Reading, seen: &Seen) -> Self {
        let answers = reading.answers.iter().map(String::as_str);
        Self {
            reading,
            answer: text::line(&seen.answer),
            others: answers.filter(|answer| *answer != seen.answer).collect(),
            is_pinned: seen.is_pinned,
            checks: seen.checks.iter().take(NAMED).cloned().collect(),
            left_out: seen.checks.len().saturating_sub(NAMED),
        }
    }
}
