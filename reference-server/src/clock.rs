//! Time as a value.

use std::fmt;
use std::ops::Add;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Tells the time to one server. Clones share the same time, so whoever holds one can advance it.
///
/// It never runs backwards, even when somebody sets the machine's clock: an expired token stays expired.
///
/// ```
/// use std::time::Duration;
/// use reference_server::Clock;
///
/// let clock = Clock::fixed();
/// let start = clock.now();
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), start + Duration::from_secs(60));
/// ```
#[derive(Debug, Clone)]
pub struct Clock {
    /// The moment at which the clock was made.
    start: Moment,
    /// Where a running clock takes the time since then from; a fixed one only moves when advanced.
    running: Option<Instant>,
    /// Milliseconds by which the clock was advanced.
    advanced: Arc<AtomicU64>,
}

impl Clock {
    /// Returns a clock that starts with the time of the machine and runs with it.
    pub fn running() -> Self {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self {
            start: Moment(whole_millis(since_epoch)),
            running: Some(Instant::now()),
            advanced: Arc::default(),
        }
    }

    /// Returns a clock that stands still at the start of 2026 (UTC) until it is advanced.
    pub fn fixed() -> Self {
        Self {
            start: Moment(1_767_225_600_000),
            running: None,
            advanced: Arc::default(),
        }
    }

    /// Returns the present moment.
    pub fn now(&self) -> Moment {
        let run = self
            .running
            .map_or(0, |since| whole_millis(since.elapsed()));
        let advanced = self.advanced.load(Ordering::Relaxed);
        Moment(self.start.0.saturating_add(run).saturating_add(advanced))
    }

    /// Moves the clock forwards, by whole milliseconds.
    pub fn advance(&self, by: Duration) {
        self.advanced.fetch_add(whole_millis(by), Ordering::Relaxed);
    }
}

/// A point in time: milliseconds since 1970 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// Reads a time as profiles write it: `2026-01-31T12:00:00Z`, with or without parts of a second.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let timestamp: Timestamp = text.parse().ok()?;
        u64::try_from(timestamp.as_millisecond()).ok().map(Self)
    }

    /// Returns the time that has passed since a moment; none if it is yet to come.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// Returns whole seconds since 1970 (UTC), as claims want them.
    pub(crate) fn seconds(self) -> u64 {
        self.0 / 1000
    }
}

/// Writes the whole second, in UTC: `2026-01-31T12:00:00Z`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = i64::try_from(self.seconds()).unwrap_or(i64::MAX);
        Timestamp::from_second(seconds)
            .unwrap_or(Timestamp::MAX)
            .fmt(f)
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, later: Duration) -> Self {
        Self(self.0.saturating_add(whole_millis(later)))
    }
}

fn whole_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_the_time() {
        let clock = Clock::fixed();
        let before = clock.now();
        clock.clone().advance(Duration::from_millis(1500));
        assert_eq!(clock.now(), before + Duration::from_millis(1500));
    }

    #[test]
    fn a_moment_is_read_as_it_is_written() {
        let now = Clock::fixed().now();
        assert_eq!(now.to_string(), "2026-01-01T00:00:00Z");
        assert_eq!(now.seconds(), 1_767_225_600);
        assert_eq!(Moment::parse("2026-01-01T00:00:00Z"), Some(now));
        for other in [
            "",
            "2026-13-01T00:00:00Z",
            "2026-01-01",
            "1969-12-31T23:59:59Z",
        ] {
            assert_eq!(Moment::parse(other), None, "`{other}`");
        }
        assert!(Moment(u64::MAX).to_string().starts_with("9999"));
    }

    #[test]
    fn a_running_clock_starts_now_and_does_not_run_backwards() {
        let clock = Clock::running();
        let first = clock.now();
        assert!(
            first > Clock::fixed().now(),
            "this machine is past the start of 2026"
        );
        assert!(clock.now() >= first);
        clock.advance(Duration::from_secs(3600));
        assert!(clock.now() >= first + Duration::from_secs(3600));
    }
}
