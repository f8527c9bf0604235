//! Which answers the target gives where the documentation leaves several open.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::json;

use crate::{http::Exchange, verdict::Mismatch};

/// Collects the answers that checks observe, and holds the target to one answer each.
///
/// A listed answer is accepted the first time it is seen; from then on, and from the start where the user pinned an
/// answer, another one is a mismatch. An answer that is not listed always is.
#[derive(Debug, Default)]
pub struct Observed {
    pinned: BTreeMap<String, String>,
    /// The first answers of the recorded run that is judged again; they bind as if they were observed already.
    recorded: BTreeMap<String, String>,
    /// Written by many checks at once; never held across an await.
    answers: Mutex<BTreeMap<String, Seen>>,
}

/// The answer that a target gave to one reading, and what shows that it did.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The first answer observed.
    pub answer: String,
    /// Ids of the checks that observed it.
    pub checks: BTreeSet<String>,
    /// Whether the user holds the target to one answer.
    pub is_pinned: bool,
    /// The exchange that shows it, of the check whose id comes first.
    pub(crate) proof: Option<Proof>,
}

/// What shows that a target gave an answer. Holds secrets as they went over the wire: only the report, which masks, may
/// print it.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    pub(crate) check: String,
    pub(crate) exchange: Exchange,
}

impl Observed {
    /// Starts with nothing observed, and with the answers that the user pinned.
    pub fn new(pinned: BTreeMap<String, String>) -> Self {
        Self {
            pinned,
            recorded: BTreeMap::new(),
            answers: Mutex::default(),
        }
    }

    /// Holds the target to what it answered first when the run was recorded: which check came first then decides whom a
    /// second answer is blamed on.
    pub(crate) fn after(mut self, recorded: BTreeMap<String, String>) -> Self {
        self.recorded = recorded;
        self
    }

    /// Returns the answer to which the user holds the target.
    pub(crate) fn pinned(&self, id: &str) -> Option<String> {
        self.pinned.get(id).cloned()
    }

    /// Reports that the target gave an answer to a check.
    ///
    /// # Errors
    ///
    /// A mismatch when the answer is not listed, is not the pinned one, or is not the one given before.
    ///
    /// # Panics
    ///
    /// When no reading has that id: the check is wrong, not the target.
    pub fn report(&self, check: &str, id: &str, answer: &str) -> Result<(), Mismatch> {
        let reading = fixtures::readings::find(id)
            .unwrap_or_else(|| panic!("a check reports on `{id}`, which is not a reading"));
        let what = format!("reading {id}");
        if !reading.answers.iter().any(|listed| listed == answer) {
            let listed = reading.answers.iter().map(|listed| json!(listed));
            return Err(Mismatch::new(what, listed, json!(answer)));
        }
        let mut answers = self.lock();
        let pinned = self.pinned.get(id);
        let given = || answers.get(id).map(|seen| &seen.answer);
        let recorded = self.recorded.get(id);
        let held = pinned.or(recorded).or_else(given).cloned();
        let seen = answers.entry(id.to_owned()).or_insert_with(|| Seen {
            answer: recorded.map_or(answer, String::as_str).to_owned(),
            checks: BTreeSet::new(),
            is_pinned: pinned.is_some(),
            proof: None,
        });
        if seen.answer == answer {
            seen.checks.insert(check.to_owned());
        }
        match held {
            Some(held) if held != answer => {
                let why = if self.pinned.contains_key(id) {
                    "pinned"
                } else {
                    "given before"
                };
                Err(Mismatch::new(
                    format!("{what} ({why}: `{held}`)"),
                    [json!(held)],
                    json!(answer),
                ))
            }
            _ => Ok(()),
        }
    }

    /// Keeps the exchange after which a check knew the answer that was reported. Of several checks the one whose id comes
    /// first is kept, and of one check the first exchange: so it does not depend on who was faster.
    pub(crate) fn prove(&self, check: &str, id: &str, answer: &str, exchange: Exchange) {
        let mut answers = self.lock();
        let Some(seen) = answers.get_mut(id).filter(|seen| seen.answer == answer) else {
            return;
        };
        let is_earlier = |proof: &Proof| check < proof.check.as_str();
        if seen.proof.as_ref().is_none_or(is_earlier) {
            let check = check.to_owned();
            seen.proof = Some(Proof { check, exchange });
        }
    }

    /// Returns the answer that holds for the target so far: the pinned one, or the one observed.
    pub fn answer(&self, id: &str) -> Option<String> {
        self.pinned
            .get(id)
            .or_else(|| self.recorded.get(id))
            .cloned()
            .or_else(|| self.lock().get(id).map(|seen| seen.answer.clone()))
    }

    /// Returns everything observed, by id.
    pub fn all(&self) -> BTreeMap<String, Seen> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Seen>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
