//! Answers from a recording instead of the network.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use super::sealed::{self, Print};
use crate::{
    http::{Answer, Request, client::named},
    verdict::Broken,
};

/// Answers each request as it was answered when it was recorded: by the check that asks, then by the request itself, and the
/// same request again in the recorded order.
#[derive(Debug, Default)]
pub struct Player {
    pub(super) run: String,
    pub(super) chance: [u8; 32],
    pub(super) started: Timestamp,
    pub(super) duration: Duration,
    /// The first answers to readings.
    pub(super) readings: BTreeMap<String, String>,
    /// Read and written by many checks at once; never held across an await.
    pub(super) left: Mutex<Left>,
}

/// What was not asked for yet.
#[derive(Debug, Default)]
pub(super) struct Left {
    pub(super) answers: BTreeMap<(String, Print), VecDeque<Played>>,
    pub(super) known: BTreeMap<(String, String), VecDeque<Option<String>>>,
    /// When the last answer came that a check was given.
    now: BTreeMap<String, Timestamp>,
}

/// One recorded answer.
#[derive(Debug, Clone)]
pub(super) struct Played {
    pub(super) result: Result<Answer, Broken>,
    pub(super) at: Timestamp,
    pub(super) duration: Duration,
}

impl Player {
    /// Returns the name of the recorded run.
    pub(crate) fn run(&self) -> &str {
        &self.run
    }

    /// Returns the key of what the recorded run drew.
    pub(crate) fn chance(&self) -> [u8; 32] {
        self.chance
    }

    /// Returns when the recorded run began.
    pub(crate) fn started(&self) -> Timestamp {
        self.started
    }

    /// Returns how long the recorded run took.
    pub(crate) fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns the first answer to each reading that the recorded run observed.
    pub(crate) fn readings(&self) -> BTreeMap<String, String> {
        self.readings.clone()
    }

    /// Returns what a request was answered, and how long that took.
    ///
    /// # Errors
    ///
    /// What was recorded, or that nothing was.
    pub(crate) fn answer(
        &self,
        check: &str,
        administrator: bool,
        request: &Request,
    ) -> (Result<Answer, Broken>, Duration) {
        let key = (check.to_owned(), sealed::print(request, administrator));
        let mut left = self.lock();
        match left.answers.get_mut(&key).and_then(VecDeque::pop_front) {
            Some(played) => {
                left.now.insert(check.to_owned(), played.at);
                (played.result, played.duration)
            }
            None => {
                let request = named(request);
                (Err(Broken::NotRecorded { request }), Duration::ZERO)
            }
        }
    }

    /// Returns what a check was told that it did not ask the target itself; none when the recording does not say.
    pub(crate) fn known(&self, check: &str, about: &str) -> Option<Option<String>> {
        let key = (check.to_owned(), about.to_owned());
        self.lock().known.get_mut(&key)?.pop_front()
    }

    /// Returns what time it was for a check: that of the last answer that it was given.
    pub(crate) fn now(&self, check: &str) -> Timestamp {
        self.lock().now.get(check).copied().unwrap_or(self.started)
    }

    fn lock(&self) -> MutexGuard<'_, Left> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
