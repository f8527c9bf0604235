//! Where keys are made and used: off the threads that serve.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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

struct Work {
    length: Length,
    /// Does it, and returns what tells the caller.
    run: Box<dyn FnOnce() -> Tell + Send>,
}

type Tell = Box<dyn FnOnce() + Send>;

/// How long a piece of work takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Length {
    /// A quarter of a millisecond.
    Signature,
    /// As long as hundreds of signatures, if keys have to be made first.
    Keys,
}

impl Length {
    fn of_a_signature_with(keys: &Keys) -> Self {
        match keys.present() {
            Some(_) => Self::Signature,
            None => Self::Keys,
        }
    }
}

impl Signer {
    /// Returns the customer's keys as they are published.
    pub(crate) async fn ring(&self, keys: &Keys) -> Result<Arc<Ring>, KeyError> {
        if let Some(ring) = keys.present() {
            return Ok(ring);
        }
        let keys = keys.clone();
        self.off_the_runtime(Length::Keys, move || keys.get_or_make())
            .await
    }

    /// Signs a claim set with the customer's current key.
    pub(crate) async fn sign(
        &self,
        keys: &Keys,
        claims: &impl Serialize,
    ) -> Result<String, KeyError> {
        let claims = serde_json::to_vec(claims).map_err(|_| KeyError)?;
        let keys = keys.clone();
        let length = Length::of_a_signature_with(&keys);
        self.off_the_runtime(length, move || match keys.present() {
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
        let length = Length::of_a_signature_with(&keys);
        self.off_the_runtime(length, move || {
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
        let length = Length::of_a_signature_with(&keys);
        self.off_the_runtime(length, move || {
            keys.get_or_make()?.key(place)?.sign_under(&header, &claims)
        })
        .await
    }

    /// Moves the customer's keys up by one.
    pub(crate) async fn rotate(&self, keys: &Keys) -> Result<Arc<Ring>, KeyError> {
        let keys = keys.clone();
        self.off_the_runtime(Length::Keys, move || keys.rotate())
            .await
    }

    /// Work whose caller went away is not begun.
    async fn off_the_runtime<T: Send + 'static>(
        &self,
        length: Length,
        work: impl FnOnce() -> Result<T, KeyError> + Send + 'static,
    ) -> Result<T, KeyError> {
        let (done, result) = oneshot::channel();
        let run = Box::new(move || -> Tell {
            let result = (!done.is_closed()).then(work);
            Box::new(move || {
                // The caller may have gone away meanwhile.
                let _ = result.map(|result| done.send(result));
            })
        });
        let wants_a_thread = self.queue.add(Work { length, run });
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

    /// Longest time since callers were last told, before a signature is begun for another: a dozen signatures.
    const TOGETHER: Duration = Duration::from_millis(4);

    /// Works until there is nothing left to do. While more signatures wait, some callers are told together, because each time that
    /// one is told the processor changes threads twice. Nobody waits for keys that are made for another.
    fn work(&self) {
        let mut told = Instant::now();
        let mut done: Vec<Tell> = Vec::new();
        while let Some(work) = self.next() {
            if work.length == Length::Keys || told.elapsed() >= Self::TOGETHER {
                tell(std::mem::take(&mut done));
                told = Instant::now();
            }
            // A thread that serves and has something to do goes first: by itself the system may let it wait for a dozen signatures.
            std::thread::yield_now();
            // Whoever waits for it learns that it failed; the others must not.
            done.extend(catch_unwind(AssertUnwindSafe(work.run)));
        }
        tell(done);
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

/// Tells callers what came of their work. Several are told on the runtime: each who is told from another thread would take the
/// processor from it at once, before the next one is told.
fn tell(done: Vec<Tell>) {
    let several = done.len() > 1;
    let tell_all = move || done.into_iter().for_each(|tell| tell());
    if several {
        tokio::spawn(async { tell_all() });
    } else {
        tell_all();
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
            signer.off_the_runtime(Length::Signature, move || {
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

    #[tokio::test]
    async fn nobody_waits_for_keys_that_are_made_for_another() {
        let signer = Signer::with_seats(1);
        let (tell, told) = std::sync::mpsc::channel();
        let quick = async {
            let done = signer.off_the_runtime(Length::Signature, || Ok(())).await;
            tell.send(()).expect("the other listens");
            done
        };
        // Stands for keys in the making: it ends once the one before was told, or much too late.
        let long = signer.off_the_runtime(Length::Keys, move || {
            let patience = Duration::from_secs(10);
            told.recv_timeout(patience).map_err(|_| KeyError)
        });
        let (quick, long) = tokio::join!(quick, long);
        assert!(quick.is_ok());
        assert!(long.is_ok(), "the first was told after the second was done");
    }
}
