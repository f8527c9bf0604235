//! What those ask who deliver: one a subscription, and none while there is nothing to deliver.

use std::sync::Arc;

use tokio::sync::Notify;

use super::Webhooks;
use super::event::Outcome;
use super::shelf::Errand;
use crate::clock::Moment;
use crate::ids::Id;

impl Webhooks {
    /// Takes the post of the one who delivers what a subscription is told, and returns the bell that rings when there is
    /// something new; `None` if there is nothing to do, or somebody has the post. Whoever has it is woken.
    pub(crate) fn take_post(&self, subscription: Id) -> Option<Arc<Notify>> {
        let mut records = self.lock();
        if records.are_retired {
            return None;
        }
        let shelf = records.shelf_mut(subscription)?;
        if shelf.has_courier {
            shelf.bell.notify_one();
            return None;
        }
        if shelf.waiting() == 0 {
            return None;
        }
        shelf.has_courier = true;
        Some(Arc::clone(&shelf.bell))
    }

    /// Returns what is to be done next. Whoever is told to leave has left the post by then.
    pub(crate) fn errand(&self, subscription: Id, now: Moment) -> Errand {
        let mut records = self.lock();
        if records.are_retired {
            return Errand::Leave;
        }
        let Some(shelf) = records.shelf_mut(subscription) else {
            return Errand::Leave;
        };
        shelf.forget_old(now);
        let errand = shelf.errand(now);
        if matches!(errand, Errand::Leave) {
            shelf.has_courier = false;
        }
        errand
    }

    /// Ends a try.
    pub(crate) fn end_try(&self, subscription: Id, event: Id, outcome: Outcome, now: Moment) {
        if let Some(shelf) = self.lock().shelf_mut(subscription) {
            shelf.end_try(event, outcome, now);
        }
    }

    /// Leaves the post although there may be something to do: the tries that are under way are none any more.
    pub(crate) fn leave_post(&self, subscription: Id, under_way: &[Id], now: Moment) {
        if let Some(shelf) = self.lock().shelf_mut(subscription) {
            shelf.has_courier = false;
            for event in under_way {
                shelf.take_back(*event, now);
            }
        }
    }

    /// Keeps what is sent of an event.
    pub(crate) fn keep_token(&self, subscription: Id, event: Id, endpoint: &str, token: &Arc<str>) {
        if let Some(shelf) = self.lock().shelf_mut(subscription) {
            shelf.keep_token(event, endpoint, token);
        }
    }

    /// Returns the subscriptions with something to deliver.
    pub(crate) fn busy(&self) -> Vec<Id> {
        let records = self.lock();
        let shelves = records.shelves.values();
        shelves
            .filter(|shelf| shelf.waiting() > 0)
            .map(|shelf| shelf.subscription.id)
            .collect()
    }

    /// Returns how many events wait or are being delivered.
    pub(crate) fn waiting(&self) -> usize {
        self.lock()
            .shelves
            .values()
            .map(super::Shelf::waiting)
            .sum()
    }

    /// Lets nobody deliver from here any more.
    pub(crate) fn retire(&self) {
        let mut records = self.lock();
        records.are_retired = true;
        for shelf in records.shelves.values() {
            shelf.bell.notify_one();
        }
    }
}
