//! Time as a value.

mod reach;

use std::fmt;
use std::ops::Add;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use tokio::sync::watch;

/// Tells the time to one server. Clones share the same time, so whoever holds one can freeze, set and advance it.
///
/// By itself it never runs backwards, even when somebody sets the machine's clock: an expired token stays expired. Only
/// [`set`](Clock::set) takes it back.
///
/// ```
/// use std::time::Duration;
/// use reference_server::Clock;
///
/// let clock = Clock::fixed();
/// let start = clock.now();
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), start + Duration::from_secs(60));
/// assert!(clock.is_frozen());
/// ```
#[derive(Debug, Clone)]
pub struct Clock {
    /// The instant at which the clock was made: what a running one counts from.
    origin: Instant,
    /// How it was made.
    made: State,
    /// How it is, in one word: a look at the time is one load, and whoever changes it changes all of it at once.
    state: Arc<AtomicI64>,
    /// Tells those who wait for a moment that somebody moved the clock.
    changes: watch::Sender<()>,
}

/// What a clock shows, and whether it stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    /// Milliseconds since 1970: the present, if the clock stands still, else what it showed at its origin. That may lie
    /// before 1970, when somebody has set back a clock that had been running for long.
    shown: i64,
    is_frozen: bool,
}

impl State {
    fn of(word: i64) -> Self {
        Self {
            shown: word >> 1,
            is_frozen: word & 1 == 1,
        }
    }

    fn word(self) -> i64 {
        (self.shown << 1) | i64::from(self.is_frozen)
    }
}

impl Clock {
    /// Returns a clock that starts with the time of the machine and runs with it.
    pub fn running() -> Self {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self::made(Moment(whole_millis(since_epoch)), false)
    }

    /// Returns a clock that stands still at the start of 2026 (UTC) until it is advanced.
    pub fn fixed() -> Self {
        Self::made(Moment(1_767_225_600_000), true)
    }

    fn made(start: Moment, is_frozen: bool) -> Self {
        let made = State {
            shown: start.shown(),
            is_frozen,
        };
        Self {
            origin: Instant::now(),
            made,
            state: Arc::new(AtomicI64::new(made.word())),
            changes: watch::Sender::new(()),
        }
    }

    /// Returns the present moment.
    pub fn now(&self) -> Moment {
        self.moment(self.load())
    }

    /// Tells whether it stands still.
    pub fn is_frozen(&self) -> bool {
        self.load().is_frozen
    }

    /// Returns the present moment, and whether the clock stands still, of one and the same look.
    pub(crate) fn look(&self) -> (Moment, bool) {
        let state = self.load();
        (self.moment(state), state.is_frozen)
    }

    /// Moves the clock forwards, by whole milliseconds, to the last days of the year 9999 at the most.
    pub fn advance(&self, by: Duration) {
        self.change(|clock, state| {
            let to = clock.moment(state) + by;
            clock.showing(to, state.is_frozen)
        });
    }

    /// Lets the clock stand still at the present moment. Time passes by [`advance`](Clock::advance) only, until
    /// [`resume`](Clock::resume).
    ///
    /// ```
    /// let clock = reference_server::Clock::running();
    /// clock.freeze();
    /// assert_eq!(clock.now(), clock.now());
    /// ```
    pub fn freeze(&self) {
        self.put(None, Some(true));
    }

    /// Lets the clock run on from what it shows.
    ///
    /// ```
    /// let clock = reference_server::Clock::fixed();
    /// clock.resume();
    /// assert!(!clock.is_frozen());
    /// ```
    pub fn resume(&self) {
        self.put(None, Some(false));
    }

    /// Sets the clock to a moment, be it an earlier one; it stands still or runs on as before.
    ///
    /// What was dropped because it had expired does not come back when the clock is set back; what is still there, be it
    /// a token or the window of a failed attempt, lasts until the moment that it was given, which is further away now.
    ///
    /// ```
    /// use reference_server::{Clock, Moment};
    ///
    /// let clock = Clock::fixed();
    /// let earlier = Moment::parse("2025-06-30T12:00:00Z").expect("a time");
    /// clock.set(earlier);
    /// assert_eq!(clock.now(), earlier);
    /// ```
    pub fn set(&self, to: Moment) {
        self.put(Some(to), None);
    }

    /// Does all of it in one step: what is not given stays.
    pub(crate) fn put(&self, to: Option<Moment>, is_frozen: Option<bool>) {
        self.change(|clock, state| {
            let to = to.unwrap_or_else(|| clock.moment(state));
            clock.showing(to, is_frozen.unwrap_or(state.is_frozen))
        });
    }

    /// Goes back to how the clock was made: one that ran shows the machine's time again.
    pub(crate) fn reset(&self) {
        self.state.store(self.made.word(), Ordering::Relaxed);
        self.changes.send_replace(());
    }

    fn load(&self) -> State {
        State::of(self.state.load(Ordering::Relaxed))
    }

    fn change(&self, change: impl Fn(&Self, State) -> State) {
        let changed = |word| Some(change(self, State::of(word)).word());
        // It cannot fail: there is always another state.
        let _ = self
            .state
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, changed);
        self.changes.send_replace(());
    }

    fn moment(&self, state: State) -> Moment {
        let run = match state.is_frozen {
            true => 0,
            false => self.run(),
        };
        let shown = state.shown.saturating_add(run);
        Moment(u64::try_from(shown).unwrap_or_default())
    }

    fn showing(&self, moment: Moment, is_frozen: bool) -> State {
        let run = match is_frozen {
            true => 0,
            false => self.run(),
        };
        State {
            shown: moment.shown() - run,
            is_frozen,
        }
    }

    /// Milliseconds since the origin.
    fn run(&self) -> i64 {
        i64::try_from(self.origin.elapsed().as_millis()).unwrap_or_default()
    }
}

/// A point in time: milliseconds since 1970 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// The last moment that a clock shows, two days before the year 10000: later ones can be spelled in no zone.
    const LAST: Self = Self(253_402_207_200_999);

    /// Reads a time as profiles write it: `2026-01-31T12:00:00Z`, with or without parts of a second. What lies before
    /// 1970 is none.
    ///
    /// ```
    /// use reference_server::{Clock, Moment};
    ///
    /// assert_eq!(Moment::parse("2026-01-01T00:00:00Z"), Some(Clock::fixed().now()));
    /// assert_eq!(Moment::parse("soon"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let timestamp: Timestamp = text.parse().ok()?;
        u64::try_from(timestamp.as_millisecond()).ok().map(Self)
    }

    /// Writes the moment with its milliseconds, in UTC: `2026-01-31T12:00:00.000Z`.
    pub(crate) fn to_millis(self) -> String {
        let timestamp = Timestamp::from_millisecond(self.shown()).unwrap_or(Timestamp::MAX);
        format!("{timestamp:.3}")
    }

    /// Writes the moment with six digits of its second, in UTC: `2026-01-31T12:00:00.000000Z`.
    pub(crate) fn to_micros(self) -> String {
        let timestamp = Timestamp::from_millisecond(self.shown()).unwrap_or(Timestamp::MAX);
        format!("{timestamp:.6}")
    }

    fn shown(self) -> i64 {
        self.min(Self::LAST).0.cast_signed()
    }

    /// Returns the time that has passed since a moment; none if it is yet to come.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// Returns milliseconds since 1970 (UTC).
    pub(crate) fn millis(self) -> u64 {
        self.0
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

    #[test]
    fn it_stands_still_while_it_is_frozen_and_runs_on_from_there() {
        let clock = Clock::running();
        let frozen_at = Moment::parse("2030-01-01T00:00:00.250Z").expect("a time");
        clock.put(Some(frozen_at), Some(true));
        let before = Instant::now();
        while before.elapsed() < Duration::from_millis(2) {
            std::hint::spin_loop();
        }
        assert_eq!(clock.look(), (frozen_at, true));
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), frozen_at + Duration::from_secs(1));
        clock.resume();
        let resumed = clock.now();
        assert!(resumed >= frozen_at + Duration::from_secs(1));
        assert!(resumed < frozen_at + Duration::from_secs(600));
        while clock.now() == resumed {
            std::hint::spin_loop();
        }
    }

    #[test]
    fn it_can_be_set_back_to_1970_and_forwards_to_the_end() {
        for clock in [Clock::fixed(), Clock::running()] {
            clock.freeze();
            for (text, shown) in [
                ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
                ("9999-12-29T00:00:00Z", "9999-12-29T00:00:00.000Z"),
            ] {
                clock.set(Moment::parse(text).expect("a time"));
                assert_eq!(clock.now().to_millis(), shown);
            }
            clock.advance(Duration::MAX);
            assert_eq!(clock.now().to_millis(), "9999-12-30T22:00:00.999Z");
            clock.resume();
            clock.set(Moment::parse("1970-01-01T00:00:00Z").expect("a time"));
            assert!(clock.now().to_millis().starts_with("1970-01-01T00:0"));
        }
    }

    #[test]
    fn a_reset_takes_it_back_to_how_it_was_made() {
        let clock = Clock::fixed();
        let start = clock.now();
        clock.advance(Duration::from_secs(60));
        clock.resume();
        clock.reset();
        assert_eq!(clock.look(), (start, true));
    }
}
