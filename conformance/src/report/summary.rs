//! The counts of a report.

use std::collections::BTreeMap;

use crate::verdict::Verdict;

use super::entry::Entry;

/// How many checks came to which verdict; every verdict is there, if only with zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary(BTreeMap<Verdict, usize>);

impl Summary {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut counts: BTreeMap<_, _> = Verdict::ALL
            .into_iter()
            .map(|verdict| (verdict, 0))
            .collect();
        for entry in entries {
            *counts.entry(entry.verdict).or_default() += 1;
        }
        Self(counts)
    }

    /// Returns how many checks came to a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.0.get(&verdict).copied().unwrap_or_default()
    }

    /// Returns how many checks there are.
    pub fn total(&self) -> usize {
        self.0.values().sum()
    }
}
