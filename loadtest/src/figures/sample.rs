//! What one request came to.

use std::time::Duration;

use super::Name;

/// What an error is called, for example `status 503` or `timeout`. It says nothing that a target chose freely, and no secret.
pub type Kind = Name;

/// One request.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The request's name, for example `token`.
    pub name: Name,
    /// When it was to begin, from the beginning of the run. Where requests come at a given rate this is the intended moment,
    /// whether or not the generator was late.
    pub started: Duration,
    /// How long it took from then on.
    pub took: Duration,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered, and rightly.
    Good,
    /// It was answered wrongly.
    Wrong(Kind),
    /// It was not answered: no connection, a broken one, or no answer in time.
    Unanswered(Kind),
}
