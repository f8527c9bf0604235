//! Who delivers: one task a subscription, for as long as there is something to deliver, so that a slow listener or a dead
//! one delays nobody else.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::{self, JoinError, JoinSet};

use super::origin::Origin;
use super::token::token;
use super::{Running, Stage};
use crate::app::App;
use crate::clock::Moment;
use crate::faults::outgoing;
use crate::ids::Id;
use crate::store::{Errand, Event, Outcome};

/// Somebody who has the post of a subscription.
pub(super) struct Courier {
    app: App,
    origin: Origin,
    subscription: Id,
    bell: Arc<Notify>,
    tries: JoinSet<Outcome>,
    /// The events that are tried.
    under_way: HashMap<task::Id, Id>,
    has_left: bool,
    _running: Running,
}

impl Courier {
    pub(super) fn new(
        app: App,
        origin: Origin,
        subscription: Id,
        bell: Arc<Notify>,
        running: Running,
    ) -> Self {
        Self {
            app,
            origin,
            subscription,
            bell,
            tries: JoinSet::new(),
            under_way: HashMap::new(),
            has_left: false,
            _running: running,
        }
    }

    /// Delivers until there is nothing left, or the server stops.
    pub(super) async fn run(mut self) {
        let mut stage = self.app.deliveries().stage();
        loop {
            let present = *stage.borrow_and_update();
            if present == Stage::Closed {
                return;
            }
            let now = self.app.clock().now();
            let due = match self.origin.webhooks.errand(self.subscription, now) {
                Errand::Try(event) => {
                    self.begin(event);
                    continue;
                }
                Errand::WaitUntil(due) => Some(due),
                Errand::Wait => None,
                Errand::Leave => {
                    self.has_left = true;
                    return;
                }
            };
            // Whoever closes does not wait for what is due later.
            if present == Stage::Closing && self.tries.is_empty() {
                return;
            }
            tokio::select! {
                Some(ended) = self.tries.join_next_with_id() => self.end(ended),
                () = reach(&self.app, due) => {}
                () = self.bell.notified() => {}
                _ = stage.changed() => {}
            }
        }
    }

    fn begin(&mut self, event: Arc<Event>) {
        let (app, origin, subscription) =
            (self.app.clone(), self.origin.clone(), self.subscription);
        let id = event.id;
        let handle = self.tries.spawn(async move {
            match token(&app, &origin, subscription, &event).await {
                Ok(token) => {
                    let mut posted = app.deliveries().posted(&event.endpoint, &token);
                    outgoing::posted(&app, &mut posted);
                    let mut outcome = app.deliveries().post(app.clock(), &posted).await;
                    outgoing::outcome(&app, &mut outcome);
                    outcome
                }
                Err(_) => Outcome::NoAnswer("no key could be used"),
            }
        });
        self.under_way.insert(handle.id(), id);
    }

    fn end(&mut self, ended: Result<(task::Id, Outcome), JoinError>) {
        let (task, outcome) = match ended {
            Ok(ended) => ended,
            Err(error) => (error.id(), Outcome::NoAnswer("the try broke off")),
        };
        if let Some(event) = self.under_way.remove(&task) {
            let now = self.app.clock().now();
            let webhooks = &self.origin.webhooks;
            webhooks.end_try(self.subscription, event, outcome, now);
        }
    }
}

/// Whoever is stopped in the middle leaves the events to the next one.
impl Drop for Courier {
    fn drop(&mut self) {
        if !self.has_left {
            let under_way: Vec<Id> = self.under_way.values().copied().collect();
            let now = self.app.clock().now();
            let webhooks = &self.origin.webhooks;
            webhooks.leave_post(self.subscription, &under_way, now);
        }
    }
}

async fn reach(app: &App, due: Option<Moment>) {
    match due {
        Some(due) => app.clock().reach(due).await,
        None => std::future::pending().await,
    }
}
