//! What those ask who look at events, or cause them.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::event::{Event, State};
use super::export::{Export, ExportState};
use super::shelf::Shelf;
use super::subscription::EventType;
use super::summary::Summary;
use super::{Subscription, Webhooks};
use crate::clock::Moment;
use crate::ids::{Id, Ids};

/// Says why an event is not delivered again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotDelivered {
    Unknown,
    /// It has not failed.
    NotFailed,
    /// The subscription is disabled.
    Disabled,
}

/// Says why an export was neither started nor cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotExported {
    Unknown,
    /// Another one is being made.
    Busy,
    /// It is over.
    Over,
}

impl Webhooks {
    /// Records what happened, for every subscription that wants to know, and returns these. `about` is what the claim
    /// says beside the id of the event.
    pub(crate) fn record(
        &self,
        kind: EventType,
        about: &Map<String, Value>,
        ids: &Ids,
        now: Moment,
    ) -> Vec<Id> {
        let mut records = self.lock();
        let mut told = Vec::new();
        let mut transaction = None;
        for shelf in records.shelves.values_mut() {
            if !shelf.subscription.terms.events.contains(&kind) {
                continue;
            }
            let transaction = *transaction.get_or_insert_with(|| ids.id());
            let event = event(&shelf.subscription, kind.name(), about, ids, now);
            if let Some(mut event) = event {
                event.transaction = Some(transaction);
                shelf.forget_old(now);
                shelf.record(event, now);
                told.push(shelf.subscription.id);
            }
        }
        told
    }

    /// Records a test of one subscription, and returns it; `Some(None)` says that the filter keeps it out.
    pub(crate) fn record_test(
        &self,
        subscription: Id,
        ids: &Ids,
        now: Moment,
    ) -> Result<Option<Arc<Event>>, NotDelivered> {
        let mut records = self.lock();
        let shelf = records.shelf_mut(subscription);
        let shelf = shelf.ok_or(NotDelivered::Unknown)?;
        if !shelf.subscription.terms.enabled {
            return Err(NotDelivered::Disabled);
        }
        let event = event(&shelf.subscription, "test", &Map::new(), ids, now);
        Ok(event.map(|event| shelf.record(event, now)))
    }

    /// Returns the events that were recorded after one and before another, oldest first; `None` if one of these or the
    /// subscription is not there.
    pub(crate) fn events(
        &self,
        subscription: Id,
        after: Option<Id>,
        before: Option<Id>,
        now: Moment,
    ) -> Option<Vec<Arc<Event>>> {
        let mut records = self.lock();
        let shelf = records.shelf_mut(subscription)?;
        shelf.forget_old(now);
        shelf.between(after, before)
    }

    pub(crate) fn event(&self, subscription: Id, event: Id, now: Moment) -> Option<Arc<Event>> {
        let mut records = self.lock();
        let shelf = records.shelf_mut(subscription)?;
        shelf.forget_old(now);
        shelf.find(event).cloned()
    }

    /// Lets an event be delivered again that was given up.
    pub(crate) fn deliver_again(
        &self,
        subscription: Id,
        event: Id,
        now: Moment,
    ) -> Result<Arc<Event>, NotDelivered> {
        let mut records = self.lock();
        let shelf = records.shelf_mut(subscription);
        let shelf = shelf.ok_or(NotDelivered::Unknown)?;
        shelf.forget_old(now);
        if shelf.find(event).is_none() {
            return Err(NotDelivered::Unknown);
        }
        if !shelf.subscription.terms.enabled {
            return Err(NotDelivered::Disabled);
        }
        shelf
            .deliver_again(event, now)
            .ok_or(NotDelivered::NotFailed)
    }

    /// Returns the summary, how many events wait at this moment, and how many never got a place to wait.
    pub(crate) fn summary(&self, subscription: Id, now: Moment) -> Option<(Summary, usize, usize)> {
        let mut records = self.lock();
        let shelf = records.shelf_mut(subscription)?;
        shelf.forget_old(now);
        let window = shelf.settings.summary_window;
        let is_current =
            |summary: &Summary| summary.updated_at <= now && now < summary.updated_at + window;
        let summary = match shelf.summary.filter(is_current) {
            Some(summary) => summary,
            None => *shelf.summary.insert(Summary::of(shelf.events(), now)),
        };
        Some((summary, shelf.waiting(), shelf.overflowed))
    }

    /// Starts an export, unless one is being made.
    pub(crate) fn export(
        &self,
        subscription: Id,
        id: Id,
        now: Moment,
    ) -> Result<Export, NotExported> {
        let mut records = self.lock();
        let shelf = records.shelf_mut(subscription);
        let shelf = shelf.ok_or(NotExported::Unknown)?;
        shelf.forget_old(now);
        settle_exports(shelf, now);
        let is_active = |export: &Export| export.state == ExportState::Processing;
        if shelf.exports.iter().any(is_active) {
            return Err(NotExported::Busy);
        }
        let export = Export {
            id,
            created_at: now,
            updated_at: now,
            state: ExportState::Processing,
            chosen: shelf.exportable(),
            file: Vec::new(),
        };
        shelf.exports.push(export.clone());
        Ok(export)
    }

    /// Returns the exports, oldest first.
    pub(crate) fn exports(&self, subscription: Id, now: Moment) -> Option<Vec<Export>> {
        let mut records = self.lock();
        let shelf = records.shelf_mut(subscription)?;
        settle_exports(shelf, now);
        Some(shelf.exports.clone())
    }

    /// Cancels an export that is being made.
    pub(crate) fn cancel_export(
        &self,
        subscription: Id,
        export: Id,
        now: Moment,
    ) -> Result<Export, NotExported> {
        let mut records = self.lock();
        let shelf = records.shelf_mut(subscription);
        let shelf = shelf.ok_or(NotExported::Unknown)?;
        settle_exports(shelf, now);
        let found = shelf.exports.iter_mut().find(|known| known.id == export);
        let found = found.ok_or(NotExported::Unknown)?;
        if found.state != ExportState::Processing {
            return Err(NotExported::Over);
        }
        found.state = ExportState::Canceled;
        found.updated_at = now;
        Ok(found.clone())
    }
}

/// Makes an event for a subscription, unless its filter keeps it out.
fn event(
    subscription: &Subscription,
    kind: &str,
    about: &Map<String, Value>,
    ids: &Ids,
    now: Moment,
) -> Option<Event> {
    let id = ids.id();
    let mut about = about.clone();
    about.insert("id".to_owned(), json!(id));
    let claim = json!({ kind: about });
    let filter = subscription.terms.filter.as_ref();
    if filter.is_some_and(|filter| !filter.lets_through(&claim)) {
        return None;
    }
    Some(Event {
        id,
        notification: ids.id(),
        transaction: None,
        created_at: now,
        updated_at: now,
        claim: Arc::new(claim),
        endpoint: subscription.terms.endpoint.clone(),
        token: None,
        state: State::AwaitingExecuting,
        attempts: 0,
        round: 0,
        reply: None,
        history: Vec::new(),
        is_exported: false,
    })
}

/// Completes the exports whose time has come, and forgets those that are too old.
pub(super) fn settle_exports(shelf: &mut Shelf, now: Moment) {
    let settings = shelf.settings;
    let mut exports = std::mem::take(&mut shelf.exports);
    exports.retain(|export| export.created_at + settings.retention > now);
    for export in &mut exports {
        let end = export.created_at + settings.export_time;
        if export.state == ExportState::Processing && end <= now {
            export.file = shelf.export(&std::mem::take(&mut export.chosen));
            export.state = ExportState::Completed;
            export.updated_at = end;
        }
    }
    shelf.exports = exports;
}
