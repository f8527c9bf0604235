//! What is drawn by chance: states, nonces, verifiers.
//!
//! Nobody may guess it where a deployment is judged, whatever seed the run has. Against a server that the run itself has
//! started there is nobody who could, so there it may come from the seed, and the same run can be made twice.

use std::cell::RefCell;

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use uuid::Uuid;

tokio::task_local! {
    /// The source of the check that this task makes, if its run is to be repeatable.
    static REPEATABLE: RefCell<StdRng>;
}

/// Draws bytes that nobody guesses; in a check of a repeatable run, the next ones of its seed.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if REPEATABLE
        .try_with(|source| source.borrow_mut().fill_bytes(&mut bytes))
        .is_err()
    {
        rand::rng().fill_bytes(&mut bytes);
    }
    bytes
}

/// Makes an id that nothing has.
pub(crate) fn id() -> Uuid {
    uuid::Builder::from_random_bytes(bytes()).into_uuid()
}

/// Lets a future draw from a seed, if there is one.
pub(crate) async fn drawn_from<F: Future>(seed: Option<u64>, future: F) -> F::Output {
    match seed {
        Some(seed) => {
            let source = RefCell::new(StdRng::seed_from_u64(seed));
            REPEATABLE.scope(source, future).await
        }
        None => future.await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_a_seed_makes_it_come_again() {
        let draw = async || (bytes::<16>(), bytes::<16>());
        let first = drawn_from(Some(7), draw()).await;
        assert_ne!(first.0, first.1);
        assert_eq!(drawn_from(Some(7), draw()).await, first);
        assert_ne!(drawn_from(Some(8), draw()).await, first);
        assert_ne!(
            drawn_from(None, draw()).await,
            drawn_from(None, draw()).await
        );
    }
}
