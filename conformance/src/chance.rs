//! What a check draws that nobody may guess: states, nonces, verifiers.
//!
//! Within a check it comes from a key of the run and the check's id, so that a recorded run can be judged again: its requests
//! are the same, byte by byte. The key itself is drawn anew for every run and is in no report.

use std::{
    future::Future,
    sync::{Mutex, PoisonError},
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

tokio::task_local! {
    /// A plain lock: it is never held across an await.
    static CHANCE: Mutex<StdRng>;
}

/// Draws within `work` from the run's key and the id of a check.
pub(crate) async fn within<F: Future>(key: &[u8; 32], check: &str, work: F) -> F::Output {
    let seed = Sha256::new().chain_update(key).chain_update(check);
    let source = StdRng::from_seed(seed.finalize().into());
    CHANCE.scope(Mutex::new(source), work).await
}

/// Draws bytes: within a check from its own source, else from the operating system's.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let drawn = CHANCE.try_with(|source| {
        let mut bytes = [0; N];
        let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
        source.fill_bytes(&mut bytes);
        bytes
    });
    drawn.unwrap_or_else(|_| rand::random())
}

/// Makes an id that nothing has.
pub(crate) fn id() -> Uuid {
    uuid::Builder::from_random_bytes(bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_check_draws_the_same_under_the_same_key_only() {
        let draw = async |key: u8, check| within(&[key; 32], check, async { bytes::<16>() }).await;
        assert_eq!(draw(1, "a.b").await, draw(1, "a.b").await);
        assert_ne!(draw(1, "a.b").await, draw(2, "a.b").await);
        assert_ne!(draw(1, "a.b").await, draw(1, "a.c").await);
        assert_ne!(bytes::<16>(), bytes::<16>());
    }
}
