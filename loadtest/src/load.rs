//! A load in progress: what all its visits share.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use crate::{
    figures::Recorder, findings::Findings, invariants::Invariants, notifications::Notifications,
    owned::Owned, pace::Pace, place::Place, target::Target, wallet::Wallet,
};

/// What all visits of a load share: the target, what is measured, and what must hold across requests.
#[derive(Debug)]
pub struct Load {
    /// Where the load goes.
    pub target: Target,
    pub(crate) place: Place,
    pub(crate) recorder: Recorder,
    pub(crate) findings: Findings,
    pub(crate) invariants: Invariants,
    pub(crate) wallet: Wallet,
    pub(crate) pace: Pace,
    pub(crate) owned: Owned,
    /// Where a journey needs listeners.
    pub(crate) notifications: OnceLock<Notifications>,
    planned: OnceLock<Duration>,
    meant: Duration,
    /// How many requests were sent that count.
    pub(crate) issued: AtomicU64,
    started: OnceLock<Instant>,
    is_stopped: AtomicBool,
    seed: u64,
    drawn: AtomicU64,
}

impl Load {
    /// Prepares a load of so long on a target; nothing is sent for it.
    pub fn new(target: Target, planned: Duration, seed: u64) -> Self {
        Self {
            place: Place::of(&target),
            recorder: Recorder::new(),
            findings: Findings::default(),
            invariants: Invariants::new(&target),
            wallet: Wallet::default(),
            pace: Pace::new(target.rate),
            owned: Owned::default(),
            notifications: OnceLock::new(),
            planned: OnceLock::new(),
            meant: planned,
            issued: AtomicU64::new(0),
            started: OnceLock::new(),
            is_stopped: AtomicBool::new(false),
            seed,
            drawn: AtomicU64::new(0),
            target,
        }
    }

    /// Starts the clock, if it does not run yet, and returns when it was started.
    pub fn begin(&self) -> Instant {
        *self.started.get_or_init(Instant::now)
    }

    /// Returns how long the load has been running; nothing before it began.
    pub fn elapsed(&self) -> Duration {
        self.started.get().map_or(Duration::ZERO, Instant::elapsed)
    }

    /// Returns how long it is meant to run.
    pub fn planned(&self) -> Duration {
        *self.planned.get_or_init(|| self.meant)
    }

    /// Says how long it is meant to run, where that is known only when it begins. What was said or asked first holds.
    pub(crate) fn plan(&self, planned: Duration) {
        let _ = self.planned.set(planned);
    }

    /// Returns how many requests were sent that count: all that began before the end, but for those of the preparation.
    pub fn issued(&self) -> u64 {
        self.issued.load(Ordering::Relaxed)
    }

    /// Ends it early: visits under way come to their end, and no other begins.
    pub fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    /// Tells whether it was ended early.
    pub fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    /// Tells whether no further visit begins.
    pub fn is_over(&self) -> bool {
        self.is_stopped() || self.elapsed() >= self.planned()
    }

    /// Returns where the measurements go.
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// Returns what was wrong with single answers.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// Returns what must hold across requests.
    pub fn invariants(&self) -> &Invariants {
        &self.invariants
    }

    /// Returns a number drawn by the seed for the so-and-so-many-eth time.
    pub(crate) fn number(&self, time: u64) -> u64 {
        let mut number = self.seed ^ time.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    /// Returns a number by the seed, and another one each time.
    pub(crate) fn draw(&self) -> u64 {
        self.number(self.drawn.fetch_add(1, Ordering::Relaxed))
    }

    /// Returns chance of its own for one visit: from the seed, and another one each time.
    pub(crate) fn chance(&self) -> StdRng {
        StdRng::seed_from_u64(self.draw())
    }
}

/// Returns a word that nobody has drawn before: 32 hexadecimal digits.
pub(crate) fn word(chance: &mut StdRng) -> String {
    format!("{:032x}", chance.random::<u128>())
}
