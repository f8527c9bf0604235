//! Waiting for a moment, however the clock gets there.

use std::time::Duration;

use super::{Clock, Moment};

impl Clock {
    /// Waits until the clock shows a moment, because time passed or because somebody moved it. While it stands still,
    /// nothing but a move ends the wait.
    ///
    /// ```
    /// use std::time::Duration;
    /// use reference_server::Clock;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let clock = Clock::fixed();
    /// let due = clock.now() + Duration::from_secs(86_400);
    /// tokio::join!(clock.reach(due), async { clock.advance(Duration::from_secs(86_400)) });
    /// assert!(clock.now() >= due);
    /// # }
    /// ```
    pub async fn reach(&self, due: Moment) {
        /// A timer may be a little early.
        const ROUNDING: Duration = Duration::from_millis(1);

        let mut changes = self.changes.subscribe();
        loop {
            let (now, is_frozen) = self.look();
            if now >= due {
                return;
            }
            let moved = changes.changed();
            if is_frozen {
                // The sender is the clock's own, so there is one for as long as somebody waits.
                let _ = moved.await;
            } else {
                let _ = tokio::time::timeout(due.since(now) + ROUNDING, moved).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_stands_still_is_waited_for_until_somebody_moves_it() {
        let clock = Clock::fixed();
        let due = clock.now() + Duration::from_secs(60);
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.reach(due).await }
        });
        clock.advance(Duration::from_secs(59));
        tokio::time::sleep(Duration::from_secs(600)).await;
        assert!(!waiting.is_finished());
        clock.advance(Duration::from_secs(1));
        assert!(waiting.await.is_ok());
    }

    #[tokio::test]
    async fn a_running_clock_gets_there_by_itself() {
        let clock = Clock::running();
        let due = clock.now() + Duration::from_millis(5);
        clock.reach(due).await;
        assert!(clock.now() >= due);
    }
}
