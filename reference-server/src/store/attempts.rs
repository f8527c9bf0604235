//! Attempts to sign in that failed, so that nobody goes through all passwords.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::users::spelling;
use crate::clock::Moment;
use crate::settings::HostedLogin;

/// The failed attempts at one customer within a window.
///
/// They count for an address, whether or not somebody has it: what is refused tells nothing about accounts. An attempt
/// counts from its start and until it succeeds, so many at the same time are no way around it.
pub(crate) struct Attempts {
    settings: HostedLogin,
    /// One lock: what an address may do depends on what all of them did.
    records: Mutex<Records>,
}

#[derive(Default)]
struct Records {
    of_address: HashMap<Digest, Failed>,
    of_all: Failed,
}

/// 128 bits of the SHA-256 digest of an address, so that each takes the same room.
type Digest = [u8; 16];

#[derive(Debug, Clone, Copy, Default)]
struct Failed {
    count: u32,
    /// When the window of these attempts closes.
    until: Option<Moment>,
}

/// Says that an address has no attempt left, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany {
    pub(crate) wait: Duration,
}

impl Attempts {
    pub(crate) fn new(settings: HostedLogin) -> Self {
        Self {
            settings,
            records: Mutex::default(),
        }
    }

    /// Counts an attempt, unless the address has none left.
    pub(crate) fn begin(&self, email: &str, now: Moment) -> Result<(), TooMany> {
        let settings = &self.settings;
        let address = digest(email);
        let mut records = self.lock();
        let strained = records.of_all.at(now).count >= settings.customer_attempts;
        let allowed = if strained {
            settings.strained_attempts.min(settings.attempts)
        } else {
            settings.attempts
        };
        let failed = records.of_address.get(&address).copied();
        let failed = failed.unwrap_or_default().at(now);
        if failed.count >= allowed {
            return Err(failed.wait(now, settings));
        }
        if failed.count == 0 && records.is_full(settings.remembered_addresses, now) {
            return Err(records.of_all.at(now).wait(now, settings));
        }
        let one_more = |failed: Failed| Failed {
            count: failed.count.saturating_add(1),
            until: Some(failed.until.unwrap_or(now + settings.attempt_window)),
        };
        records.of_address.insert(address, one_more(failed));
        records.of_all = one_more(records.of_all.at(now));
        Ok(())
    }

    /// Forgets the attempts of an address whose password is known.
    pub(crate) fn succeed(&self, email: &str, now: Moment) {
        let mut records = self.lock();
        if let Some(failed) = records.of_address.remove(&digest(email)) {
            let all = records.of_all.at(now);
            records.of_all.count = all.count.saturating_sub(failed.at(now).count);
        }
    }

    /// Drops what is past its window; call it now and then, also when nobody comes.
    pub(crate) fn sweep(&self, now: Moment) {
        let mut records = self.lock();
        if records.of_all.at(now).until.is_none() {
            records.drop_past(now);
        }
    }

    /// Each change is one call of the map and one assignment; a poisoned lock leaves a count that is off by one.
    fn lock(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Records {
    /// Returns whether no further address can be remembered, after dropping those that need not be.
    fn is_full(&mut self, room: usize, now: Moment) -> bool {
        if self.of_address.len() >= room {
            self.drop_past(now);
        }
        self.of_address.len() >= room
    }

    fn drop_past(&mut self, now: Moment) {
        self.of_address.retain(|_, failed| failed.at(now).count > 0);
        if self.of_address.capacity() > 4 * self.of_address.len() {
            self.of_address.shrink_to_fit();
        }
    }
}

impl Failed {
    /// Returns what is left at a moment: all, or nothing.
    fn at(self, now: Moment) -> Self {
        match self.until {
            Some(until) if until > now => self,
            _ => Self::default(),
        }
    }

    fn wait(self, now: Moment, settings: &HostedLogin) -> TooMany {
        let wait = self
            .until
            .map_or(settings.attempt_window, |until| until.since(now));
        TooMany { wait }
    }
}

fn digest(email: &str) -> Digest {
    let whole: [u8; 32] = Sha256::digest(spelling(email)).into();
    let (half, _) = whole
        .split_first_chunk()
        .expect("a SHA-256 digest has 32 bytes");
    *half
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    const MINUTE: Duration = Duration::from_secs(60);

    fn attempts() -> (Attempts, Clock) {
        let settings = HostedLogin {
            attempt_window: 15 * MINUTE,
            attempts: 3,
            customer_attempts: 20,
            strained_attempts: 1,
            remembered_addresses: 30,
            ..HostedLogin::default()
        };
        (Attempts::new(settings), Clock::fixed())
    }

    #[test]
    fn an_address_has_so_many_attempts_within_the_window() {
        let (attempts, clock) = attempts();
        let mira = || attempts.begin("mira.lind@example.com", clock.now());
        assert_eq!(mira(), Ok(()));
        clock.advance(10 * MINUTE);
        assert_eq!((mira(), mira()), (Ok(()), Ok(())));
        let refused = TooMany { wait: 5 * MINUTE };
        assert_eq!(mira(), Err(refused));
        let other_case = attempts.begin("MIRA.LIND@example.com", clock.now());
        assert_eq!(other_case, Err(refused));
        assert_eq!(attempts.begin("other@example.com", clock.now()), Ok(()));
        clock.advance(5 * MINUTE);
        assert_eq!(mira(), Ok(()));
    }

    #[test]
    fn a_success_gives_the_attempts_back() {
        let (attempts, clock) = attempts();
        for _ in 0..50 {
            assert_eq!(attempts.begin("mira.lind@example.com", clock.now()), Ok(()));
            assert_eq!(attempts.begin("mira.lind@example.com", clock.now()), Ok(()));
            attempts.succeed("mira.lind@example.com", clock.now());
        }
        assert_eq!(attempts.lock().of_all.count, 0);
        assert!(attempts.lock().of_address.is_empty());
    }

    #[test]
    fn an_attack_on_all_leaves_everybody_an_attempt() {
        let (attempts, clock) = attempts();
        let at = |number: usize| attempts.begin(&format!("{number}@example.com"), clock.now());
        assert!((0..10).all(|number| at(number).is_ok() && at(number).is_ok()));
        assert!(
            at(0).is_err(),
            "two have failed, and only one is left to each now"
        );
        assert_eq!(at(10), Ok(()));
        assert!(at(10).is_err());
    }

    #[test]
    fn memory_is_bounded_and_given_back() {
        let (attempts, clock) = attempts();
        let at = |number: usize| attempts.begin(&format!("{number}@example.com"), clock.now());
        assert_eq!((0..1000).filter(|number| at(*number).is_ok()).count(), 30);
        clock.advance(15 * MINUTE);
        assert_eq!(at(1000), Ok(()));
        clock.advance(15 * MINUTE);
        attempts.sweep(clock.now());
        assert_eq!(attempts.lock().of_address.capacity(), 0);
    }
}
