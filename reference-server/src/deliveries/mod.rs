//! Notifications on their way to listeners.
//!
//! | module | what it does |
//! |---|---|
//! | [`address`] | says which addresses a listener may have |
//! | [`hosts`] | finds the addresses of a listener |
//! | [`origin`] | what of a customer goes along |
//! | [`mod@token`] | makes what is sent |
//! | [`listener`] | sends it, once |
//! | [`courier`] | sends it until it arrived or the timetable is over |

mod address;
mod courier;
mod hosts;
mod listener;
mod origin;
mod token;

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

pub(crate) use address::Reach;
pub use hosts::Hosts;
pub(crate) use hosts::Unreached;
pub(crate) use listener::sent_headers;
pub(crate) use origin::Origin;
pub(crate) use token::token;

use crate::app::App;
use crate::clock::Clock;
use crate::faults::outgoing::Posted;
use crate::ids::Id;
use crate::settings::Settings;
use crate::store::{Customer, Outcome};
use courier::Courier;
use listener::Messenger;

/// Whether notifications go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    /// What is due goes out, and nothing later.
    Closing,
    Closed,
}

/// The notifications of one server.
#[derive(Debug)]
pub(crate) struct Deliveries {
    messenger: Messenger,
    patience: Duration,
    stage: watch::Sender<Stage>,
    /// How many couriers there are.
    couriers: watch::Sender<usize>,
}

impl Deliveries {
    pub(crate) fn new(settings: &Settings, hosts: Hosts) -> Self {
        let reach = Reach::of(settings.webhooks.allow_local_listeners);
        Self {
            messenger: Messenger::new(reach, hosts, settings.listener_roots.clone()),
            patience: settings.webhooks.listener,
            stage: watch::Sender::new(Stage::Open),
            couriers: watch::Sender::new(0),
        }
    }

    /// Lets notifications go out; they do from the beginning, unless a server closed.
    pub(crate) fn open(&self) {
        self.stage.send_replace(Stage::Open);
    }

    /// Lets go out what is due, for that long at the most, and nothing after it.
    pub(crate) async fn close(&self, patience: Duration) {
        self.stage.send_replace(Stage::Closing);
        let mut couriers = self.couriers.subscribe();
        // Whoever is not done by then is told to stop at once.
        let _ = tokio::time::timeout(patience, couriers.wait_for(|count| *count == 0)).await;
        self.stop();
    }

    /// Stops at once.
    pub(crate) fn stop(&self) {
        self.stage.send_replace(Stage::Closed);
    }

    fn stage(&self) -> watch::Receiver<Stage> {
        self.stage.subscribe()
    }

    /// Makes a notification whose listener has as much time as the settings say.
    fn posted(&self, endpoint: &str, token: &str) -> Posted {
        Posted::new(endpoint, token, self.patience)
    }

    /// Sends a notification. The listener's time passes by the clock of the server, so that whoever moves it sees what is made
    /// of a listener that holds its answer; and by that of the machine, so that a clock that stands still holds nobody for ever.
    async fn post(&self, clock: &Clock, posted: &Posted) -> Outcome {
        let due = clock.now() + posted.patience;
        tokio::select! {
            biased;
            outcome = self.messenger.post(posted) => outcome,
            () = clock.reach(due) => Outcome::NoAnswer(listener::LATE),
        }
    }
}

impl App {
    /// Sees to it that somebody delivers what a subscription is told. Without a runtime nobody can; a server that is served
    /// looks again every second, and at many customers in turn.
    pub(crate) fn deliver(&self, customer: &Customer, subscription: Id) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        if *self.deliveries().stage.borrow() != Stage::Open {
            return;
        }
        let Some(bell) = customer.webhooks().take_post(subscription) else {
            return;
        };
        let running = Running::begin(&self.deliveries().couriers);
        let origin = Origin::of(customer);
        let courier = Courier::new(self.clone(), origin, subscription, bell, running);
        runtime.spawn(courier.run());
    }

    /// Sees to it for every subscription.
    pub(crate) fn deliver_all(&self) {
        self.deliver_those_of(&self.store().customers());
    }

    /// Sees to it for every subscription of the customers whose turn it is.
    pub(crate) fn deliver_in_turn(&self, turn: usize) {
        self.deliver_those_of(&self.store().customers_in_turn(turn));
    }

    fn deliver_those_of(&self, customers: &[Arc<Customer>]) {
        for customer in customers {
            for subscription in customer.webhooks().busy() {
                self.deliver(customer, subscription);
            }
        }
    }

    /// Returns how many events wait for their delivery or are being delivered: what is lost when the process ends.
    pub fn undelivered(&self) -> usize {
        let customers = self.store().customers();
        let waiting = customers
            .iter()
            .map(|customer| customer.webhooks().waiting());
        waiting.sum()
    }
}

/// Counts a courier for as long as it is there.
struct Running(watch::Sender<usize>);

impl Running {
    fn begin(couriers: &watch::Sender<usize>) -> Self {
        couriers.send_modify(|count| *count += 1);
        Self(couriers.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}
