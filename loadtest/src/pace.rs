//! The rate that a load keeps to, whatever its engine: requests take their turns at even distances.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

/// Gives every request its turn.
#[derive(Debug)]
pub(crate) struct Pace {
    interval: Option<Duration>,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// So many requests a second at most; without a number, as many as come.
    pub(crate) fn new(rate: Option<f64>) -> Self {
        Self {
            interval: rate.map(|rate| Duration::from_secs_f64(1.0 / rate)),
            next: Mutex::new(None),
        }
    }

    /// Waits for the turn of the next request.
    pub(crate) async fn turn(&self) {
        if let Some(due) = self.due(Instant::now()) {
            tokio::time::sleep_until(due.into()).await;
        }
    }

    /// Returns when the next request may be sent, if that is not now. A turn that nobody took is gone: no burst follows a pause.
    fn due(&self, now: Instant) -> Option<Instant> {
        let interval = self.interval?;
        // Held for an addition alone.
        let mut next = self
            .next
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = next.map_or(now, |next| next.max(now));
        *next = Some(due + interval);
        (due > now).then_some(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_at_even_distances_and_do_not_add_up() {
        let pace = Pace::new(Some(100.0));
        let start = Instant::now();
        let after = |milliseconds| start + Duration::from_millis(milliseconds);
        assert_eq!(pace.due(start), None);
        assert_eq!(pace.due(start), Some(after(10)));
        assert_eq!(pace.due(after(5)), Some(after(20)));
        // Nobody came for a second: the next goes at once, the one behind it waits.
        assert_eq!(pace.due(after(1000)), None);
        assert_eq!(pace.due(after(1000)), Some(after(1010)));
    }

    #[test]
    fn without_a_rate_nobody_waits() {
        let pace = Pace::new(None);
        let now = Instant::now();
        assert!((0..1000).all(|_| pace.due(now).is_none()));
    }
}
