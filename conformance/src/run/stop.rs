//! The wish to end early.

use tokio::sync::watch;

/// Tells a run to stop; the run finishes its clean-up and returns what it observed.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// Learns that a run is to stop.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

/// Returns the two ends of a wish.
///
/// ```
/// let (stopper, stop) = conformance::run::stop::pair();
/// assert!(!stop.is_wanted());
/// stopper.stop();
/// assert!(stop.is_wanted());
/// ```
pub fn pair() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stop(receiver))
}

impl Stopper {
    /// Asks the run to stop; asking again changes nothing.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Returns a wish that nobody ever has.
    pub fn never() -> Self {
        // Without its sender the channel stays at the last value, which is `false`.
        Self(watch::channel(false).1)
    }

    /// Tells whether the run is to stop.
    pub fn is_wanted(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the run is to stop; for ever if nobody can ask any more.
    pub(super) async fn wanted(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|wanted| *wanted).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
