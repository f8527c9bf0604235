//! How the target answers one of the questions that the documentation leaves open, and what shows it.

use std::collections::BTreeSet;

use super::{Shown, text};
use crate::{
    mask::values::Compiled,
    readings::{Proof, Seen},
};

/// The answer to a reading that was observed, masked.
#[derive(Debug, Clone)]
pub struct Observation {
    /// The answer.
    pub answer: String,
    /// Ids of the checks that observed it.
    pub checks: BTreeSet<String>,
    /// Whether the user holds the target to one answer.
    pub is_pinned: bool,
    /// What shows it.
    pub evidence: Option<Evidence>,
}

/// An exchange that shows which answer a target gives.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Id of the check that made it.
    pub check: String,
    /// The exchange after which the check knew the answer.
    pub exchange: Shown,
}

/// How much of an answer is shown on a line, in characters.
const LONGEST: usize = 160;

impl Observation {
    pub(super) fn new(seen: &Seen, base: &str, masks: &Compiled) -> Self {
        let shown = |proof: &Proof| Evidence {
            check: proof.check.clone(),
            exchange: Shown::new(&proof.exchange, base, masks),
        };
        Self {
            answer: masks.text(&seen.answer),
            checks: seen.checks.clone(),
            is_pinned: seen.is_pinned,
            evidence: seen.proof.as_ref().map(shown),
        }
    }
}

impl Evidence {
    /// Returns the request on one line, without what all addresses of the target at `base` have in common.
    pub fn asked(&self, base: &str) -> String {
        let request = &self.exchange.request;
        let place = request.url.strip_prefix(base).unwrap_or(&request.url);
        text::line(&format!("{} {place}", request.method))
    }

    /// Returns what decides of the answer, on one line: the status, and where it leads or the beginning of what it says.
    pub fn answered(&self) -> String {
        let Some(response) = &self.exchange.response else {
            let failure = self.exchange.failure.as_deref().unwrap_or_default();
            return text::line(failure);
        };
        let said = match response.headers.get("location") {
            Some(location) => location,
            None => response.body.trim(),
        };
        let said = text::beginning(&text::line(said), LONGEST);
        format!("{} {said}", response.status).trim_end().to_owned()
    }
}
