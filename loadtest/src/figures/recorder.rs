//! Where samples go while the run goes on.

use std::{
    cell::Cell,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::{Figures, Name, Requests, Sample, Series, requests::OTHER, whole_micros};

/// How many names of requests are told apart; whatever comes beyond them is counted under [`OTHER`].
pub const MOST_NAMES: usize = 64;

/// Takes samples from every thread. Copies of it write to the same figures.
///
/// ```
/// use std::time::Duration;
/// use loadtest::figures::{Name, Outcome, Percentile, Recorder, Sample};
///
/// let recorder = Recorder::new();
/// recorder.record(Sample {
///     name: Name::known("token"),
///     started: Duration::ZERO,
///     took: Duration::from_micros(250),
///     outcome: Outcome::Good,
/// });
/// let figures = recorder.figures();
/// let token = &figures.requests["token"];
/// assert_eq!(token.count(), 1);
/// assert_eq!(token.percentile(Percentile::P99), Some(Duration::from_micros(250)));
/// ```
#[derive(Debug, Clone)]
pub struct Recorder {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Each thread has its own, as far as they go: a lock that nobody else wants costs a few nanoseconds.
    shards: Box<[Mutex<Shard>]>,
    /// The names that were let in. Asked only when a shard meets a name for the first time.
    names: Mutex<Vec<Name>>,
}

#[derive(Debug, Default)]
struct Shard {
    elapsed: Duration,
    /// A few, so that looking through them beats hashing.
    requests: Vec<(Name, Requests)>,
    series: Series,
}

impl Recorder {
    /// Makes an empty one for the threads of this machine.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let shards = (2 * cores).min(32);
        Self {
            shared: Arc::new(Shared {
                shards: (0..shards).map(|_| Mutex::default()).collect(),
                names: Mutex::default(),
            }),
        }
    }

    /// Adds a sample.
    pub fn record(&self, sample: Sample) {
        let Sample {
            name,
            started,
            took,
            outcome,
        } = sample;
        let ended = started.saturating_add(took);
        let shards = &self.shared.shards;
        let mut shard = locked(&shards[thread() % shards.len()]);
        shard.elapsed = shard.elapsed.max(ended);
        shard.series.record(ended, took, &outcome);
        let index = shard.index(&self.shared, name);
        shard.requests[index].1.record(took, outcome);
    }

    /// Returns what was recorded until now. Meanwhile others record on.
    pub fn figures(&self) -> Figures {
        let mut figures = Figures::default();
        for shard in &self.shared.shards {
            let shard = locked(shard);
            let (elapsed, requests, series) =
                (shard.elapsed, shard.requests.clone(), shard.series.clone());
            // Merging takes longer than copying: the shard's thread goes on.
            drop(shard);
            figures.merge(&Figures {
                elapsed: whole_micros(elapsed),
                requests: requests.into_iter().collect(),
                series,
            });
        }
        figures
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}

impl Shard {
    /// Returns where the requests of a name are counted.
    fn index(&mut self, shared: &Shared, name: Name) -> usize {
        let known = |requests: &[(Name, Requests)], name: &Name| {
            requests.iter().position(|(known, _)| known == name)
        };
        if let Some(index) = known(&self.requests, &name) {
            return index;
        }
        let name = shared.admit(name);
        known(&self.requests, &name).unwrap_or_else(|| {
            self.requests.push((name, Requests::default()));
            self.requests.len() - 1
        })
    }
}

impl Shared {
    /// Lets a name in, as long as there is room.
    fn admit(&self, name: Name) -> Name {
        let mut names = locked(&self.names);
        if names.contains(&name) {
            return name;
        }
        if names.len() == MOST_NAMES {
            return OTHER;
        }
        names.push(name.clone());
        name
    }
}

/// A thread that panicked leaves counts behind that are right but for its own sample.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the number of this thread, in the order in which threads first recorded.
fn thread() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: Cell<usize> = Cell::new(NEXT.fetch_add(1, Ordering::Relaxed));
    }
    NUMBER.with(Cell::get)
}
