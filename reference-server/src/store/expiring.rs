//! Values that expire.

use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasherDefault;

use super::digest::{ByDigest, Digest};
use crate::clock::Moment;

/// Values by digests, each until a moment of its own.
///
/// Whoever comes takes out what has expired: an entry is put in once and taken out once, so that costs nobody much, and
/// memory is bounded by what lives.
pub(crate) struct Expiring<V> {
    entries: HashMap<Digest, (V, Moment), BuildHasherDefault<ByDigest>>,
    /// The entries in the order in which they expire.
    order: BTreeSet<(Moment, Digest)>,
}

impl<V> Expiring<V> {
    /// The least room, below which there is nothing to give back.
    const LEAST: usize = 64;

    /// Puts a value in until it expires; one that was there before goes.
    pub(crate) fn insert(&mut self, digest: Digest, value: V, expires: Moment) {
        self.remove(&digest);
        self.entries.insert(digest, (value, expires));
        self.order.insert((expires, digest));
    }

    /// Returns a value that has not expired.
    pub(crate) fn get(&self, digest: &Digest, now: Moment) -> Option<&V> {
        let (value, expires) = self.entries.get(digest)?;
        (*expires > now).then_some(value)
    }

    /// Returns a value that has not expired, to be changed.
    pub(crate) fn get_mut(&mut self, digest: &Digest, now: Moment) -> Option<&mut V> {
        let (value, expires) = self.entries.get_mut(digest)?;
        (*expires > now).then_some(value)
    }

    /// Lets a value live until another moment.
    pub(crate) fn renew(&mut self, digest: &Digest, until: Moment) {
        if let Some((_, expires)) = self.entries.get_mut(digest) {
            self.order.remove(&(*expires, *digest));
            self.order.insert((until, *digest));
            *expires = until;
        }
    }

    /// Returns the same entries with copies of their values.
    pub(crate) fn copied(&self, mut copy: impl FnMut(&V) -> V) -> Self {
        let entries = self.entries.iter();
        Self {
            entries: entries
                .map(|(digest, (value, expires))| (*digest, (copy(value), *expires)))
                .collect(),
            order: self.order.clone(),
        }
    }

    pub(crate) fn remove(&mut self, digest: &Digest) -> Option<V> {
        let (value, expires) = self.entries.remove(digest)?;
        self.order.remove(&(expires, *digest));
        Some(value)
    }

    /// Takes out one entry that has expired.
    pub(crate) fn pop_expired(&mut self, now: Moment) -> Option<(Digest, V)> {
        let (expires, digest) = *self.order.first()?;
        if expires > now {
            return None;
        }
        self.order.remove(&(expires, digest));
        let taken = self.entries.remove(&digest);
        let room = self.entries.capacity();
        if room > Self::LEAST && self.entries.len() < room / 4 {
            self.entries.shrink_to(self.entries.len() * 2);
        }
        taken.map(|(value, _)| (digest, value))
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

impl<V> Default for Expiring<V> {
    fn default() -> Self {
        Self {
            entries: HashMap::default(),
            order: BTreeSet::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::digest::digest;
    use super::*;
    use crate::clock::Clock;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_value_lives_until_its_moment() {
        let (clock, key) = (Clock::fixed(), digest("a"));
        let mut values = Expiring::default();
        values.insert(key, 1, clock.now() + MINUTE);
        values.insert(key, 2, clock.now() + MINUTE);
        assert_eq!(values.get(&key, clock.now()), Some(&2));
        clock.advance(MINUTE);
        assert_eq!(values.get(&key, clock.now()), None);
        assert_eq!(values.get_mut(&key, clock.now()), None);
        assert_eq!(values.pop_expired(clock.now()), Some((key, 2)));
        assert_eq!(values.pop_expired(clock.now()), None);
        assert_eq!(values.len(), 0);
    }

    #[test]
    fn a_value_can_live_on() {
        let (clock, key) = (Clock::fixed(), digest("a"));
        let mut values = Expiring::default();
        values.insert(key, 1, clock.now() + MINUTE);
        values.renew(&key, clock.now() + MINUTE * 2);
        clock.advance(MINUTE);
        assert_eq!(values.pop_expired(clock.now()), None);
        assert_eq!(values.get(&key, clock.now()), Some(&1));
        assert_eq!(values.remove(&key), Some(1));
        clock.advance(MINUTE);
        assert_eq!(values.pop_expired(clock.now()), None);
    }

    #[test]
    fn memory_is_bounded_by_what_lives() {
        let clock = Clock::fixed();
        let mut values = Expiring::default();
        for number in 0..20_000 {
            let expires = clock.now() + MINUTE;
            values.insert(digest(&number.to_string()), number, expires);
            // 100 a minute live at one time.
            clock.advance(MINUTE / 100);
            while values.pop_expired(clock.now()).is_some() {}
            assert!(values.len() <= 100);
            assert_eq!(values.order.len(), values.len());
        }
        clock.advance(MINUTE);
        while values.pop_expired(clock.now()).is_some() {}
        assert!(values.entries.capacity() <= Expiring::<u32>::LEAST * 2);
    }
}
