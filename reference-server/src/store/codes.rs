//! The authorization codes that wait to be exchanged.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::authorization::Authorization;
use super::copies::{Copies, replace};
use super::digest::digest;
use super::expiring::Expiring;
use crate::clock::Moment;
use crate::ids::Id;
use crate::login::pkce::Challenge;
use crate::settings::Limits;

/// What a code stands for, and what it is bound to: RFC 6749, 4.1.2, and RFC 7636, 4.4.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) authorization: Arc<Authorization>,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) nonce: Option<String>,
}

/// The codes of all customers. Each works once; one that was used is remembered until it expires, so that a second use
/// is known for what it is.
#[derive(Default)]
pub(crate) struct Codes {
    records: Mutex<Records>,
}

#[derive(Default)]
struct Records {
    codes: Expiring<State>,
    /// How many codes of a user wait, so that nobody fills the memory alone.
    waiting: HashMap<Id, usize>,
    /// How many codes wait in all.
    waiting_in_all: usize,
}

/// What is known of a code.
#[derive(Debug, Clone)]
pub(crate) enum State {
    /// It waits to be exchanged.
    Waiting(Arc<Code>),
    /// It was exchanged.
    Used(Arc<Authorization>),
}

/// Says that too many codes wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany;

impl Codes {
    /// Adds a code that may be exchanged until it expires.
    pub(crate) fn add(
        &self,
        text: &str,
        code: Code,
        now: Moment,
        limits: &Limits,
    ) -> Result<(), TooMany> {
        let user = code.authorization.user;
        let mut records = self.at(now);
        let waiting = records.waiting.get(&user).copied().unwrap_or_default();
        if waiting >= limits.codes_of_user || records.waiting_in_all >= limits.codes {
            return Err(TooMany);
        }
        records.waiting.insert(user, waiting + 1);
        records.waiting_in_all += 1;
        let state = State::Waiting(Arc::new(code));
        records.codes.insert(digest(text), state, now + limits.code);
        Ok(())
    }

    /// Returns what is known of a code that has not expired.
    pub(crate) fn find(&self, text: &str, now: Moment) -> Option<State> {
        self.at(now).codes.get(&digest(text), now).cloned()
    }

    /// Uses a code up. Of all who try, one succeeds.
    pub(crate) fn use_up(&self, text: &str, now: Moment) -> Option<Arc<Code>> {
        let mut records = self.at(now);
        let state = records.codes.get_mut(&digest(text), now)?;
        let State::Waiting(code) = state else {
            return None;
        };
        let code = Arc::clone(code);
        *state = State::Used(Arc::clone(&code.authorization));
        records.forget(code.authorization.user);
        Some(code)
    }

    /// Returns a copy, for a snapshot.
    pub(super) fn copied(&self, copies: &mut Copies) -> Self {
        let records = self.lock();
        let codes = records.codes.copied(|state| state.copied(copies));
        Self {
            records: Mutex::new(Records {
                codes,
                waiting: records.waiting.clone(),
                waiting_in_all: records.waiting_in_all,
            }),
        }
    }

    /// Puts the codes of others in the place of these.
    pub(super) fn replace(&self, others: Self) {
        replace(&self.records, others.records);
    }

    /// Changes a code that waits to be exchanged.
    pub(crate) fn change(&self, text: &str, now: Moment, change: impl FnOnce(&mut Code)) {
        if let Some(State::Waiting(code)) = self.at(now).codes.get_mut(&digest(text), now) {
            change(Arc::make_mut(code));
        }
    }

    /// Takes out what has expired, also when nobody asks for codes.
    pub(crate) fn sweep(&self, now: Moment) {
        drop(self.at(now));
    }

    /// Each step leaves count and codes in agreement, or a code too many in the count until the server ends.
    fn lock(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at(&self, now: Moment) -> MutexGuard<'_, Records> {
        let mut records = self.lock();
        while let Some((_, expired)) = records.codes.pop_expired(now) {
            if let State::Waiting(code) = expired {
                records.forget(code.authorization.user);
            }
        }
        records
    }
}

impl State {
    fn copied(&self, copies: &mut Copies) -> Self {
        match self {
            Self::Used(authorization) => Self::Used(copies.authorization(authorization)),
            Self::Waiting(code) => Self::Waiting(Arc::new(Code {
                authorization: copies.authorization(&code.authorization),
                redirect_uri: code.redirect_uri.clone(),
                challenge: code.challenge.clone(),
                nonce: code.nonce.clone(),
            })),
        }
    }
}

impl Code {
    /// Changes what the user lets the client do.
    pub(crate) fn regrant(&mut self, change: impl FnOnce(&mut Authorization)) {
        let mut authorization = self.authorization.copy();
        change(&mut authorization);
        self.authorization = Arc::new(authorization);
    }
}

impl Records {
    /// Counts one code less.
    fn forget(&mut self, user: Id) {
        let Some(waiting) = self.waiting.get_mut(&user) else {
            return;
        };
        self.waiting_in_all -= 1;
        *waiting -= 1;
        if *waiting == 0 {
            self.waiting.remove(&user);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::authorization::tests::authorization;
    use super::*;
    use crate::clock::Clock;
    use crate::ids::Ids;

    fn code(ids: &Ids, user: Id) -> Code {
        Code {
            authorization: Arc::new(authorization(ids, user)),
            redirect_uri: "https://a.example/cb".to_owned(),
            challenge: None,
            nonce: None,
        }
    }

    /// Codes, and users whose codes wait.
    fn count(codes: &Codes) -> (usize, usize) {
        let records = codes.records.lock().expect("nobody panicked");
        (records.codes.len(), records.waiting.len())
    }

    #[test]
    fn a_code_works_once_and_is_remembered_until_it_expires() {
        let (codes, ids, clock) = (Codes::default(), Ids::seeded(1), Clock::fixed());
        let limits = Limits::default();
        let added = codes.add("a", code(&ids, ids.id()), clock.now(), &limits);
        assert_eq!(added, Ok(()));
        assert!(codes.use_up("b", clock.now()).is_none());
        assert!(codes.use_up("a", clock.now()).is_some());
        assert!(codes.use_up("a", clock.now()).is_none());
        assert!(matches!(codes.find("a", clock.now()), Some(State::Used(_))));
        clock.advance(limits.code);
        assert!(codes.find("a", clock.now()).is_none());
        assert_eq!(count(&codes), (0, 0));
    }

    #[test]
    fn a_code_expires_by_the_clock() {
        let (codes, ids, clock) = (Codes::default(), Ids::seeded(1), Clock::fixed());
        let limits = Limits::default();
        let added = codes.add("a", code(&ids, ids.id()), clock.now(), &limits);
        assert_eq!(added, Ok(()));
        clock.advance(limits.code - Duration::from_millis(1));
        assert!(codes.find("a", clock.now()).is_some());
        clock.advance(Duration::from_millis(1));
        assert!(codes.use_up("a", clock.now()).is_none());
        assert_eq!(count(&codes), (0, 0));
    }

    #[test]
    fn nobody_fills_the_memory() {
        let (codes, ids, clock) = (Codes::default(), Ids::seeded(1), Clock::fixed());
        let limits = Limits {
            codes: 15,
            codes_of_user: 10,
            ..Limits::default()
        };
        let (greedy, other) = (ids.id(), ids.id());
        let ask = |user: Id, times: usize| {
            (0..times)
                .map(|_| codes.add(&ids.code(), code(&ids, user), clock.now(), &limits))
                .filter(Result::is_ok)
                .count()
        };
        assert_eq!(ask(greedy, 1000), 10);
        assert_eq!(ask(other, 1000), 5, "there is room for so many in all");
        assert_eq!(count(&codes), (15, 2));
        clock.advance(limits.code);
        codes.sweep(clock.now());
        assert_eq!(count(&codes), (0, 0));
        assert_eq!(ask(greedy, 1), 1);
    }
}
