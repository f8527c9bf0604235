//! The live tokens.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use super::grant::Grant;
use crate::clock::Moment;
use crate::ids::Token;

/// The live tokens of all customers.
///
/// A token is a record of 32 bytes: half of its SHA-256 digest, when it expires, and the grant that it shares. The
/// token itself is not kept. A shard that is full first drops what has expired, and doubles only if more than three
/// quarters of it still live; a quarter of its room is then free again, so an insertion costs constant time in the
/// long run, and memory is bounded by the tokens that live at one time, whatever came before. What lies idle is
/// given back by [`Tokens::sweep`].
pub(crate) struct Tokens {
    shards: Box<[Mutex<Shard>]>,
}

/// 128 bits of a SHA-256 digest. Guessing a token that has a given one takes as long as guessing a 128-bit key.
type Digest = [u8; 16];

type Shard = HashMap<Digest, Record, BuildHasherDefault<ByDigest>>;

struct Record {
    grant: Arc<Grant>,
    expires: Moment,
}

impl Tokens {
    const SHARDS: usize = 64;

    /// Adds a token that works until it expires.
    pub(crate) fn add(&self, token: &Token, grant: Arc<Grant>, now: Moment, expires: Moment) {
        let digest = digest(token.reveal());
        let mut shard = self.shard(&digest);
        if shard.len() == shard.capacity() {
            let room = shard.capacity();
            shard.retain(|_, record| record.expires > now);
            if shard.len() > room / 4 * 3 {
                shard.reserve(room);
            }
        }
        shard.insert(digest, Record { grant, expires });
    }

    /// Returns the grant of a token that is known and has not expired.
    pub(crate) fn find(&self, token: &str, now: Moment) -> Option<Arc<Grant>> {
        if token.len() != Token::LENGTH {
            return None;
        }
        let digest = digest(token);
        let shard = self.shard(&digest);
        let record = shard.get(&digest)?;
        (record.expires > now).then(|| Arc::clone(&record.grant))
    }

    /// Drops what has expired from one shard, and gives back the room if little is left. Turns go round: call it with
    /// 0, 1, 2, and so on.
    pub(crate) fn sweep(&self, turn: usize, now: Moment) {
        let mut shard = lock(&self.shards[turn % Self::SHARDS]);
        shard.retain(|_, record| record.expires > now);
        if shard.len() < shard.capacity() / 4 {
            let room = shard.len() * 2;
            shard.shrink_to(room);
        }
    }

    fn shard(&self, digest: &Digest) -> MutexGuard<'_, Shard> {
        // The hash takes the first eight bytes, so the shard is chosen by another.
        lock(&self.shards[usize::from(digest[15]) % Self::SHARDS])
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

fn digest(token: &str) -> Digest {
    let whole: [u8; 32] = Sha256::digest(token).into();
    let (half, _) = whole
        .split_first_chunk()
        .expect("a SHA-256 digest has 32 bytes");
    *half
}

/// Takes the first eight bytes of a key that is a digest already, and so as good as a hash.
#[derive(Default)]
struct ByDigest(u64);

impl Hasher for ByDigest {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_ne_bytes(*first);
        }
    }

    /// An array announces its length first; all keys have the same.
    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
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
            "*:**",
            scope_lang::Readings::default(),
        ))
    }

    fn room(tokens: &Tokens) -> usize {
        tokens
            .shards
            .iter()
            .map(|shard| lock(shard).capacity())
            .sum()
    }

    #[test]
    fn a_token_works_until_the_moment_it_expires() {
        let (tokens, ids, clock) = (Tokens::default(), Ids::seeded(1), Clock::fixed());
        let token = ids.token();
        tokens.add(&token, grant(&ids), clock.now(), clock.now() + HOUR);
        assert!(tokens.find(token.reveal(), clock.now()).is_some());
        assert!(tokens.find(ids.token().reveal(), clock.now()).is_none());
        clock.advance(HOUR - Duration::from_millis(1));
        assert!(tokens.find(token.reveal(), clock.now()).is_some());
        clock.advance(Duration::from_millis(1));
        assert!(tokens.find(token.reveal(), clock.now()).is_none());
    }

    #[test]
    fn memory_is_bounded_by_what_lives_at_one_time() {
        let (tokens, ids, clock) = (Tokens::default(), Ids::seeded(2), Clock::fixed());
        let grant = grant(&ids);
        // 100 tokens a second that live for a minute: 6,000 at one time, of 60,000 in all.
        for _ in 0..600 {
            for _ in 0..100 {
                let expires = clock.now() + Duration::from_secs(60);
                tokens.add(&ids.token(), Arc::clone(&grant), clock.now(), expires);
            }
            clock.advance(Duration::from_secs(1));
        }
        assert!(
            room(&tokens) <= 6_000 * 3,
            "room for {} tokens",
            room(&tokens)
        );
        clock.advance(HOUR);
        (0..Tokens::SHARDS).for_each(|turn| tokens.sweep(turn, clock.now()));
        assert_eq!(room(&tokens), 0);
    }

    #[test]
    fn a_record_has_32_bytes() {
        assert_eq!(size_of::<(Digest, Record)>(), 32);
    }
}
