//! One check that came to something else.

use serde::Serialize;
use serde_json::Value;

use super::judged::JudgedCheck;
use crate::verdict::Verdict;

/// A check that did not come to the same in both reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Id of the check.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What the change means.
    pub kind: Kind,
    /// What it came to before; none where the report does not have it.
    pub before: Option<Verdict>,
    /// What it came to after; none where the report does not have it.
    pub after: Option<Verdict>,
    /// Ids of the clauses that the check cites.
    pub clauses: Vec<String>,
    /// What was wrong before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mismatch_before: Option<Value>,
    /// What is wrong after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mismatch_after: Option<Value>,
    /// Why it is skipped, broken or known after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_after: Option<String>,
}

/// Says what a change means, gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It fails, and did not before.
    Regression,
    /// It came to another verdict.
    Changed,
    /// It was violated, and passes.
    Fixed,
    /// Only the report after has it.
    New,
    /// Only the report before has it.
    Gone,
}

impl Kind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Regression,
        Self::Changed,
        Self::Fixed,
        Self::New,
        Self::Gone,
    ];

    /// Returns the word that the comparison uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Regression => "regression",
            Self::Changed => "changed",
            Self::Fixed => "fixed",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }

    /// Returns what it means that a check came from one verdict to another, if it means anything.
    ///
    /// ```
    /// use conformance::{diff::Kind, verdict::Verdict};
    ///
    /// let kind = |before, after| Kind::of(Some(before), Some(after));
    /// assert_eq!(kind(Verdict::Pass, Verdict::Fail), Some(Kind::Regression));
    /// // It failed before as well, and somebody took it off the list.
    /// assert_eq!(kind(Verdict::Known, Verdict::Fail), Some(Kind::Changed));
    /// assert_eq!(kind(Verdict::Warn, Verdict::Pass), Some(Kind::Fixed));
    /// assert_eq!(kind(Verdict::Skip, Verdict::Skip), None);
    /// ```
    pub fn of(before: Option<Verdict>, after: Option<Verdict>) -> Option<Self> {
        use Verdict::{Fail, Known, Pass, Warn};
        match (before?, after) {
            (_, None) => Some(Self::Gone),
            (before, Some(after)) if before == after => None,
            (before, Some(Fail)) if before != Known => Some(Self::Regression),
            (Fail | Warn | Known, Some(Pass)) => Some(Self::Fixed),
            _ => Some(Self::Changed),
        }
    }
}

impl Change {
    pub(super) fn new(
        id: &str,
        before: Option<&JudgedCheck>,
        after: Option<&JudgedCheck>,
    ) -> Option<Self> {
        let verdict = |check: Option<&JudgedCheck>| check.map(|check| check.verdict);
        let kind = match (verdict(before), verdict(after)) {
            (None, Some(_)) => Kind::New,
            (before, after) => Kind::of(before, after)?,
        };
        let check = after.or(before)?;
        let mismatch = |check: Option<&JudgedCheck>| check?.mismatch.clone();
        Some(Self {
            id: id.to_owned(),
            title: check.title.clone(),
            kind,
            before: verdict(before),
            after: verdict(after),
            clauses: check.clauses.clone(),
            mismatch_before: mismatch(before),
            mismatch_after: mismatch(after),
            reason_after: after.and_then(|check| check.reason.clone()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_failure_that_was_none_is_a_regression() {
        for before in Verdict::ALL {
            for after in Verdict::ALL {
                let kind = Kind::of(Some(before), Some(after));
                let is_new_failure =
                    after == Verdict::Fail && !matches!(before, Verdict::Fail | Verdict::Known);
                assert_eq!(
                    kind == Some(Kind::Regression),
                    is_new_failure,
                    "{before:?} {after:?}"
                );
                assert_eq!(kind.is_none(), before == after, "{before:?} {after:?}");
            }
            assert_eq!(Kind::of(Some(before), None), Some(Kind::Gone));
        }
        assert!(Kind::ALL.is_sorted());
    }
}
