//! Where keys are made and used: off the threads that serve.

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::{KeyError, Keys, Ring};

/// Makes and uses keys on threads of their own, no more at a time than the machine has processors: a signature takes a
/// quarter of a millisecond, in which a thread of the runtime could answer dozens of requests.
#[derive(Debug)]
pub(crate) struct Signer {
    seats: Arc<Semaphore>,
}

impl Signer {
    /// Returns the customer's keys as they are published.
    pub(crate) async fn ring(&self, keys: &Keys) -> Result<Arc<Ring>, KeyError> {
        if let Some(ring) = keys.present() {
            return Ok(ring);
        }
        let keys = keys.clone();
        self.off_the_runtime(move || keys.get_or_make()).await
    }

    /// Signs a claim set with the customer's current key.
    pub(crate) async fn sign(
        &self,
        keys: &Keys,
        claims: &impl Serialize,
    ) -> Result<String, KeyError> {
        let claims = serde_json::to_vec(claims).map_err(|_| KeyError)?;
        let keys = keys.clone();
        self.off_the_runtime(move || match keys.present() {
            Some(ring) => ring.current().sign(&claims),
            None => keys.get_or_make()?.current().sign(&claims),
        })
        .await
    }

    /// Moves the customer's keys up by one.
    pub(crate) async fn rotate(&self, keys: &Keys) -> Result<(), KeyError> {
        let keys = keys.clone();
        self.off_the_runtime(move || keys.rotate().map(drop)).await
    }

    /// The seat goes with the work, so work whose caller went away still counts.
    async fn off_the_runtime<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, KeyError> + Send + 'static,
    ) -> Result<T, KeyError> {
        let seat = Arc::clone(&self.seats).acquire_owned().await;
        let seat = seat.map_err(|_| KeyError)?;
        spawn_blocking(move || {
            let done = work();
            drop(seat);
            done
        })
        .await
        .map_err(|_| KeyError)?
    }
}

impl Default for Signer {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            seats: Arc::new(Semaphore::new(processors)),
        }
    }
}
