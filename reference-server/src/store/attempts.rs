//! Attempts to sign in that failed, so that nobody goes through all passwords.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::digest::{Digest, digest};
use super::users::spelling;
use crate::clock::{Clock, Moment};
use crate::settings::HostedLogin;

/// The failed attempts at one customer within a window.
///
/// They count for an address, whether or not somebody has it: what is refused tells nothing about accounts. Attempts
/// that have not come to an end yet take up what is left, so many at the same time are no way around it; those that
/// find nothing left wait for the others, so many at the same time with the right password all succeed.
pub(crate) struct Attempts {
    settings: HostedLogin,
    /// One lock: what an address may do depends on what all of them did.
    records: Mutex<Records>,
    /// Wakes those who wait, whenever an attempt ends.
    ended: Notify,
}

#[derive(Default)]
struct Records {
    /// By the digests of their addresses, so that each takes the same room.
    of_address: HashMap<Digest, Tries>,
    of_all: Failed,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tries {
    failed: Failed,
    /// Attempts that have begun and not ended.
    under_way: u32,
}

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

/// One attempt that is under way. It has failed unless somebody says otherwise, also when its client goes away.
#[must_use]
pub(crate) struct Attempt<'a> {
    attempts: &'a Attempts,
    address: Digest,
    clock: &'a Clock,
    is_success: bool,
}

/// Says why an attempt has not begun.
enum NotBegun {
    /// Others for the same address are under way; once they have ended there may be one left.
    Wait,
    TooMany(TooMany),
}

impl Attempts {
    pub(crate) fn new(settings: HostedLogin) -> Self {
        Self {
            settings,
            records: Mutex::default(),
            ended: Notify::new(),
        }
    }

    /// Begins an attempt, unless the address has none left.
    pub(crate) async fn begin<'a>(
        &'a self,
        email: &str,
        clock: &'a Clock,
    ) -> Result<Attempt<'a>, TooMany> {
        let address = digest(&spelling(email));
        loop {
            let mut ended = std::pin::pin!(self.ended.notified());
            // From here on no end is missed.
            ended.as_mut().enable();
            match self.try_begin(address, clock.now()) {
                Ok(()) => {
                    return Ok(Attempt {
                        attempts: self,
                        address,
                        clock,
                        is_success: false,
                    });
                }
                Err(NotBegun::TooMany(refused)) => return Err(refused),
                Err(NotBegun::Wait) => ended.await,
            }
        }
    }

    fn try_begin(&self, address: Digest, now: Moment) -> Result<(), NotBegun> {
        let settings = &self.settings;
        let mut records = self.lock();
        let strained = records.of_all.at(now).count >= settings.customer_attempts;
        let allowed = if strained {
            settings.strained_attempts.min(settings.attempts)
        } else {
            settings.attempts
        };
        let tries = records.of_address.get(&address).copied();
        let is_new = tries.is_none();
        let Tries { failed, under_way } = tries.unwrap_or_default();
        let failed = failed.at(now);
        if failed.count >= allowed {
            return Err(NotBegun::TooMany(failed.wait(now, settings)));
        }
        if failed.count.saturating_add(under_way) >= allowed {
            return Err(NotBegun::Wait);
        }
        if is_new && records.is_full(settings.remembered_addresses, now) {
            let refused = records.of_all.at(now).wait(now, settings);
            return Err(NotBegun::TooMany(refused));
        }
        let one_more = Tries {
            failed,
            under_way: under_way + 1,
        };
        records.of_address.insert(address, one_more);
        Ok(())
    }

    /// Counts what has failed; a success gives back all that failed before it.
    fn end(&self, address: Digest, now: Moment, is_success: bool) {
        let mut records = self.lock();
        let Records { of_address, of_all } = &mut *records;
        let mut all = of_all.at(now);
        if let Some(tries) = of_address.get_mut(&address) {
            tries.under_way = tries.under_way.saturating_sub(1);
            let failed = tries.failed.at(now);
            if is_success {
                all.count = all.count.saturating_sub(failed.count);
                tries.failed = Failed::default();
            } else {
                all = all.one_more(now, &self.settings);
                tries.failed = failed.one_more(now, &self.settings);
            }
            if tries.is_over(now) {
                of_address.remove(&address);
            }
        }
        *of_all = all;
        drop(records);
        self.ended.notify_waiters();
    }

    /// Returns a copy, for a snapshot. Attempts that are under way end here, not there.
    pub(super) fn copied(&self) -> Self {
        let records = self.lock();
        let of_address = records.of_address.iter().map(|(address, tries)| {
            let failed = tries.failed;
            (
                *address,
                Tries {
                    failed,
                    under_way: 0,
                },
            )
        });
        Self {
            settings: self.settings,
            records: Mutex::new(Records {
                of_address: of_address.collect(),
                of_all: records.of_all,
            }),
            ended: Notify::new(),
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
        self.of_address.retain(|_, tries| !tries.is_over(now));
        if self.of_address.capacity() > 4 * self.of_address.len() {
            self.of_address.shrink_to_fit();
        }
    }
}

impl Attempt<'_> {
    /// Says that the password was right.
    pub(crate) fn succeed(mut self) {
        self.is_success = true;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.attempts
            .end(self.address, self.clock.now(), self.is_success);
    }
}

impl Tries {
    /// Returns whether nothing of these attempts matters any more.
    fn is_over(&self, now: Moment) -> bool {
        self.under_way == 0 && self.failed.at(now).count == 0
    }
}

impl Failed {
    fn one_more(self, now: Moment, settings: &HostedLogin) -> Self {
        let present = self.at(now);
        Self {
            count: present.count.saturating_add(1),
            until: Some(present.until.unwrap_or(now + settings.attempt_window)),
        }
    }

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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

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

    /// Makes an attempt that fails.
    async fn fail(attempts: &Attempts, clock: &Clock, email: &str) -> Result<(), TooMany> {
        attempts.begin(email, clock).await.map(drop)
    }

    #[tokio::test]
    async fn an_address_has_so_many_attempts_within_the_window() {
        let (attempts, clock) = attempts();
        let mira = || fail(&attempts, &clock, "mira.lind@example.com");
        assert_eq!(mira().await, Ok(()));
        clock.advance(10 * MINUTE);
        assert_eq!((mira().await, mira().await), (Ok(()), Ok(())));
        let refused = TooMany { wait: 5 * MINUTE };
        assert_eq!(mira().await, Err(refused));
        let other_case = fail(&attempts, &clock, "MIRA.LIND@example.com").await;
        assert_eq!(other_case, Err(refused));
        let other = fail(&attempts, &clock, "other@example.com").await;
        assert_eq!(other, Ok(()));
        clock.advance(5 * MINUTE);
        assert_eq!(mira().await, Ok(()));
    }

    #[tokio::test]
    async fn a_success_gives_the_attempts_back() {
        let (attempts, clock) = attempts();
        for _ in 0..50 {
            let failed = fail(&attempts, &clock, "mira.lind@example.com").await;
            assert_eq!(failed, Ok(()));
            let attempt = attempts.begin("mira.lind@example.com", &clock).await;
            attempt.expect("one has failed").succeed();
        }
        assert_eq!(attempts.lock().of_all.count, 0);
        assert!(attempts.lock().of_address.is_empty());
    }

    #[tokio::test]
    async fn many_at_the_same_time_take_turns_and_fail_no_more_often_than_one_by_one() {
        let (attempts, clock) = attempts();
        let shared = Arc::new((attempts, clock));
        for (is_right, begun) in [(true, 100), (false, 3)] {
            let tasks: Vec<_> = (0..100)
                .map(|_| {
                    let shared = Arc::clone(&shared);
                    tokio::spawn(async move {
                        let (attempts, clock) = &*shared;
                        let attempt = attempts.begin("mira.lind@example.com", clock).await?;
                        tokio::task::yield_now().await;
                        if is_right {
                            attempt.succeed();
                        }
                        Ok::<(), TooMany>(())
                    })
                })
                .collect();
            let mut count = 0;
            for task in tasks {
                count += usize::from(task.await.expect("nobody panicked").is_ok());
            }
            assert_eq!(count, begun);
        }
    }

    #[tokio::test]
    async fn an_attack_on_all_leaves_everybody_an_attempt() {
        let (attempts, clock) = attempts();
        let at =
            async |number: usize| fail(&attempts, &clock, &format!("{number}@example.com")).await;
        for number in 0..10 {
            assert_eq!((at(number).await, at(number).await), (Ok(()), Ok(())));
        }
        assert!(
            at(0).await.is_err(),
            "two have failed, and only one is left to each now"
        );
        assert_eq!(at(10).await, Ok(()));
        assert!(at(10).await.is_err());
    }

    #[tokio::test]
    async fn memory_is_bounded_and_given_back() {
        let (attempts, clock) = attempts();
        let at =
            async |number: usize| fail(&attempts, &clock, &format!("{number}@example.com")).await;
        let mut taken = 0;
        for number in 0..1000 {
            taken += usize::from(at(number).await.is_ok());
        }
        assert_eq!(taken, 30);
        clock.advance(15 * MINUTE);
        assert_eq!(at(1000).await, Ok(()));
        clock.advance(15 * MINUTE);
        attempts.sweep(clock.now());
        assert_eq!(attempts.lock().of_address.capacity(), 0);
    }
}
