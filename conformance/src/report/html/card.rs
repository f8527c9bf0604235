//! One check on the page.

use fixtures::clauses;

use super::{conversation::Conversation, prose::Prose};
use crate::{
    report::{Entry, Report, text},
    verdict::{Mismatch, Verdict},
};

/// The checks that came to one verdict.
pub(super) struct Group {
    pub(super) verdict: &'static str,
    pub(super) heading: &'static str,
    pub(super) explanation: &'static str,
    pub(super) cards: Vec<Card>,
}

/// One check.
pub(super) struct Card {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) verdict: &'static str,
    /// Whether it is unfolded from the start.
    pub(super) is_open: bool,
    pub(super) duration: String,
    pub(super) reason: Option<String>,
    pub(super) finding: Option<Finding>,
    /// The clauses that it violates, or else all that it cites.
    pub(super) clauses: Vec<ClauseView>,
    /// The others that it cites.
    pub(super) others: Vec<ClauseView>,
    pub(super) conversation: Conversation,
}

/// What was wrong.
pub(super) struct Finding {
    pub(super) what: String,
    pub(super) expected: Vec<String>,
    pub(super) actual: String,
    pub(super) contract: Option<String>,
}

/// A clause that a check cites.
pub(super) struct ClauseView {
    pub(super) id: &'static str,
    pub(super) is_violated: bool,
    pub(super) mark: &'static str,
    pub(super) text: Prose,
    pub(super) source: &'static str,
}

/// How much of a value is shown, in characters.
const SHOWN: usize = 4_000;

impl Group {
    pub(super) fn new(report: &Report, verdict: Verdict) -> Self {
        let (heading, explanation) = match verdict {
            Verdict::Fail => ("Fail", "A clause that is documented is violated."),
            Verdict::Broken => (
                "Not observed",
                "Nothing was observed, so nothing is said about the clauses.",
            ),
            Verdict::Warn => (
                "Warn",
                "Only clauses are violated that were inferred, not documented.",
            ),
            Verdict::Known => (
                "Known",
                "It fails, and the file of known deviations says so.",
            ),
            Verdict::Skip => ("Skipped", "The target does not offer what the check needs."),
            Verdict::Pass => ("Passed", "Everything was as documented."),
        };
        let entries = report.entries.iter();
        Self {
            verdict: verdict.as_str(),
            heading,
            explanation,
            cards: entries
                .filter(|entry| entry.verdict == verdict)
                .map(|entry| Card::new(entry, &report.url))
                .collect(),
        }
    }
}

impl Card {
    fn new(entry: &Entry, base: &str) -> Self {
        let violated = match entry.mismatch {
            Some(_) => entry.violated(),
            None => &[],
        };
        let cited = entry.clauses.iter();
        let (clauses, others): (Vec<ClauseView>, Vec<ClauseView>) = cited
            .map(|id| ClauseView::new(id, violated.contains(id)))
            .partition(|clause| clause.is_violated || violated.is_empty());
        Self {
            id: entry.id,
            title: entry.title,
            verdict: entry.verdict.as_str(),
            is_open: entry.verdict == Verdict::Fail,
            duration: format!("{} ms", entry.duration.as_millis()),
            reason: entry.reason.as_deref().map(text::printable),
            finding: entry.mismatch.as_ref().map(Finding::new),
            clauses,
            others,
            conversation: Conversation::new(entry, base),
        }
    }
}

impl Finding {
    fn new(mismatch: &Mismatch) -> Self {
        let shown = |value| text::beginning(&text::json(value), SHOWN);
        Self {
            what: text::printable(&mismatch.what),
            expected: mismatch.expected.iter().map(shown).collect(),
            actual: shown(&mismatch.actual),
            contract: mismatch.contract.as_deref().map(text::line),
        }
    }
}

impl ClauseView {
    fn new(id: &'static str, is_violated: bool) -> Self {
        let clause = clauses::find(id);
        Self {
            id,
            is_violated,
            mark: clause.map_or("", |clause| clause.mark.as_str()),
            text: Prose(clause.map_or("", |clause| clause.text.as_str())),
            source: clause.map_or("", |clause| clause.source.as_str()),
        }
    }
}
