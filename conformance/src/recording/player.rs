//! Answers from a recording instead of the network.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
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
    /// Checks whose exchanges overlapped: each takes its time again, so that what came first comes first.
    pub(super) overlapping: BTreeSet<String>,
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

impl Played {
    /// Returns when the request was sent.
    fn sent(&self) -> Timestamp {
        let duration = jiff::SignedDuration::try_from(self.duration).unwrap_or_default();
        self.at.saturating_sub(duration).unwrap_or(self.at)
    }
}

impl Left {
    /// Puts the answers to the same request in the order in which it was sent, and returns the checks whose exchanges
    /// overlapped.
    pub(super) fn in_order(&mut self) -> BTreeSet<String> {
        let mut times: BTreeMap<&str, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
        for ((check, _), answers) in &mut self.answers {
            answers.make_contiguous().sort_by_key(Played::sent);
            let spans = answers.iter().map(|played| (played.sent(), played.at));
            times.entry(check).or_default().extend(spans);
        }
        let overlapping = times.into_iter().filter_map(|(check, mut spans)| {
            spans.sort_unstable();
            let overlap = spans.windows(2).any(|pair| pair[1].0 < pair[0].1);
            (overlap && !check.is_empty()).then(|| check.to_owned())
        });
        overlapping.collect()
    }
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
    pub(crate) async fn answer(
        &self,
        check: &str,
        administrator: bool,
        request: &Request,
    ) -> (Result<Answer, Broken>, Duration) {
        let key = (check.to_owned(), sealed::print(request, administrator));
        let next = self
            .lock()
            .answers
            .get_mut(&key)
            .and_then(VecDeque::pop_front);
        let Some(played) = next else {
            let request = named(request);
            return (Err(Broken::NotRecorded { request }), Duration::ZERO);
        };
        if self.overlapping.contains(check) {
            tokio::time::sleep(played.duration).await;
        }
        self.lock().now.insert(check.to_owned(), played.at);
        (played.result, played.duration)
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
