//! Notifications of webhooks: who registers is told to three listeners of the load's own, and what arrives there is judged.
//!
//! | module | what it holds |
//! |---|---|
//! | `manner` | how the listeners answer |
//! | `listener` | the listeners' HTTP |
//! | `arrival` | a notification as it arrives |
//! | `stamp` | when, by the clock of the target |
//! | `ledger` | what is to arrive, and what has arrived |
//! | `timetable` | when tries are due |
//! | `judgement` | what of it must not be |
//! | `subscriptions` | by which the target knows the listeners |
//! | `control` | the target's clock, and who was registered |
//! | `settlement` | the end: what is due is let come, and judged |

mod arrival;
mod control;
mod judgement;
mod ledger;
mod listener;
mod manner;
mod settlement;
mod stamp;
mod subscriptions;
mod timetable;

use std::{io, sync::Arc};

use crate::{
    load::{Load, word},
    visit::{Missed, Visit},
};
use control::Control;
pub(crate) use control::NotControlled;
pub(crate) use ledger::Ledger;
use listener::Listener;
use subscriptions::Subscriptions;

/// What a load needs to have notifications judged.
#[derive(Debug)]
pub(crate) struct Notifications {
    ledger: Arc<Ledger>,
    subscriptions: Subscriptions,
    /// The beginning of every address of this load's users.
    prefix: String,
    /// Up as long as this is.
    _listener: Listener,
}

/// Says why nothing can be told to anybody.
#[derive(Debug)]
pub(crate) enum NotBegun {
    /// No listener.
    Listener(io::Error),
    /// No subscription; why is with the visit.
    Subscriptions,
}

impl Notifications {
    /// Listens, and subscribes the listeners.
    pub(crate) async fn begin(visit: &mut Visit<'_>) -> Result<Self, NotBegun> {
        let ledger = Arc::new(Ledger::default());
        // Nobody else knows it, so nobody else is heard.
        let secret = word(visit.chance());
        let place = visit.load().target.listener.as_ref();
        let listener = Listener::start(place, &ledger, &secret).await;
        let listener = listener.map_err(NotBegun::Listener)?;
        let subscriptions = Subscriptions::make(visit, listener.base()).await;
        let run = word(visit.chance());
        Ok(Self {
            ledger,
            subscriptions: subscriptions.map_err(|Missed| NotBegun::Subscriptions)?,
            prefix: format!("proofhouse-load-{}-", &run[..12]),
            _listener: listener,
        })
    }

    /// Returns what is to arrive, and what has arrived.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Returns the address of a user of this load.
    pub(crate) fn email(&self, word: &str) -> String {
        format!("{}{}@example.com", self.prefix, &word[..16])
    }

    /// Lets everything arrive that is due, shows the invariants what must not be, and removes users and subscriptions. Returns
    /// what is left of these, in words.
    pub(crate) async fn end(
        &self,
        load: &Load,
        visit: &mut Visit<'_>,
    ) -> Result<Vec<String>, NotControlled> {
        let mut control = Control::of(&load.target)?;
        let settled = settlement::settle(&self.ledger, &mut control).await;
        if settled.is_ok() {
            for (rule, told) in judgement::violations(&self.ledger.entries()) {
                load.invariants
                    .violated(rule, "notification", told, load.elapsed());
            }
        }
        // By the clock of the target it is days later: nobody's token is good any more.
        load.wallet.forget_administrator();
        let mut left = self.subscriptions.remove(visit).await;
        left.extend(control.remove_users(&self.prefix).await?);
        settled.map(|()| left)
    }
}
