//! Events: what one subscription is told, and what became of it.

use std::sync::Arc;

use serde_json::Value;

use crate::clock::Moment;
use crate::ids::Id;

/// An event of one subscription.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) id: Id,
    /// The id of the notification: the same on every try.
    pub(crate) notification: Id,
    /// What several subscriptions are told of together; a test has none.
    pub(crate) transaction: Option<Id>,
    pub(crate) created_at: Moment,
    pub(crate) updated_at: Moment,
    /// The value of the claim `events`.
    pub(crate) claim: Arc<Value>,
    /// The listener that was tried last, or that is going to be.
    pub(crate) endpoint: String,
    /// What is sent, once somebody needed it.
    pub(crate) token: Option<Arc<str>>,
    pub(crate) state: State,
    /// Tries so far.
    pub(crate) attempts: usize,
    /// Tries since the event was recorded or somebody asked for it to be delivered again.
    pub(super) round: usize,
    pub(crate) reply: Option<Reply>,
    pub(crate) history: Vec<Step>,
    pub(super) is_exported: bool,
}

/// How far an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    AwaitingExecuting,
    Executing,
    Success,
    AwaitingRetry,
    Failure,
}

/// A state that an event came to.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) state: State,
    pub(crate) at: Moment,
    pub(crate) attempts: usize,
    /// What the listener said, if it was asked and answered.
    pub(crate) status: Option<u16>,
    /// Why there was no answer, or no try.
    pub(crate) reason: Option<&'static str>,
}

/// What a listener answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Answered(Reply),
    /// Nobody answered, for that reason; somebody may later.
    NoAnswer(&'static str),
    /// What came is no HTTP.
    NotHttp,
}

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AwaitingExecuting => "awaiting-executing",
            Self::Executing => "executing",
            Self::Success => "success",
            Self::AwaitingRetry => "awaiting-retry",
            Self::Failure => "failure",
        }
    }

    /// Tells whether nothing more happens by itself.
    pub(super) fn is_settled(self) -> bool {
        matches!(self, Self::Success | Self::Failure)
    }
}

impl Outcome {
    /// Returns the state that an event comes to, as long as there are tries left.
    fn state(&self) -> State {
        match self {
            Self::Answered(reply) => match reply.status {
                200..=299 => State::Success,
                400..=599 => State::AwaitingRetry,
                _ => State::Failure,
            },
            Self::NoAnswer(_) => State::AwaitingRetry,
            Self::NotHttp => State::Failure,
        }
    }
}

impl Event {
    /// States that are remembered: more than two rounds have. Somebody who asks for more and more of them loses the oldest.
    const MEMORY: usize = 64;

    pub(super) fn come_to(&mut self, state: State, at: Moment) -> &mut Step {
        self.state = state;
        self.updated_at = at;
        if self.history.len() == Self::MEMORY {
            self.history.remove(0);
        }
        self.history.push(Step {
            state,
            at,
            attempts: self.attempts,
            status: None,
            reason: None,
        });
        let last = self.history.len() - 1;
        &mut self.history[last]
    }

    /// Begins a try at a listener. A token says for which listener it is, so another listener gets another one.
    pub(super) fn begin(&mut self, endpoint: &str, at: Moment) {
        if self.endpoint != endpoint {
            endpoint.clone_into(&mut self.endpoint);
            self.token = None;
        }
        self.attempts += 1;
        self.round += 1;
        self.come_to(State::Executing, at);
    }

    /// Ends a try. Whether there is another one is for `may_retry` to say.
    pub(super) fn end(&mut self, outcome: Outcome, may_retry: bool, at: Moment) {
        let state = match outcome.state() {
            State::AwaitingRetry if !may_retry => State::Failure,
            state => state,
        };
        let step = self.come_to(state, at);
        match outcome {
            Outcome::Answered(reply) => {
                step.status = Some(reply.status);
                self.reply = Some(reply);
            }
            Outcome::NoAnswer(reason) => step.reason = Some(reason),
            Outcome::NotHttp => step.reason = Some("the answer is no HTTP"),
        }
    }

    /// Gives an event up without a try.
    pub(super) fn give_up(&mut self, reason: &'static str, at: Moment) {
        self.come_to(State::Failure, at).reason = Some(reason);
    }
}
