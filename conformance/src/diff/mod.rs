//! Two reports side by side: the deployment of the vendor and the one in the house, yesterday and today.
//!
//! Checks are told apart by their ids. A check that fails now and did not before is a regression, and nothing else is: what
//! a target no longer offers, what was not observed, and what was only inferred is shown, and decides nothing.
//!
//! | module | what it holds |
//! |---|---|
//! | [`judged`] | a report as far as it is compared, from a file or from a run |
//! | [`change`] | one check that came to something else |

pub mod change;
pub mod judged;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use change::{Change, Kind};
pub use judged::{Judged, JudgedError};

use crate::verdict::Verdict;

/// What is different between a report and the one before it; serialises as `diff.schema.json` says.
#[derive(Debug, Clone, Serialize)]
pub struct Diff {
    /// The version that compared.
    pub proofhouse: &'static str,
    /// The report that is compared with.
    pub before: Side,
    /// The report that is compared.
    pub after: Side,
    /// How many checks came to what.
    pub summary: BTreeMap<&'static str, usize>,
    /// The checks that did not come to the same, gravest first.
    pub changes: Vec<Change>,
    /// The readings of which the two give different answers.
    pub readings: Vec<ReadingChange>,
    /// How long the checks took that both made.
    pub durations: Durations,
}

/// One of the two reports.
#[derive(Debug, Clone, Serialize)]
pub struct Side {
    /// Address of the target.
    pub url: String,
    /// The customer.
    pub customer: String,
    /// What the run was allowed to do.
    pub mode: String,
    /// When the run began.
    pub started: String,
    /// The version that judged.
    pub proofhouse: String,
    /// Whether the run was told to stop before its end.
    pub interrupted: bool,
    /// How many checks it has.
    pub checks: usize,
}

/// A reading of which two deployments give different answers; none where it was not observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadingChange {
    /// Id of the reading.
    pub id: String,
    /// The answer before.
    pub before: Option<String>,
    /// The answer after.
    pub after: Option<String>,
}

/// How long the checks took that both runs made, added up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Durations {
    /// How many there are.
    pub checks: usize,
    /// How long they took before, in milliseconds.
    pub before_ms: u64,
    /// How long they took after, in milliseconds.
    pub after_ms: u64,
    /// The time after as a multiple of the time before; none where that was nothing.
    pub ratio: Option<f64>,
}

impl Diff {
    /// Compares a report with the one before it.
    pub fn new(before: &Judged, after: &Judged) -> Self {
        let ids: BTreeSet<&str> = before.ids().chain(after.ids()).collect();
        let mut changes: Vec<Change> = ids
            .iter()
            .filter_map(|id| Change::new(id, before.check(id), after.check(id)))
            .collect();
        // Stable, so that each kind stays in the order of the ids.
        changes.sort_by_key(|change| change.kind);
        let mut summary: BTreeMap<&str, usize> = Kind::ALL
            .into_iter()
            .map(|kind| {
                let count = changes.iter().filter(|change| change.kind == kind).count();
                (kind.as_str(), count)
            })
            .collect();
        summary.insert("same", ids.len() - changes.len());
        Self {
            proofhouse: env!("CARGO_PKG_VERSION"),
            before: Side::new(before),
            after: Side::new(after),
            summary,
            changes,
            readings: readings(before, after),
            durations: Durations::new(before, after),
        }
    }

    /// Tells whether a check fails that did not fail before.
    pub fn has_regressions(&self) -> bool {
        self.changes
            .iter()
            .any(|change| change.kind == Kind::Regression)
    }

    /// Tells whether something was observed before and is not any more.
    pub fn has_lost_sight(&self) -> bool {
        self.after.interrupted
            || self
                .changes
                .iter()
                .any(|change| change.before.is_some() && change.after == Some(Verdict::Broken))
    }
}

impl Side {
    fn new(judged: &Judged) -> Self {
        Self {
            url: judged.target.url.clone(),
            customer: judged.target.customer.clone(),
            mode: judged.target.mode.clone(),
            started: judged.started.clone(),
            proofhouse: judged.proofhouse.clone(),
            interrupted: judged.interrupted,
            checks: judged.checks.len(),
        }
    }
}

fn readings(before: &Judged, after: &Judged) -> Vec<ReadingChange> {
    let ids: BTreeSet<&String> = before
        .readings
        .keys()
        .chain(after.readings.keys())
        .collect();
    ids.into_iter()
        .map(|id| ReadingChange {
            id: id.clone(),
            before: before.readings.get(id).cloned(),
            after: after.readings.get(id).cloned(),
        })
        .filter(|change| change.before != change.after)
        .collect()
}

impl Durations {
    fn new(before: &Judged, after: &Judged) -> Self {
        let both: Vec<(u64, u64)> = before
            .checks
            .values()
            .filter_map(|check| {
                let other = after.check(&check.id)?;
                let is_made = |verdict| !matches!(verdict, Verdict::Skip | Verdict::Broken);
                (is_made(check.verdict) && is_made(other.verdict))
                    .then_some((check.duration_ms, other.duration_ms))
            })
            .collect();
        let add = |durations: &mut dyn Iterator<Item = u64>| durations.fold(0, u64::saturating_add);
        let before_ms = add(&mut both.iter().map(|(before, _)| *before));
        let after_ms = add(&mut both.iter().map(|(_, after)| *after));
        Self {
            checks: both.len(),
            before_ms,
            after_ms,
            ratio: (before_ms > 0).then(|| rounded(after_ms, before_ms)),
        }
    }
}

/// Returns a ratio with two decimals: more is noise.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of a run are far below 2^52"
)]
fn rounded(after: u64, before: u64) -> f64 {
    (after as f64 / before as f64 * 100.0).round() / 100.0
}
