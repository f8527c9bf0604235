//! The webhooks of one customer.
//!
//! | module | what it holds |
//! |---|---|
//! | [`subscription`] | who is notified of what |
//! | [`event`] | what one subscription is told, and what became of it |
//! | [`shelf`] | the events of one subscription, and which of them is due when |
//! | [`export`], [`summary`] | what is made of them |
//! | [`courier`] | what those ask who deliver |
//! | [`events`] | what those ask who look at events |

mod courier;
mod event;
mod events;
mod export;
mod shelf;
mod subscription;
mod summary;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use event::{Event, Outcome, Reply, Step};
pub(crate) use events::{NotDelivered, NotExported};
pub(crate) use export::{Export, ExportState};
pub(crate) use shelf::Errand;
pub(crate) use subscription::{EventType, Subscription, Terms};

use crate::clock::Moment;
use crate::ids::Id;
use crate::settings::Webhooks as Settings;
use shelf::Shelf;

/// The subscriptions of one customer, and what became of their events.
pub(crate) struct Webhooks {
    settings: Settings,
    /// One lock, because titles differ within a customer. Held for a moment only, never while a listener is asked.
    records: Mutex<Records>,
}

#[derive(Default)]
struct Records {
    /// By the order in which they were made.
    shelves: BTreeMap<u64, Shelf>,
    numbers: BTreeMap<Id, u64>,
    last: u64,
    /// Whether others have taken the place of these, so that nobody delivers from them any more.
    are_retired: bool,
}

/// Says why a subscription was neither made nor changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotKept {
    /// Another one has the title.
    TitleTaken,
    /// There are as many as there may be.
    Full,
}

impl Webhooks {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            records: Mutex::default(),
        }
    }

    /// Returns a copy, for a snapshot: nobody delivers from it until it takes its place.
    pub(super) fn copied(&self) -> Self {
        let records = self.lock();
        let shelves = records.shelves.iter();
        let copy = Records {
            shelves: shelves
                .map(|(number, shelf)| (*number, shelf.copied()))
                .collect(),
            numbers: records.numbers.clone(),
            last: records.last,
            are_retired: false,
        };
        Self {
            settings: self.settings,
            records: Mutex::new(copy),
        }
    }

    /// Returns every subscription, in the order in which they were made.
    pub(crate) fn list(&self) -> Vec<Arc<Subscription>> {
        let records = self.lock();
        let shelves = records.shelves.values();
        shelves
            .map(|shelf| Arc::clone(&shelf.subscription))
            .collect()
    }

    pub(crate) fn find(&self, id: Id) -> Option<Arc<Subscription>> {
        let records = self.lock();
        let shelf = records.shelf(id)?;
        Some(Arc::clone(&shelf.subscription))
    }

    /// Adds a subscription whose title no other has.
    pub(crate) fn add(&self, subscription: Subscription) -> Result<Arc<Subscription>, NotKept> {
        let mut records = self.lock();
        if records.is_taken(&subscription.terms.title, None) {
            return Err(NotKept::TitleTaken);
        }
        if records.shelves.len() >= self.settings.subscriptions {
            return Err(NotKept::Full);
        }
        let subscription = Arc::new(subscription);
        records.last += 1;
        let number = records.last;
        records.numbers.insert(subscription.id, number);
        let shelf = Shelf::new(Arc::clone(&subscription), self.settings);
        records.shelves.insert(number, shelf);
        Ok(subscription)
    }

    /// Puts another in the place of a subscription; `None` if there is none. `make` sees the present one. What waits is
    /// given up if the other one is disabled.
    pub(crate) fn replace<E: From<NotKept>>(
        &self,
        id: Id,
        now: Moment,
        make: impl FnOnce(&Subscription) -> Result<Subscription, E>,
    ) -> Option<Result<Arc<Subscription>, E>> {
        let mut records = self.lock();
        let next = match make(&records.shelf(id)?.subscription) {
            Ok(next) => Arc::new(next),
            Err(error) => return Some(Err(error)),
        };
        if records.is_taken(&next.terms.title, Some(id)) {
            return Some(Err(NotKept::TitleTaken.into()));
        }
        let shelf = records.shelf_mut(id)?;
        shelf.subscription = Arc::clone(&next);
        if !next.terms.enabled {
            shelf.give_up("the subscription is disabled", now);
            shelf.bell.notify_one();
        }
        Some(Ok(next))
    }

    /// Changes the settings of one subscription.
    pub(crate) fn adjust(&self, id: Id, change: impl FnOnce(&mut Settings)) {
        if let Some(shelf) = self.lock().shelf_mut(id) {
            change(&mut shelf.settings);
        }
    }

    /// Lets events be exported that were before.
    pub(crate) fn forget_exported(&self, id: Id) {
        if let Some(shelf) = self.lock().shelf_mut(id) {
            shelf.forget_exported();
        }
    }

    /// Removes a subscription with all of its events, and returns whether it was there.
    pub(crate) fn remove(&self, id: Id) -> bool {
        let mut records = self.lock();
        let number = records.numbers.remove(&id);
        let shelf = number.and_then(|number| records.shelves.remove(&number));
        // Whoever delivers sees that there is nothing left.
        shelf.is_some_and(|shelf| {
            shelf.bell.notify_one();
            true
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().shelves.is_empty()
    }

    /// Forgets what is too old to be kept.
    pub(crate) fn sweep(&self, now: Moment) {
        for shelf in self.lock().shelves.values_mut() {
            shelf.forget_old(now);
            events::settle_exports(shelf, now);
        }
    }

    /// A lock that was poisoned is used all the same: nothing in here is left half done but by a defect.
    fn lock(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Records {
    fn shelf(&self, id: Id) -> Option<&Shelf> {
        self.shelves.get(self.numbers.get(&id)?)
    }

    fn shelf_mut(&mut self, id: Id) -> Option<&mut Shelf> {
        self.shelves.get_mut(self.numbers.get(&id)?)
    }

    fn is_taken(&self, title: &str, by_another_than: Option<Id>) -> bool {
        self.shelves.values().any(|shelf| {
            let subscription = &shelf.subscription;
            subscription.terms.title == title && Some(subscription.id) != by_another_than
        })
    }
}
