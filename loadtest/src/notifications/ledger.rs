//! What is to arrive, and what has arrived.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use super::{
    arrival::Arrival,
    manner::Manner,
    stamp::{Ahead, Stamp},
};

/// The most users who register in one load: the target keeps every notification that waits for the failing listener.
const MOST: usize = 5_000;

/// Holds it.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(super) ahead: Ahead,
    entries: Mutex<Entries>,
}

/// What was noted.
#[derive(Debug, Clone)]
pub(super) struct Entries {
    /// The users who were registered.
    pub(super) expected: BTreeSet<String>,
    fast: Told,
    slow: Told,
    failing: Told,
    /// How much arrived that is no notification of ours.
    pub(super) unreadable: u64,
    /// When something arrived last, or was to be waited for.
    last: Instant,
}

/// What a listener was told, by `jti`.
pub(super) type Told = BTreeMap<String, Notification>;

/// A notification with all its tries.
#[derive(Debug, Clone)]
pub(super) struct Notification {
    /// The user whom it is about.
    pub(super) subject: String,
    /// When it arrived.
    pub(super) tries: Vec<Stamp>,
    /// Whether every try brought the same token.
    pub(super) is_the_same: bool,
    token: String,
}

impl Default for Entries {
    fn default() -> Self {
        Self {
            expected: BTreeSet::new(),
            fast: Told::new(),
            slow: Told::new(),
            failing: Told::new(),
            unreadable: 0,
            last: Instant::now(),
        }
    }
}

impl Ledger {
    /// Tells whether another user may register.
    pub(crate) fn has_room(&self) -> bool {
        self.lock().expected.len() < MOST
    }

    /// Notes that a registration was acknowledged, and whose it was.
    pub(crate) fn expect(&self, subject: String) {
        self.lock().expected.insert(subject);
    }

    /// Notes what arrives.
    pub(super) fn arrive(&self, manner: Manner, arrival: Option<Arrival>) {
        let now = self.ahead.now();
        self.lock().note(manner, arrival, now);
    }

    /// Begins to wait: from now on, nothing that arrives counts as silence.
    pub(super) fn listen(&self) {
        self.lock().last = Instant::now();
    }

    /// Returns what was noted.
    pub(super) fn entries(&self) -> Entries {
        self.lock().clone()
    }

    /// Looks at what was noted, without a copy.
    pub(super) fn look<T>(&self, look: impl FnOnce(&Entries) -> T) -> T {
        look(&self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    /// Notes what arrives at a moment.
    pub(super) fn note(&mut self, manner: Manner, arrival: Option<Arrival>, now: Stamp) {
        self.last = Instant::now();
        let Some(arrival) = arrival else {
            self.unreadable += 1;
            return;
        };
        let told = self.told_mut(manner).entry(arrival.jti);
        let known = told.or_insert_with(|| Notification {
            subject: arrival.subject,
            tries: Vec::new(),
            is_the_same: true,
            token: arrival.token.clone(),
        });
        known.tries.push(now);
        known.is_the_same &= known.token == arrival.token;
    }

    /// Returns what a listener was told.
    pub(super) fn told(&self, manner: Manner) -> &Told {
        match manner {
            Manner::Fast => &self.fast,
            Manner::Slow => &self.slow,
            Manner::Failing => &self.failing,
        }
    }

    /// Returns when something arrived last.
    pub(super) fn last(&self) -> Instant {
        self.last
    }

    fn told_mut(&mut self, manner: Manner) -> &mut Told {
        match manner {
            Manner::Fast => &mut self.fast,
            Manner::Slow => &mut self.slow,
            Manner::Failing => &mut self.failing,
        }
    }
}
