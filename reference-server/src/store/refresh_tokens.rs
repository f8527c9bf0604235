//! The refresh tokens.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::authorization::Authorization;
use super::copies::{Copies, replace};
use super::digest::Digest;
use super::expiring::Expiring;
use crate::clock::Moment;
use crate::ids::{Id, Ids, Token};

/// The refresh tokens of all customers.
///
/// A token says which family it is of, which of that family's tokens it is, and when it expires, all under a code of
/// authentication that only the server can make. So one record a family is enough to know the token that may be
/// exchanged from those that were, however many there were, and no token is kept.
pub(crate) struct RefreshTokens {
    key: hmac::Key,
    records: Mutex<Records>,
}

#[derive(Default)]
struct Records {
    families: Expiring<Family>,
    /// The families of each user in the order in which they began, so that nobody fills the memory alone.
    of_user: HashMap<Id, BTreeSet<(Moment, Digest)>>,
}

/// The tokens that follow each other since one code was exchanged.
struct Family {
    authorization: Arc<Authorization>,
    began: Moment,
    /// Which of its tokens may be exchanged.
    current: u32,
}

/// A refresh token that the server has made and that has not expired.
#[derive(Debug, Clone)]
pub(crate) struct RefreshToken {
    parts: Parts,
    pub(crate) authorization: Arc<Authorization>,
    /// Whether another one has taken its place.
    pub(crate) is_former: bool,
}

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts {
    family: Digest,
    number: u32,
    /// Seconds since 1970.
    issued: u64,
    /// Seconds.
    lifetime: u32,
}

impl RefreshTokens {
    pub(crate) fn new(ids: &Ids) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &ids.key()),
            records: Mutex::default(),
        }
    }

    /// Begins a family, and returns its first token. A user has so many families at the most; the oldest goes.
    pub(crate) fn begin(
        &self,
        authorization: Arc<Authorization>,
        lifetime: u32,
        most: usize,
        ids: &Ids,
        now: Moment,
    ) -> Token {
        let parts = Parts {
            family: ids.family(),
            number: 0,
            issued: now.seconds(),
            lifetime,
        };
        let family = Family {
            authorization,
            began: now,
            current: 0,
        };
        self.at(now)
            .insert(parts.family, family, now + seconds(lifetime), most);
        self.write(parts)
    }

    /// Returns a token that the server has made, and that has neither expired nor been revoked.
    pub(crate) fn find(&self, text: &str, now: Moment) -> Option<RefreshToken> {
        let parts = self.read(text)?;
        if parts.expires() <= now.seconds() {
            return None;
        }
        let records = self.at(now);
        let family = records.families.get(&parts.family, now)?;
        if family.authorization.revoked.is_set() {
            return None;
        }
        Some(RefreshToken {
            parts,
            authorization: Arc::clone(&family.authorization),
            is_former: parts.number != family.current,
        })
    }

    /// Exchanges a token for the next one of its family. Of all who bring the current one, one succeeds; those who bring
    /// a former one do if that is allowed.
    pub(crate) fn exchange(
        &self,
        token: &RefreshToken,
        lifetime: u32,
        allow_former: bool,
        now: Moment,
    ) -> Option<Token> {
        let mut records = self.at(now);
        let families = &mut records.families;
        let family = families.get_mut(&token.parts.family, now)?;
        let is_former = token.parts.number != family.current;
        if family.authorization.revoked.is_set() || (is_former && !allow_former) {
            return None;
        }
        family.current = family.current.checked_add(1)?;
        let next = Parts {
            number: family.current,
            issued: now.seconds(),
            lifetime,
            ..token.parts
        };
        families.renew(&next.family, now + seconds(lifetime));
        Some(self.write(next))
    }

    /// Revokes everything that came of the authorization of a token.
    pub(crate) fn revoke(&self, token: &RefreshToken, now: Moment) {
        token.authorization.revoked.set();
        self.at(now).remove(token.parts.family);
    }

    /// Returns a copy, for a snapshot.
    pub(super) fn copied(&self, copies: &mut Copies) -> Self {
        let records = self.lock();
        let families = records.families.copied(|family| Family {
            authorization: copies.authorization(&family.authorization),
            ..*family
        });
        Self {
            key: self.key.clone(),
            records: Mutex::new(Records {
                families,
                of_user: records.of_user.clone(),
            }),
        }
    }

    /// Puts the tokens of others in the place of these. The key stays, so they have to be of the same server.
    pub(super) fn replace(&self, others: Self) {
        replace(&self.records, others.records);
    }

    /// Takes out what has expired, also when nobody asks for tokens.
    pub(crate) fn sweep(&self, now: Moment) {
        drop(self.at(now));
    }

    /// A lock that was poisoned is used all the same: at worst a user has a family less than there is room for.
    fn lock(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at(&self, now: Moment) -> MutexGuard<'_, Records> {
        let mut records = self.lock();
        while let Some((digest, family)) = records.families.pop_expired(now) {
            records.forget(digest, &family);
        }
        records
    }

    fn write(&self, parts: Parts) -> Token {
        let mut bytes = [0; Token::BYTES];
        let said = parts.bytes();
        bytes[..Parts::BYTES].copy_from_slice(&said);
        bytes[Parts::BYTES..].copy_from_slice(&self.code(&said));
        Token::of(bytes)
    }

    fn read(&self, text: &str) -> Option<Parts> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let bytes: &[u8; Token::BYTES] = bytes.as_slice().try_into().ok()?;
        let (said, code) = bytes.split_first_chunk::<{ Parts::BYTES }>()?;
        let is_ours: bool = self.code(said).ct_eq(code).into();
        is_ours.then(|| Parts::of(said))
    }

    /// Returns the first 128 bits of the code.
    fn code(&self, said: &[u8; Parts::BYTES]) -> [u8; Token::BYTES - Parts::BYTES] {
        let mut code = [0; Token::BYTES - Parts::BYTES];
        let whole = hmac::sign(&self.key, said);
        code.copy_from_slice(&whole.as_ref()[..Token::BYTES - Parts::BYTES]);
        code
    }
}

impl Records {
    fn insert(&mut self, digest: Digest, family: Family, expires: Moment, most: usize) {
        let own = self.of_user.entry(family.authorization.user).or_default();
        let oldest = match own.len() < most.max(1) {
            true => None,
            false => own.first().copied(),
        };
        own.insert((family.began, digest));
        self.families.insert(digest, family, expires);
        if let Some((_, oldest)) = oldest {
            self.remove(oldest);
        }
    }

    fn remove(&mut self, digest: Digest) {
        if let Some(family) = self.families.remove(&digest) {
            self.forget(digest, &family);
        }
    }

    /// Takes a family that is gone out of those of its user.
    fn forget(&mut self, digest: Digest, family: &Family) {
        let user = family.authorization.user;
        if let Some(own) = self.of_user.get_mut(&user) {
            own.remove(&(family.began, digest));
            if own.is_empty() {
                self.of_user.remove(&user);
            }
        }
    }
}

impl RefreshToken {
    /// Returns when it was issued, in seconds since 1970.
    pub(crate) fn issued(&self) -> u64 {
        self.parts.issued
    }

    /// Returns when it expires, in seconds since 1970.
    pub(crate) fn expires(&self) -> u64 {
        self.parts.expires()
    }
}

impl Parts {
    const BYTES: usize = 32;

    fn expires(&self) -> u64 {
        self.issued.saturating_add(self.lifetime.into())
    }

    fn bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..16].copy_from_slice(&self.family);
        bytes[16..20].copy_from_slice(&self.number.to_be_bytes());
        bytes[20..28].copy_from_slice(&self.issued.to_be_bytes());
        bytes[28..].copy_from_slice(&self.lifetime.to_be_bytes());
        bytes
    }

    fn of(bytes: &[u8; Self::BYTES]) -> Self {
        fn part<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
            bytes[from..from + N]
                .try_into()
                .expect("the parts lie within the whole")
        }
        Self {
            family: part(bytes, 0),
            number: u32::from_be_bytes(part(bytes, 16)),
            issued: u64::from_be_bytes(part(bytes, 20)),
            lifetime: u32::from_be_bytes(part(bytes, 28)),
        }
    }
}

impl fmt::Debug for RefreshTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshTokens(..)")
    }
}

fn seconds(lifetime: u32) -> Duration {
    Duration::from_secs(lifetime.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::authorization::tests::authorization;
    use super::*;
    use crate::clock::Clock;

    const HOUR: u32 = 3600;

    fn begun() -> (RefreshTokens, Token, Ids, Clock) {
        let (ids, clock) = (Ids::seeded(1), Clock::fixed());
        let tokens = RefreshTokens::new(&ids);
        let authorization = Arc::new(authorization(&ids, ids.id()));
        let first = tokens.begin(authorization, HOUR, 10, &ids, clock.now());
        (tokens, first, ids, clock)
    }

    /// Families, and users who have some.
    fn count(tokens: &RefreshTokens) -> (usize, usize) {
        let records = tokens.records.lock().expect("nobody panicked");
        (records.families.len(), records.of_user.len())
    }

    #[test]
    fn nobody_fills_the_memory() {
        let (tokens, first, ids, clock) = begun();
        let found = tokens.find(first.reveal(), clock.now()).expect("it lives");
        let begin = |authorization: &Arc<Authorization>| {
            clock.advance(Duration::from_millis(1));
            tokens.begin(Arc::clone(authorization), HOUR, 10, &ids, clock.now())
        };
        let other = begin(&Arc::new(authorization(&ids, ids.id())));
        let all: Vec<Token> = (0..100).map(|_| begin(&found.authorization)).collect();
        assert_eq!(count(&tokens), (11, 2));
        let works = |token: &Token| tokens.find(token.reveal(), clock.now()).is_some();
        assert!(!works(&first) && all[..90].iter().all(|token| !works(token)));
        assert!(works(&other) && all[90..].iter().all(works));
        clock.advance(seconds(HOUR));
        tokens.sweep(clock.now());
        assert_eq!(count(&tokens), (0, 0));
    }

    #[test]
    fn a_token_is_exchanged_once() {
        let (tokens, first, _, clock) = begun();
        let now = clock.now();
        let found = tokens.find(first.reveal(), now).expect("it was just made");
        assert!(!found.is_former);
        let second = tokens.exchange(&found, HOUR, false, now).expect("the next");
        assert!(tokens.exchange(&found, HOUR, false, now).is_none());
        let former = tokens.find(first.reveal(), now).expect("it is known");
        assert!(former.is_former);
        let current = tokens.find(second.reveal(), now).expect("the next");
        assert!(!current.is_former);
        assert!(tokens.exchange(&former, HOUR, true, now).is_some());

        tokens.revoke(&current, now);
        for text in [first.reveal(), second.reveal()] {
            assert!(tokens.find(text, now).is_none());
        }
    }

    #[test]
    fn each_token_expires_by_itself_and_the_family_with_its_last() {
        let (tokens, first, _, clock) = begun();
        clock.advance(seconds(HOUR / 2));
        let found = tokens.find(first.reveal(), clock.now()).expect("it lives");
        let second = tokens.exchange(&found, HOUR, false, clock.now());
        let second = second.expect("the next");
        clock.advance(seconds(HOUR / 2));
        assert!(tokens.find(first.reveal(), clock.now()).is_none());
        assert!(tokens.find(second.reveal(), clock.now()).is_some());
        clock.advance(seconds(HOUR / 2));
        assert!(tokens.find(second.reveal(), clock.now()).is_none());
        tokens.sweep(clock.now());
        assert_eq!(count(&tokens), (0, 0));
    }

    #[test]
    fn a_family_is_one_record_however_long_it_goes_on() {
        let (tokens, mut token, _, clock) = begun();
        for _ in 0..1000 {
            let found = tokens.find(token.reveal(), clock.now()).expect("it lives");
            let next = tokens.exchange(&found, HOUR, false, clock.now());
            token = next.expect("the next");
        }
        assert_eq!(count(&tokens), (1, 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nobody_else_makes_a_token(place in 0..Token::BYTES, flip in 1..=u8::MAX, text in ".{0,70}") {
            let (tokens, first, _, clock) = begun();
            prop_assert!(tokens.find(&text, clock.now()).is_none());
            let mut bytes = URL_SAFE_NO_PAD.decode(first.reveal()).expect("base64url");
            bytes[place] ^= flip;
            prop_assert!(tokens.find(&URL_SAFE_NO_PAD.encode(bytes), clock.now()).is_none());
        }
    }
}
