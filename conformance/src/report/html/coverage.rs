//! What became of each clause of the documentation.

use std::collections::BTreeMap;

use fixtures::{
    clauses::{self, Clause},
    untestable,
};

use super::prose::Prose;
use crate::{
    report::{Entry, Report},
    verdict::Verdict,
};

/// Every clause, by what became of it.
pub(super) struct Coverage {
    /// Only those that a clause came to.
    pub(super) fates: Vec<FateView>,
    pub(super) total: usize,
}

/// The clauses of which the same became.
pub(super) struct FateView {
    pub(super) word: &'static str,
    pub(super) heading: &'static str,
    pub(super) clauses: Vec<Covered>,
}

/// A clause with the checks of the run that cite it.
pub(super) struct Covered {
    pub(super) clause: &'static Clause,
    pub(super) text: Prose,
    pub(super) checks: Vec<&'static str>,
    /// Why nobody can observe it.
    pub(super) untestable: Option<&'static str>,
}

/// What became of a clause, gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Violated,
    Warned,
    Known,
    Unclear,
    Held,
    Unselected,
    Untestable,
}

impl Fate {
    fn shown(self) -> (&'static str, &'static str) {
        match self {
            Self::Violated => ("fail", "violated"),
            Self::Warned => ("warn", "inferred, and violated"),
            Self::Known => ("known", "violated, as is known"),
            Self::Unclear => (
                "broken",
                "cited by checks of which none passed or blamed it",
            ),
            Self::Held => ("pass", "held"),
            Self::Unselected => ("skip", "not looked at in this run"),
            Self::Untestable => ("skip", "cannot be observed from outside"),
        }
    }
}

impl Coverage {
    pub(super) fn new(report: &Report) -> Self {
        let mut citing: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in &report.entries {
            for id in entry.clauses {
                citing.entry(id).or_default().push(entry);
            }
        }
        let mut by_fate: BTreeMap<Fate, Vec<Covered>> = BTreeMap::new();
        for clause in clauses::all() {
            let entries = citing.remove(clause.id.as_str()).unwrap_or_default();
            let untestable = untestable::all()
                .iter()
                .find(|untestable| untestable.clause == clause.id)
                .map(|untestable| untestable.reason.as_str());
            let fate = fate(&clause.id, &entries, untestable.is_some());
            by_fate.entry(fate).or_default().push(Covered {
                clause,
                text: Prose(&clause.text),
                checks: entries.iter().map(|entry| entry.id).collect(),
                untestable,
            });
        }
        let view = |(fate, clauses): (Fate, _)| {
            let (word, heading) = fate.shown();
            FateView {
                word,
                heading,
                clauses,
            }
        };
        Self {
            fates: by_fate.into_iter().map(view).collect(),
            total: clauses::all().len(),
        }
    }
}

fn fate(clause: &str, entries: &[&Entry], is_untestable: bool) -> Fate {
    let blamed = entries
        .iter()
        .filter(|entry| entry.mismatch.is_some() && entry.violated().contains(&clause));
    let gravest = blamed
        .map(|entry| match entry.verdict {
            Verdict::Known => Fate::Known,
            Verdict::Warn => Fate::Warned,
            _ => Fate::Violated,
        })
        .min();
    let has_passed = entries.iter().any(|entry| entry.verdict == Verdict::Pass);
    match gravest {
        Some(fate) => fate,
        None if has_passed => Fate::Held,
        None if !entries.is_empty() => Fate::Unclear,
        None if is_untestable => Fate::Untestable,
        None => Fate::Unselected,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::verdict::Mismatch;

    fn entry(verdict: Verdict, violated: &[&'static str]) -> Entry {
        let mismatch = Mismatch::new("status", [json!(1)], json!(2));
        Entry {
            id: "a.b.c",
            title: "",
            area: "a.b",
            clauses: &["one", "two"],
            verdict,
            offset: Duration::ZERO,
            duration: Duration::ZERO,
            reason: None,
            is_cut_off: false,
            mismatch: (!violated.is_empty()).then(|| mismatch.violating(violated.iter().copied())),
            exchanges: Vec::new(),
        }
    }

    #[test]
    fn a_clause_is_violated_only_where_it_is_blamed() {
        let fails = entry(Verdict::Fail, &["two"]);
        let passes = entry(Verdict::Pass, &[]);
        let known = entry(Verdict::Known, &["one"]);
        let broken = entry(Verdict::Broken, &[]);
        for (entries, expected) in [
            (&[][..], Fate::Unselected),
            (&[&fails], Fate::Unclear),
            (&[&fails, &passes], Fate::Held),
            (&[&passes, &known], Fate::Known),
            (&[&broken], Fate::Unclear),
        ] {
            assert_eq!(fate("one", entries, false), expected);
        }
        assert_eq!(fate("two", &[&passes, &fails], false), Fate::Violated);
        assert_eq!(fate("three", &[], true), Fate::Untestable);
    }
}
