//! Where keys are made and used: off the threads that serve.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Map, Value};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use super::{KeyError, Keys, Ring};

/// Makes and uses keys on threads of their own, no more at a time than the machine has processors: a signature takes a
/// quarter of a millisecond, in which a thread of the runtime could answer dozens of requests.
///
/// A thread that is done with one piece of work takes the next, without a word to the runtime in between.
pub(crate) struct Signer {
    queue: Arc<Queue>,
}

struct Queue {
    /// Most threads that work at a time.
    seats: usize,
    /// Held for the moment of a look only.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Work>,
    /// Threads that work.
    working: usize,
}

type Work = Box<dyn FnOnce() + Send>;

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

    /// Signs a claim set with the customer's current key, under a header that gets the key's own members.
    pub(crate) async fn sign_as(
        &self,
        keys: &Keys,
        mut header: Map<String, Value>,
        claims: &impl Serialize,
    ) -> Result<String, KeyError> {
        let claims = serde_json::to_vec(claims).map_err(|_| KeyError)?;
        let keys = keys.clone();
        self.off_the_runtime(move || {
            let ring = match keys.present() {
                Some(ring) => ring,
                None => keys.get_or_make()?,
            };
            let key = ring.current();
            header.insert("alg".to_owned(), "RS256".into());
            header.insert("kid".to_owned(), key.public().kid.as_str().into());
            let header = serde_json::to_vec(&header).map_err(|_| KeyError)?;
            key.sign_under(&header, &claims)
        })
        .await
    }

    /// Signs a claim set with the key at a place of the customer's ring, under a header of one's own, be it true or not.
    pub(crate) async fn sign_under(
        &self,
        keys: &Keys,
        place: usize,
        header: &impl Serialize,
        claims: &impl Serialize,
    ) -> Result<String, KeyError> {
        let header = serde_json::to_vec(header).map_err(|_| KeyError)?;
        let claims = serde_json::to_vec(claims).map_err(|_| KeyError)?;
        let keys = keys.clone();
        self.off_the_runtime(move || keys.get_or_make()?.key(place)?.sign_under(&header, &claims))
            .await
    }

    /// Moves the customer's keys up by one.
    pub(crate) async fn rotate(&self, keys: &Keys) -> Result<Arc<Ring>, KeyError> {
        let keys = keys.clone();
        self.off_the_runtime(move || keys.rotate()).await
    }

    /// Work whose caller went away is not begun.
    async fn off_the_runtime<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, KeyError> + Send + 'static,
    ) -> Result<T, KeyError> {
        let (done, result) = oneshot::channel();
        let wants_a_thread = self.queue.add(Box::new(move || {
            if !done.is_closed() {
                // The caller may go away meanwhile.
                let _ = done.send(work());
            }
        }));
        if wants_a_thread {
            let queue = Arc::clone(&self.queue);
            spawn_blocking(move || queue.work());
        }
        result.await.map_err(|_| KeyError)?
    }
}

impl Queue {
    /// Puts work behind the other, and returns whether there is a seat for one more thread to do it.
    fn add(&self, work: Work) -> bool {
        let mut state = self.lock();
        state.waiting.push_back(work);
        let has_seat = state.working < self.seats;
        state.working += usize::from(has_seat);
        has_seat
    }

    /// Works until there is nothing left to do.
    fn work(&self) {
        while let Some(work) = self.next() {
            // Whoever waits for it learns that it failed; the others must not.
            let _ = catch_unwind(AssertUnwindSafe(work));
        }
    }

    /// Takes work, or gives the seat back.
    fn next(&self) -> Option<Work> {
        let mut state = self.lock();
        let next = state.waiting.pop_front();
        state.working -= usize::from(next.is_none());
        next
    }

    /// Nothing can panic while it is held.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Signer {
    fn with_seats(seats: usize) -> Self {
        Self {
            queue: Arc::new(Queue {
                seats,
                state: Mutex::default(),
            }),
        }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("seats", &self.queue.seats)
            .finish_non_exhaustive()
    }
}

impl Default for Signer {
    fn default() -> Self {
        Self::with_seats(std::thread::available_parallelism().map_or(1, usize::from))
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::SigningKey;
    use super::*;
    use crate::ids::Ids;

    #[tokio::test]
    async fn the_runtime_goes_on_while_keys_are_made() {
        let signer = Signer::default();
        let ids = Ids::by_chance();
        let keys = Keys::of(ids.id(), &ids);
        let mut turns = 0;
        let mut ring = pin!(signer.ring(&keys));
        loop {
            tokio::select! {
                biased;
                ring = &mut ring => break assert!(ring.is_ok()),
                () = tokio::task::yield_now() => turns += 1,
            }
        }
        // Making three keys takes as long as thousands of turns; on the runtime's thread there would be one or two.
        assert!(turns > 20, "{turns} turns");
    }

    #[tokio::test]
    async fn no_more_work_at_a_time_than_there_are_seats() {
        let signer = Signer::with_seats(2);
        let (working, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let work = || {
            let (working, most) = (Arc::clone(&working), Arc::clone(&most));
            signer.off_the_runtime(move || {
                let now = working.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                let key = SigningKey::from_pem(fixtures::keys::DEMO[0])?;
                let signed = key.sign(b"{}");
                working.fetch_sub(1, Ordering::SeqCst);
                signed
            })
        };
        let all = futures_util::future::join_all((0..32).map(|_| work())).await;
        assert!(all.iter().all(Result::is_ok));
        assert!((1..=2).contains(&most.load(Ordering::SeqCst)));
    }
}
