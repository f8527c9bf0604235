//! What belongs to one subscription: its events in their order, and which of them is due when.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use tokio::sync::Notify;

use super::event::{Event, Outcome, State};
use super::export::Export;
use super::subscription::Subscription;
use super::summary::Summary;
use crate::clock::Moment;
use crate::ids::Id;
use crate::settings::Webhooks as Settings;

/// A subscription with what belongs to it.
pub(super) struct Shelf {
    pub(super) subscription: Arc<Subscription>,
    pub(super) settings: Settings,
    /// By the order in which they were recorded.
    events: BTreeMap<u64, Arc<Event>>,
    numbers: HashMap<Id, u64>,
    last: u64,
    /// Those that wait, by when they are due: the first tries at once.
    due: BTreeSet<(Option<Moment>, u64)>,
    executing: usize,
    /// Events that nobody tried because too many waited.
    pub(super) overflowed: usize,
    pub(super) exports: Vec<Export>,
    pub(super) summary: Option<Summary>,
    /// Whether somebody delivers, and how to wake them.
    pub(super) has_courier: bool,
    pub(super) bell: Arc<Notify>,
}

/// What a courier does next.
#[derive(Debug)]
pub(crate) enum Errand {
    /// Takes an event to its listener.
    Try(Arc<Event>),
    /// Waits until then, or for a bell.
    WaitUntil(Moment),
    /// Waits for a bell, or for a try to end.
    Wait,
    /// Goes: there is nothing to do.
    Leave,
}

impl Shelf {
    pub(super) fn new(subscription: Arc<Subscription>, settings: Settings) -> Self {
        Self {
            subscription,
            settings,
            events: BTreeMap::new(),
            numbers: HashMap::new(),
            last: 0,
            due: BTreeSet::new(),
            executing: 0,
            overflowed: 0,
            exports: Vec::new(),
            summary: None,
            has_courier: false,
            bell: Arc::default(),
        }
    }

    /// Returns a copy that nobody delivers from. A try that is under way is none of the copy, so its event waits for it.
    pub(super) fn copied(&self) -> Self {
        let mut copy = Self {
            subscription: Arc::clone(&self.subscription),
            settings: self.settings,
            events: self.events.clone(),
            numbers: self.numbers.clone(),
            last: self.last,
            due: self.due.clone(),
            executing: 0,
            overflowed: self.overflowed,
            exports: self.exports.clone(),
            summary: self.summary,
            has_courier: false,
            bell: Arc::default(),
        };
        for (number, event) in &mut copy.events {
            if event.state == State::Executing {
                let event = Arc::make_mut(event);
                event.come_to(State::AwaitingExecuting, event.updated_at);
                copy.due.insert((None, *number));
            }
        }
        copy
    }

    /// Records an event; one that cannot be sent is given up at once.
    pub(super) fn record(&mut self, mut event: Event, now: Moment) -> Arc<Event> {
        self.make_room();
        self.last += 1;
        event.come_to(State::AwaitingExecuting, now);
        if !self.subscription.terms.enabled {
            event.give_up("the subscription is disabled", now);
        } else if self.waiting() >= self.settings.queue {
            self.overflowed += 1;
            event.give_up("too many events wait", now);
        } else {
            self.due.insert((None, self.last));
        }
        let event = Arc::new(event);
        self.numbers.insert(event.id, self.last);
        self.events.insert(self.last, Arc::clone(&event));
        event
    }

    /// Returns how many events wait or are being delivered.
    pub(super) fn waiting(&self) -> usize {
        self.due.len() + self.executing
    }

    /// Returns what somebody who delivers does next.
    pub(super) fn errand(&mut self, now: Moment) -> Errand {
        let Some((due, number)) = self.due.first().copied() else {
            return match self.executing {
                0 => Errand::Leave,
                _ => Errand::Wait,
            };
        };
        if self.executing >= self.settings.deliveries.max(1) {
            return Errand::Wait;
        }
        if let Some(due) = due
            && due > now
        {
            return Errand::WaitUntil(due);
        }
        self.due.pop_first();
        let Some(event) = self.events.get_mut(&number) else {
            return self.errand(now);
        };
        Arc::make_mut(event).begin(&self.subscription.terms.endpoint, now);
        self.executing += 1;
        Errand::Try(Arc::clone(event))
    }

    /// Ends a try.
    pub(super) fn end_try(&mut self, id: Id, outcome: Outcome, now: Moment) {
        self.executing = self.executing.saturating_sub(1);
        // It may have been too old to be kept.
        let Some(number) = self.numbers.get(&id) else {
            return;
        };
        let Some(event) = self.events.get_mut(number).map(Arc::make_mut) else {
            return;
        };
        let wait = match self.subscription.terms.enabled {
            true => self.settings.waits.get(event.round.saturating_sub(1)),
            false => None,
        };
        event.end(outcome, wait.is_some(), now);
        if let (State::AwaitingRetry, Some(wait)) = (event.state, wait) {
            self.due.insert((Some(now + *wait), *number));
        }
    }

    /// Takes back a try that nobody ends: the event waits for it again.
    pub(super) fn take_back(&mut self, id: Id, now: Moment) {
        self.executing = self.executing.saturating_sub(1);
        let Some(number) = self.numbers.get(&id) else {
            return;
        };
        if let Some(event) = self.events.get_mut(number).map(Arc::make_mut) {
            event.round = event.round.saturating_sub(1);
            event.come_to(State::AwaitingExecuting, now);
            self.due.insert((None, *number));
        }
    }

    /// Gives up whatever waits.
    pub(super) fn give_up(&mut self, reason: &'static str, now: Moment) {
        for (_, number) in std::mem::take(&mut self.due) {
            if let Some(event) = self.events.get_mut(&number) {
                Arc::make_mut(event).give_up(reason, now);
            }
        }
    }

    /// Delivers an event again that was given up, and returns it; `None` if it is not one.
    pub(super) fn deliver_again(&mut self, id: Id, now: Moment) -> Option<Arc<Event>> {
        let number = *self.numbers.get(&id)?;
        let event = self.events.get_mut(&number)?;
        if event.state != State::Failure {
            return None;
        }
        let given_up = Arc::make_mut(event);
        given_up.round = 0;
        given_up.come_to(State::AwaitingExecuting, now);
        self.due.insert((None, number));
        Some(Arc::clone(event))
    }

    pub(super) fn find(&self, id: Id) -> Option<&Arc<Event>> {
        self.events.get(self.numbers.get(&id)?)
    }

    /// Keeps what is sent, unless it is kept or the listener is another one meanwhile.
    pub(super) fn keep_token(&mut self, id: Id, endpoint: &str, token: &Arc<str>) {
        let number = self.numbers.get(&id);
        if let Some(event) = number.and_then(|number| self.events.get_mut(number))
            && event.token.is_none()
            && event.endpoint == endpoint
        {
            Arc::make_mut(event).token = Some(Arc::clone(token));
        }
    }

    /// Returns the events that were recorded after one and before another; `None` if one of these is not there.
    pub(super) fn between(&self, after: Option<Id>, before: Option<Id>) -> Option<Vec<Arc<Event>>> {
        let number = |id: Option<Id>| match id {
            Some(id) => self.numbers.get(&id).copied().map(Some),
            None => Some(None),
        };
        let (after, before) = (number(after)?, number(before)?);
        let first = after.map_or(0, |after| after + 1);
        let end = before.unwrap_or(u64::MAX);
        Some(match first < end {
            true => self
                .events
                .range(first..end)
                .map(|(_, event)| Arc::clone(event))
                .collect(),
            false => Vec::new(),
        })
    }

    pub(super) fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.values().map(AsRef::as_ref)
    }

    /// Returns the numbers of the events that failed and stand in no file.
    pub(super) fn exportable(&self) -> Vec<u64> {
        let is_exportable = |event: &Event| event.state == State::Failure && !event.is_exported;
        let events = self.events.iter();
        events
            .filter(|(_, event)| is_exportable(event))
            .map(|(number, _)| *number)
            .collect()
    }

    /// Takes those of the chosen events into a file that still are to be exported.
    pub(super) fn export(&mut self, chosen: &[u64]) -> Vec<Arc<Event>> {
        let mut file = Vec::new();
        for number in chosen {
            if let Some(event) = self.events.get_mut(number)
                && event.state == State::Failure
                && !event.is_exported
            {
                Arc::make_mut(event).is_exported = true;
                file.push(Arc::clone(event));
            }
        }
        file
    }

    /// Lets events be exported that were before.
    pub(super) fn forget_exported(&mut self) {
        for event in self.events.values_mut() {
            Arc::make_mut(event).is_exported = false;
        }
    }

    /// Forgets the events that are too old, whatever their state.
    pub(super) fn forget_old(&mut self, now: Moment) {
        while let Some((number, event)) = self.events.first_key_value() {
            if event.created_at + self.settings.retention > now {
                break;
            }
            let number = *number;
            self.forget(number);
        }
    }

    fn make_room(&mut self) {
        if self.events.len() < self.settings.events {
            return;
        }
        let mut settled = self
            .events
            .iter()
            .filter(|(_, event)| event.state.is_settled());
        if let Some(number) = settled.next().map(|(number, _)| *number) {
            self.forget(number);
        }
    }

    fn forget(&mut self, number: u64) {
        if let Some(event) = self.events.remove(&number) {
            self.numbers.remove(&event.id);
            if event.state == State::AwaitingExecuting || event.state == State::AwaitingRetry {
                self.due.retain(|(_, other)| *other != number);
            }
        }
    }
}

#[cfg(test)]
mod tests;
