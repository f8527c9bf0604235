//! What a fault is.

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

use super::answer::Answer;
use super::asked::Asked;
use super::desk::Desk;
use super::outgoing::Posted;
use crate::app::App;
use crate::store::Outcome;

/// One way of being wrong, as a literal with a plain function.
///
/// ```
/// use reference_server::faults;
///
/// let fault = faults::find("deny-is-forgotten").ok_or("it is there")?;
/// assert_eq!(fault.family, "scopes");
/// assert!(faults::find("no-such-fault").is_none());
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy)]
pub struct Fault {
    /// Stable name in kebab case, unique.
    pub name: &'static str,
    /// The family: the name of the file that it stands in.
    pub family: &'static str,
    /// What the server does wrong, as a sentence without a full stop.
    pub title: &'static str,
    pub(crate) act: Act,
}

/// What a fault does to an exchange.
#[derive(Clone, Copy)]
pub(crate) enum Act {
    /// Changes the request before the handlers see it, or what the store holds.
    Request(fn(&App, &mut Asked)),
    /// Changes the answer, or what the store holds by now. It sees the request as it was sent.
    Answer(fn(&App, &Asked, &mut Answer)),
    /// Changes the claims of every ID token, which is then signed again, wherever it is handed out.
    IdToken(fn(&App, &Asked, &mut Map<String, Value>)),
    /// Changes the claims of every access token that is a JWT, which is then signed again; it goes on working.
    AccessToken(fn(&App, &Asked, &mut Map<String, Value>)),
    /// Changes header and claims of every security event token before it is signed.
    EventToken(fn(&App, &mut Map<String, Value>, &mut Map<String, Value>)),
    /// Changes every notification before it is sent.
    Post(fn(&App, &mut Posted)),
    /// Takes the outcome of a try for another one.
    Outcome(fn(&mut Outcome)),
    /// Answers in the place of the handlers, if it wants to.
    Instead(fn(&App, &Asked) -> Option<Answer>),
    /// Decides by itself whether and what it asks the handlers.
    Around(for<'a> fn(&'a App, Asked, Desk<'a>) -> BoxFuture<'a, Answer>),
    /// Waits before the handlers are asked.
    Wait(Duration),
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fault").field(&self.name).finish()
    }
}

impl PartialEq for Fault {
    /// Names are unique.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Fault {}
