//! When a delivery that fails is tried again.

use std::time::Duration;

/// Waits before the second try and those that follow.
pub(super) const WAITS: [Duration; 5] = [
    Duration::from_secs(3),
    Duration::from_secs(30),
    Duration::from_secs(5 * 60),
    Duration::from_secs(60 * 60),
    Duration::from_secs(24 * 60 * 60),
];

/// Tries in all.
pub(super) const TRIES: usize = WAITS.len() + 1;

/// Returns the time before which a try is too early: a clock may be a little slow.
pub(super) fn least(wait: Duration) -> Duration {
    wait * 9 / 10
}

/// Returns a part of a wait after which nothing is due yet, and would be too early.
pub(super) fn early(wait: Duration) -> Duration {
    wait * 8 / 10
}
