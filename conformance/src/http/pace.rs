//! The limit of requests a second, and the rests that a target asks for.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Lets requests go at a steady rate, or at once when there is no limit.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// Time between two requests; none means no limit.
    gap: Option<Duration>,
    /// When the next request may go. A plain lock: it is never held across an await.
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// Makes a pace of `rate` requests a second; `None` is no limit. A rate that is not positive is no limit.
    pub(crate) fn new(rate: Option<f64>) -> Self {
        let gap = rate
            .filter(|rate| *rate > 0.0)
            .and_then(|rate| Duration::try_from_secs_f64(rate.recip()).ok());
        Self {
            gap,
            next: Mutex::new(None),
        }
    }

    /// Waits until the next request may go.
    pub(crate) async fn wait(&self) {
        let slot = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let slot = next.map_or(now, |next| next.max(now));
            if let Some(gap) = self.gap {
                *next = Some(slot + gap);
            }
            slot
        };
        if slot > Instant::now() {
            tokio::time::sleep_until(slot).await;
        }
    }

    /// Lets nobody go for a while who does not wait already.
    pub(crate) fn hold(&self, time: Duration) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let until = Instant::now() + time;
        *next = Some(next.map_or(until, |next| next.max(until)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_go_at_the_rate() {
        let pace = Pace::new(Some(10.0));
        let start = Instant::now();
        for _ in 0..11 {
            pace.wait().await;
        }
        assert_eq!(start.elapsed().as_millis() / 100, 10);
    }

    #[tokio::test(start_paused = true)]
    async fn however_many_ask_at_once_no_two_go_together() {
        let pace = Pace::new(Some(50.0));
        let start = Instant::now();
        // A rest saves nothing up for a burst.
        tokio::time::sleep(Duration::from_secs(10)).await;
        let gone = futures_util::future::join_all((0..64).map(|_| async {
            pace.wait().await;
            start.elapsed()
        }));
        let mut gone = gone.await;
        gone.sort_unstable();
        assert!(gone[0] >= Duration::from_secs(10));
        for pair in gone.windows(2) {
            assert!(pair[1] - pair[0] >= Duration::from_millis(19), "{pair:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_rest_is_kept_by_all() {
        for pace in [Pace::new(None), Pace::new(Some(1000.0))] {
            pace.wait().await;
            let start = Instant::now();
            pace.hold(Duration::from_secs(7));
            pace.hold(Duration::from_secs(2));
            pace.wait().await;
            pace.wait().await;
            assert_eq!(start.elapsed().as_secs(), 7);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_limit_waits_for_nothing() {
        let pace = Pace::new(None);
        let start = Instant::now();
        for _ in 0..1000 {
            pace.wait().await;
        }
        assert!(start.elapsed().is_zero());
    }
}
