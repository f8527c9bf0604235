//! What there is to judge by: every check, and which clauses it covers.

use std::collections::{BTreeMap, BTreeSet};

use fixtures::{clauses::Clause, untestable};

use crate::{check::Check, checks, scenario};

/// Returns every check that the program itself brings: those of the program, then those of the embedded scenario files.
pub fn all() -> Vec<Check> {
    checks::all().chain(scenario::embedded()).copied().collect()
}

/// A clause and what observes it.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// The clause.
    pub clause: &'static Clause,
    /// Ids of the checks that cite it.
    pub checks: Vec<&'static str>,
    /// Why nobody can observe it from outside, where that is so.
    pub untestable: Option<&'static str>,
}

/// Returns every clause with what observes it.
pub fn coverage(checks: &[Check]) -> Vec<Coverage> {
    let mut by_clause: BTreeMap<&str, BTreeSet<&'static str>> = BTreeMap::new();
    for check in checks {
        for clause in check.cites {
            by_clause.entry(clause).or_default().insert(check.id);
        }
    }
    let covered = |clause: &'static Clause| Coverage {
        clause,
        checks: by_clause
            .get(clause.id.as_str())
            .map(|ids| ids.iter().copied().collect())
            .unwrap_or_default(),
        untestable: untestable::all()
            .iter()
            .find(|untestable| untestable.clause == clause.id)
            .map(|untestable| untestable.reason.as_str()),
    };
    fixtures::clauses::all().iter().map(covered).collect()
}
