//! The live tokens.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::copies::{Copies, replace};
use super::digest::{ByDigest, Digest, digest};
use super::grant::Grant;
use crate::clock::Moment;
use crate::ids::{Id, Token};

/// The live tokens of all customers.
///
/// A token is a record of 32 bytes: half of its SHA-256 digest, when it expires, and the grant that it shares. The
/// token itself is not kept. Memory is bounded by the tokens that live at one time, whatever came before: a shard that
/// is full is made anew, with what still lives in it and room for at least a quarter more. Tables come in powers of two,
/// so a live token takes 96 bytes at the most then, and an insertion moves five records at the most in the long run.
pub(crate) struct Tokens {
    shards: Box<[Mutex<Shard>]>,
}

/// The tokens whose digests end alike.
#[derive(Default)]
struct Shard {
    records: HashMap<Digest, Record, BuildHasherDefault<ByDigest>>,
    /// Records that the table takes before it is made anew. It never grows by itself.
    room: usize,
}

struct Record {
    grant: Arc<Grant>,
    expires: Moment,
}

impl Tokens {
    const SHARDS: usize = 64;

    /// Longest token that is looked up: no JWT of ours has more characters.
    const LONGEST: usize = 16 * 1024;

    /// Adds a token that works until it expires, or somebody revokes it.
    pub(crate) fn add(&self, token: &str, grant: Arc<Grant>, now: Moment, expires: Moment) {
        let digest = digest(token);
        let mut shard = self.shard(&digest);
        if shard.records.len() == shard.room {
            shard.renew(now);
        }
        shard.records.insert(digest, Record { grant, expires });
    }

    /// Returns the grant of a token that is known, and has neither expired nor been revoked.
    pub(crate) fn find(&self, token: &str, now: Moment) -> Option<Arc<Grant>> {
        self.find_with_end(token, now).map(|(grant, _)| grant)
    }

    /// Returns the grant of such a token, and when it expires.
    pub(crate) fn find_with_end(&self, token: &str, now: Moment) -> Option<(Arc<Grant>, Moment)> {
        if !(Token::LENGTH..=Self::LONGEST).contains(&token.len()) {
            return None;
        }
        let digest = digest(token);
        let shard = self.shard(&digest);
        let record = shard.records.get(&digest)?;
        let works = record.expires > now && !record.grant.is_revoked();
        works.then(|| (Arc::clone(&record.grant), record.expires))
    }

    /// Revokes a token: nobody finds it from now on.
    pub(crate) fn revoke(&self, token: &str) {
        let digest = digest(token);
        self.shard(&digest).records.remove(&digest);
    }

    /// Revokes every token of a client.
    pub(crate) fn revoke_all_of(&self, client: Id) {
        for shard in &self.shards {
            lock(shard)
                .records
                .retain(|_, record| record.grant.client() != client);
        }
    }

    /// Revokes what was given to clients in a session; takes as long as there are tokens.
    pub(crate) fn revoke_those_of(&self, session: Id) {
        for shard in &self.shards {
            for record in lock(shard).records.values() {
                if let Some(given) = record.grant.authorization()
                    && given.session == session
                {
                    given.revoked.set();
                }
            }
        }
    }

    /// Gives back what expired tokens of one shard take, if they are many. Turns go round: call it with 0, 1, 2, and so
    /// on, also when nobody asks for tokens.
    pub(crate) fn sweep(&self, turn: usize, now: Moment) {
        let mut shard = lock(&self.shards[turn % Self::SHARDS]);
        match shard.live(now) {
            0 => *shard = Shard::default(),
            live if live < shard.records.len() / 4 * 3 => shard.renew(now),
            _ => {}
        }
    }

    /// Returns a copy, for a snapshot. One shard at a time is held, so nobody waits for all of it.
    pub(super) fn copied(&self, copies: &mut Copies) -> Self {
        let shards = self.shards.iter();
        Self {
            shards: shards
                .map(|shard| Mutex::new(lock(shard).copied(copies)))
                .collect(),
        }
    }

    /// Puts the tokens of others in the place of these.
    pub(super) fn replace(&self, others: Self) {
        for (shard, other) in self.shards.iter().zip(others.shards) {
            replace(shard, other);
        }
    }

    fn shard(&self, digest: &Digest) -> MutexGuard<'_, Shard> {
        // The hash takes the first eight bytes, so the shard is chosen by another.
        lock(&self.shards[usize::from(digest[15]) % Self::SHARDS])
    }
}

impl Shard {
    /// The least room, so that a shard with hardly any token is not made anew for each.
    const LEAST: usize = 16;

    /// Moves what lives to a table of the right size.
    fn renew(&mut self, now: Moment) {
        let live = self.live(now);
        let wanted = live + (live / 4).max(Self::LEAST);
        let mut records = HashMap::with_capacity_and_hasher(wanted, BuildHasherDefault::default());
        let old = std::mem::take(&mut self.records);
        records.extend(old.into_iter().filter(|(_, record)| record.expires > now));
        self.room = records.capacity();
        self.records = records;
    }

    /// The table is as large as the original, so that the room is, too.
    fn copied(&self, copies: &mut Copies) -> Self {
        let mut records = HashMap::with_capacity_and_hasher(
            self.records.capacity(),
            BuildHasherDefault::default(),
        );
        records.extend(self.records.iter().map(|(digest, record)| {
            let grant = copies.grant(&record.grant);
            (*digest, Record { grant, ..*record })
        }));
        Self {
            records,
            room: self.room,
        }
    }

    fn live(&self, now: Moment) -> usize {
        self.records
            .values()
            .filter(|record| record.expires > now)
            .count()
    }
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            shards: (0..Self::SHARDS).map(|_| Mutex::default()).collect(),
        }
    }
}

/// Each change of a shard is one call of the map, so a poisoned lock guards nothing half done.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::Clock;
    use crate::ids::Ids;

    const HOUR: Duration = Duration::from_secs(3600);

    fn grant(ids: &Ids) -> Arc<Grant> {
        Arc::new(Grant::new(
            ids.id(),
            ids.id(),
            "*:**",
            3600,
            scope_lang::Readings::default(),
        ))
    }

    /// Bytes of all tables: a power of two of records, seven eighths of which may be used, with a byte of control each.
    fn bytes(tokens: &Tokens) -> usize {
        let table = |shard: &Mutex<Shard>| match lock(shard).records.capacity() {
            0 => 0,
            room => (room * 8 / 7).next_power_of_two() * (size_of::<(Digest, Record)>() + 1),
        };
        tokens.shards.iter().map(table).sum()
    }

    #[test]
    fn a_token_works_until_the_moment_it_expires() {
        let (tokens, ids, clock) = (Tokens::default(), Ids::seeded(1), Clock::fixed());
        let token = ids.token();
        tokens.add(token.reveal(), grant(&ids), clock.now(), clock.now() + HOUR);
        assert!(tokens.find(token.reveal(), clock.now()).is_some());
        assert!(tokens.find(ids.token().reveal(), clock.now()).is_none());
        clock.advance(HOUR - Duration::from_millis(1));
        assert!(tokens.find(token.reveal(), clock.now()).is_some());
        clock.advance(Duration::from_millis(1));
        assert!(tokens.find(token.reveal(), clock.now()).is_none());
    }

    #[test]
    fn a_revoked_token_is_gone_and_its_room_is_used_again() {
        let (tokens, ids, clock) = (Tokens::default(), Ids::seeded(1), Clock::fixed());
        let grant = grant(&ids);
        for _ in 0..10_000 {
            let token = ids.token();
            let expires = clock.now() + HOUR;
            tokens.add(token.reveal(), Arc::clone(&grant), clock.now(), expires);
            assert!(tokens.find(token.reveal(), clock.now()).is_some());
            tokens.revoke(token.reveal());
            tokens.revoke(token.reveal());
            assert!(tokens.find(token.reveal(), clock.now()).is_none());
        }
        let most = Tokens::SHARDS * Shard::LEAST * 4 * 48;
        assert!(bytes(&tokens) <= most, "{} bytes", bytes(&tokens));
    }

    #[test]
    fn a_live_token_takes_96_bytes_at_the_most() {
        let (tokens, ids, clock) = (Tokens::default(), Ids::seeded(2), Clock::fixed());
        let grant = grant(&ids);
        let expires = clock.now() + HOUR;
        for count in 1..=100_000 {
            tokens.add(
                ids.token().reveal(),
                Arc::clone(&grant),
                clock.now(),
                expires,
            );
            if count >= 20_000 && count % 1_000 == 0 {
                let each = bytes(&tokens) / count;
                assert!(each <= 96, "{each} bytes a token of {count}");
            }
        }
    }

    #[test]
    fn memory_is_bounded_by_what_lives_at_one_time() {
        let (tokens, ids, clock) = (Tokens::default(), Ids::seeded(2), Clock::fixed());
        let grant = grant(&ids);
        // 100 tokens a second that live for a minute: 6,000 at one time, of 60,000 in all.
        for _ in 0..600 {
            for _ in 0..100 {
                let expires = clock.now() + Duration::from_secs(60);
                tokens.add(
                    ids.token().reveal(),
                    Arc::clone(&grant),
                    clock.now(),
                    expires,
                );
            }
            clock.advance(Duration::from_secs(1));
        }
        let each = bytes(&tokens) / 6_000;
        assert!(each <= 150, "{each} bytes a live token");

        // Without another request, the sweep gives back what has expired.
        clock.advance(HOUR);
        (0..Tokens::SHARDS).for_each(|turn| tokens.sweep(turn, clock.now()));
        assert_eq!(bytes(&tokens), 0);
        let token = ids.token();
        tokens.add(token.reveal(), grant, clock.now(), clock.now() + HOUR);
        assert!(tokens.find(token.reveal(), clock.now()).is_some());
    }
}
