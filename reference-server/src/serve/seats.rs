//! The connections of one server: there is room for so many, and whoever keeps the server waiting longest makes way.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

/// Room for a number of connections.
pub(super) struct Seats {
    most: usize,
    opened: Instant,
    /// Changed when a connection comes or goes, and looked through only when there is no room.
    taken: Mutex<Taken>,
    freed: Notify,
}

#[derive(Default)]
struct Taken {
    next: u64,
    places: HashMap<u64, Arc<Place>>,
}

/// What is known of one connection.
struct Place {
    /// Microseconds from the opening to the moment since which the server has been waiting for the client, or [`BUSY`].
    waiting_since: AtomicU64,
    has_asked: AtomicBool,
    /// Whether there is a request whose answer is not there yet.
    has_request: AtomicBool,
    leave: Notify,
}

const BUSY: u64 = u64::MAX;

impl Seats {
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            opened: Instant::now(),
            taken: Mutex::default(),
            freed: Notify::new(),
        })
    }

    /// Takes a seat. If there is none, whoever has been waited for longest is asked to leave; if every connection has a
    /// whole request in hand, this waits until one has not.
    pub(super) async fn take(self: &Arc<Self>) -> Seat {
        loop {
            if let Some(seat) = self.try_take() {
                return seat;
            }
            self.freed.notified().await;
        }
    }

    fn try_take(self: &Arc<Self>) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.places.len() >= self.most {
            let longest = taken
                .places
                .values()
                .filter(|place| !place.is_busy())
                .min_by_key(|place| place.waiting_since.load(Ordering::Relaxed));
            if let Some(place) = longest {
                place.leave.notify_one();
            }
            return None;
        }
        let number = taken.next;
        taken.next += 1;
        let place = Arc::new(Place {
            waiting_since: AtomicU64::new(self.now()),
            has_asked: AtomicBool::new(false),
            has_request: AtomicBool::new(false),
            leave: Notify::new(),
        });
        taken.places.insert(number, Arc::clone(&place));
        Some(Seat {
            seats: Arc::clone(self),
            number,
            place,
        })
    }

    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(BUSY - 1)
    }
}

impl Place {
    fn is_busy(&self) -> bool {
        self.waiting_since.load(Ordering::Relaxed) == BUSY
    }
}

/// The seat of one connection, given back when it is dropped.
pub(super) struct Seat {
    seats: Arc<Seats>,
    number: u64,
    place: Arc<Place>,
}

impl Seat {
    /// Says that a request is in hand until the answer is dropped.
    pub(super) fn work(&self) -> Work<'_> {
        self.place.has_asked.store(true, Ordering::Relaxed);
        self.place.has_request.store(true, Ordering::Relaxed);
        self.place.waiting_since.store(BUSY, Ordering::Relaxed);
        Work(self)
    }

    /// Says that there was a request, which was in hand for no time at all.
    pub(super) fn answered(&self) {
        let Self { seats, place, .. } = self;
        place.has_asked.store(true, Ordering::Relaxed);
        place.waiting_since.store(seats.now(), Ordering::Relaxed);
    }

    /// Starts to measure how long the client takes for the rest of its request. Parts of it that drip in do not start the
    /// measure anew.
    pub(super) fn wait(&self) -> Wait {
        Wait {
            seats: Arc::clone(&self.seats),
            place: Arc::clone(&self.place),
            since: None,
        }
    }

    /// Returns whether the server waits for the rest of a request.
    pub(super) fn owes_the_rest(&self) -> bool {
        self.place.has_request.load(Ordering::Relaxed) && !self.place.is_busy()
    }

    /// Returns whether there has been a request.
    pub(super) fn has_asked(&self) -> bool {
        self.place.has_asked.load(Ordering::Relaxed)
    }

    /// Completes when the connection should make way for another.
    pub(super) async fn told_to_leave(&self) {
        self.place.leave.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self
            .seats
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        taken.places.remove(&self.number);
        self.seats.freed.notify_one();
    }
}

/// A request in hand.
pub(super) struct Work<'a>(&'a Seat);

impl Drop for Work<'_> {
    fn drop(&mut self) {
        let Seat { seats, place, .. } = self.0;
        place.has_request.store(false, Ordering::Relaxed);
        place.waiting_since.store(seats.now(), Ordering::Relaxed);
        // Whoever waits for a seat may have found everybody busy.
        seats.freed.notify_one();
    }
}

/// The wait for the rest of a request in hand.
pub(super) struct Wait {
    seats: Arc<Seats>,
    place: Arc<Place>,
    /// When it was the client's turn for the first time.
    since: Option<u64>,
}

impl Wait {
    /// Says that it is the client's turn.
    pub(super) fn begin(&mut self) {
        let Self {
            seats,
            place,
            since,
        } = self;
        let since = *since.get_or_insert_with(|| seats.now());
        if place.waiting_since.swap(since, Ordering::Relaxed) == BUSY {
            // Whoever waits for a seat may have found everybody busy.
            seats.freed.notify_one();
        }
    }

    /// Says that it is the server's turn again.
    pub(super) fn end(&self) {
        self.place.waiting_since.store(BUSY, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// Returns what a future has to say at once.
    fn at_once<F: Future>(future: F) -> Option<F::Output> {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        }
    }

    #[test]
    fn whoever_is_waited_for_longest_makes_way() {
        let seats = Seats::new(3);
        let first = at_once(seats.take()).expect("there is room");
        let second = at_once(seats.take()).expect("there is room");
        let third = at_once(seats.take()).expect("there is room");
        // The first is busy, and nobody has been waited for as long as the third.
        let work = first.work();
        drop(second.work());
        third.place.waiting_since.store(0, Ordering::Relaxed);
        assert!(at_once(seats.take()).is_none());
        assert!(at_once(first.told_to_leave()).is_none());
        assert!(at_once(second.told_to_leave()).is_none());
        assert!(at_once(third.told_to_leave()).is_some());
        drop(third);
        assert!(at_once(seats.take()).is_some());
        drop(work);
    }

    #[test]
    fn whoever_owes_the_rest_of_a_request_is_waited_for() {
        let seats = Seats::new(1);
        let only = at_once(seats.take()).expect("there is room");
        let mut wait = only.wait();
        let work = only.work();
        assert!(!only.owes_the_rest());
        let mut next = pin!(seats.take());
        let mut context = Context::from_waker(Waker::noop());
        assert!(next.as_mut().poll(&mut context).is_pending());
        wait.begin();
        assert!(only.owes_the_rest());
        assert!(next.as_mut().poll(&mut context).is_pending());
        assert!(at_once(only.told_to_leave()).is_some());
        wait.end();
        assert!(!only.owes_the_rest());
        drop(work);
        assert!(!only.owes_the_rest());
    }

    #[test]
    fn nobody_busy_has_to_leave() {
        let seats = Seats::new(1);
        let only = at_once(seats.take()).expect("there is room");
        let work = only.work();
        let mut next = pin!(seats.take());
        let mut context = Context::from_waker(Waker::noop());
        assert!(next.as_mut().poll(&mut context).is_pending());
        assert!(at_once(only.told_to_leave()).is_none());
        drop(work);
        assert!(next.as_mut().poll(&mut context).is_pending());
        assert!(at_once(only.told_to_leave()).is_some());
        drop(only);
        assert!(next.as_mut().poll(&mut context).is_ready());
    }
}
