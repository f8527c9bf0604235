//! The limit of requests a second.

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
        let Some(gap) = self.gap else { return };
        let slot = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let slot = next.unwrap_or_else(Instant::now).max(Instant::now());
            *next = Some(slot + gap);
            slot
        };
        tokio::time::sleep_until(slot).await;
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
    async fn no_limit_waits_for_nothing() {
        let pace = Pace::new(None);
        let start = Instant::now();
        for _ in 0..1000 {
            pace.wait().await;
        }
        assert!(start.elapsed().is_zero());
    }
}
