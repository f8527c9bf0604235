//! What goes out to listeners, and what comes back, as faults see it.

use std::time::Duration;

use http::Method;
use serde_json::{Map, Value};

use super::fault::{Act, Fault};
use crate::app::App;
use crate::store::Outcome;

/// A notification on its way.
#[derive(Debug, Clone)]
pub(crate) struct Posted {
    pub(crate) method: Method,
    pub(crate) endpoint: String,
    pub(crate) token: String,
    pub(crate) accept: &'static str,
    pub(crate) content_type: &'static str,
    /// Another name than the service's own.
    pub(crate) user_agent: Option<&'static str>,
    /// Time that the listener has for its answer.
    pub(crate) patience: Duration,
}

impl Posted {
    /// Makes a notification as it ought to be.
    pub(crate) fn new(endpoint: &str, token: &str, patience: Duration) -> Self {
        Self {
            method: Method::POST,
            endpoint: endpoint.to_owned(),
            token: token.to_owned(),
            accept: "*/*",
            content_type: "application/secevent+jwt",
            user_agent: None,
            patience,
        }
    }
}

/// Lets faults change header and claims of a security event token before it is signed.
pub(crate) fn token(app: &App, header: &mut Map<String, Value>, claims: &mut Value) {
    for fault in on(app) {
        if let (Act::EventToken(change), Value::Object(claims)) = (fault.act, &mut *claims) {
            change(app, header, claims);
        }
    }
}

/// Tells whether a fault keeps to itself what happens at the moment.
pub(crate) fn is_hushed(app: &App) -> bool {
    app.faults().are_any() && app.faults().notes().find(HUSHED).is_some()
}

/// The note that is there for as long as a fault keeps everything to itself.
pub(super) const HUSHED: &str = "hushed";

/// Lets faults change a notification before it is sent.
pub(crate) fn posted(app: &App, posted: &mut Posted) {
    for fault in on(app) {
        if let Act::Post(change) = fault.act {
            change(app, posted);
        }
    }
}

/// Lets faults take the outcome of a try for another one.
pub(crate) fn outcome(app: &App, outcome: &mut Outcome) {
    for fault in on(app) {
        if let Act::Outcome(change) = fault.act {
            change(outcome);
        }
    }
}

fn on(app: &App) -> impl Iterator<Item = &'static Fault> {
    let injections = match app.faults().are_any() {
        true => app.faults().list(),
        false => Vec::new(),
    };
    injections.into_iter().map(|injection| injection.fault())
}
