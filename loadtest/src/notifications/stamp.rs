//! When something was, by a clock that is moved: while it moves, nobody here knows whether it has moved yet.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// A moment, as narrow as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) earliest: Duration,
    pub(super) latest: Duration,
}

impl Stamp {
    /// Returns the longest time that may have passed since another.
    pub(super) fn longest_since(self, before: Self) -> Duration {
        self.latest.saturating_sub(before.earliest)
    }
}

/// Time that passes, and how far it was moved.
#[derive(Debug)]
pub(super) struct Ahead {
    begun: Instant,
    asked: AtomicU64,
    done: AtomicU64,
}

impl Default for Ahead {
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            asked: AtomicU64::new(0),
            done: AtomicU64::new(0),
        }
    }
}

impl Ahead {
    /// Returns the present.
    pub(super) fn now(&self) -> Stamp {
        let passed = self.begun.elapsed();
        let moved = |by: &AtomicU64| passed + Duration::from_millis(by.load(Ordering::SeqCst));
        Stamp {
            earliest: moved(&self.done),
            latest: moved(&self.asked),
        }
    }

    /// Notes that the clock is asked to move on.
    pub(super) fn ask(&self, by: Duration) {
        self.asked.fetch_add(millis(by), Ordering::SeqCst);
    }

    /// Notes that it has.
    pub(super) fn done(&self, by: Duration) {
        self.done.fetch_add(millis(by), Ordering::SeqCst);
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_while_the_clock_moves_may_be_before_or_after() {
        const HOUR: Duration = Duration::from_secs(3600);
        let ahead = Ahead::default();
        let before = ahead.now();
        ahead.ask(HOUR);
        let meanwhile = ahead.now();
        ahead.done(HOUR);
        let after = ahead.now();
        assert!(meanwhile.longest_since(before) >= HOUR);
        assert!(after.longest_since(meanwhile) >= HOUR);
        assert!(meanwhile.earliest < HOUR && meanwhile.latest >= HOUR);
        assert!(after.earliest >= HOUR && ahead.now().longest_since(after) < HOUR);
    }
}
