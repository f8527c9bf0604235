//! Makes the checks of a plan: in parallel, each within its time, each followed by its own clean-up.
//!
//! | module | what it holds |
//! |---|---|
//! | `one` | one check, from its first request to the removal of what it made |
//! | [`clean_up`] | the removal |
//! | [`stop`] | the wish to end early |

pub mod clean_up;
mod one;
pub mod stop;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;

use crate::{
    check::{Check, Need},
    http::Exchange,
    plan::Plan,
    recording::Player,
    sweep,
    target::{Session, owned::Object},
    verdict::{Broken, Mismatch, NotPassed, Outcome, Verdict},
    weight,
};
use stop::Stop;

/// Says how a run treats its checks.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many checks are made at a time, from 1.
    pub jobs: usize,
    /// How long a check may take, without its clean-up.
    pub time_limit: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            jobs: 16,
            time_limit: Duration::from_secs(60),
        }
    }
}

/// What became of one check. Not masked yet: only the report may print it.
#[derive(Debug, Clone)]
pub struct Record {
    /// The check.
    pub check: Check,
    /// What it came to.
    pub outcome: Outcome,
    /// When it began, counted from the beginning of the run; zero where it was not made.
    pub offset: Duration,
    /// How long it took, without its clean-up.
    pub duration: Duration,
    /// What it exchanged with the target.
    pub(crate) exchanges: Vec<Exchange>,
}

impl Record {
    /// Returns the verdict; the marks of the violated clauses set the weight of a mismatch.
    pub fn verdict(&self) -> Verdict {
        match &self.outcome {
            Ok(()) => Verdict::Pass,
            Err(NotPassed::Skip(_)) => Verdict::Skip,
            Err(NotPassed::Broken(_)) => Verdict::Broken,
            Err(NotPassed::Mismatch(mismatch))
                if weight::is_inferred_only(&self.violated(mismatch)) =>
            {
                Verdict::Warn
            }
            Err(NotPassed::Mismatch(_)) => Verdict::Fail,
        }
    }

    /// Returns how many requests it sent.
    pub fn requests(&self) -> usize {
        self.exchanges.len()
    }

    /// Returns the clauses that a mismatch of this check violates: those that it names, else the documented ones among those
    /// that the check cites, else all of them.
    pub(crate) fn violated(&self, mismatch: &Mismatch) -> Vec<&'static str> {
        if mismatch.clauses.is_empty() {
            weight::deciding(self.check.cites)
        } else {
            mismatch.clauses.to_vec()
        }
    }

    fn unmade(check: Check, why: impl Into<NotPassed>) -> Self {
        Self {
            check,
            outcome: Err(why.into()),
            offset: Duration::ZERO,
            duration: Duration::ZERO,
            exchanges: Vec::new(),
        }
    }
}

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Finished {
    /// When the run began.
    pub started: Timestamp,
    /// How long it took, clean-up included.
    pub duration: Duration,
    /// One record for each check of the plan, in the order of their ids.
    pub records: Vec<Record>,
    /// What the run made and could not remove.
    pub leftovers: Vec<Object>,
    /// Whether the run was told to stop before its end.
    pub is_interrupted: bool,
}

/// Makes the checks of a plan. `each` is called as every check ends.
pub async fn run(
    session: &Arc<Session>,
    plan: &Plan,
    options: &Options,
    stop: &Stop,
    each: &(dyn Fn(&Record) + Sync),
) -> Finished {
    let clock = Instant::now();
    let player = session.tape.player();
    let mut finished = Finished {
        started: player.map_or_else(Timestamp::now, Player::started),
        duration: Duration::ZERO,
        records: Vec::new(),
        leftovers: Vec::new(),
        is_interrupted: false,
    };
    for (check, skip) in &plan.skipped {
        finished.records.push(Record::unmade(*check, skip.clone()));
    }
    // What holds only under one reading waits until the others have found out which one it is.
    // What moves the clock comes last and by itself: what others hold would expire. Who really waits harms nobody.
    let (timed, others): (Vec<Check>, Vec<Check>) = plan
        .checks
        .iter()
        .partition(|check| check.takes().is_some());
    let (waiting, first): (Vec<Check>, Vec<Check>) =
        others.iter().partition(|check| needs_reading(check));
    let side_by_side = options.jobs.max(1);
    let timed_jobs = match session.clock.is_movable() {
        true => 1,
        false => side_by_side,
    };
    for (checks, jobs) in [
        (first, side_by_side),
        (waiting, side_by_side),
        (timed, timed_jobs),
    ] {
        let mut results = stream::iter(checks)
            .map(|check| one::make(session, check, options, stop, clock))
            .buffer_unordered(jobs);
        while let Some((record, leftovers)) = results.next().await {
            each(&record);
            finished.records.push(record);
            finished.leftovers.extend(leftovers);
        }
    }
    if session.is_uncertain() || !finished.leftovers.is_empty() {
        finished.leftovers = sweep::after_run(session, finished.leftovers).await;
    }
    finished.records.sort_by_key(|record| record.check.id);
    finished.is_interrupted = stop.is_wanted();
    finished.duration = player.map_or_else(|| clock.elapsed(), Player::duration);
    finished
}

fn needs_reading(check: &Check) -> bool {
    check
        .needs
        .iter()
        .any(|need| matches!(need, Need::Reading { .. }))
}

/// Returns the record of a check that was not started because the run was told to stop.
fn interrupted(check: Check) -> Record {
    Record::unmade(check, Broken::Interrupted)
}
