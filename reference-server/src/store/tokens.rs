//! The live tokens.

mod shard;
mod table;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::copies::{Copies, replace};
use super::digest::{Digest, digest};
use super::grant::Grant;
use crate::clock::Moment;
use crate::ids::{Id, Token};

use shard::Shard;
use table::Record;

/// The live tokens of all customers.
///
/// A token is a record of 32 bytes: half of its SHA-256 digest, when it expires, and the grant that it shares. The
/// token itself is not kept. Memory is bounded by the tokens that live at one time, whatever came before, and no request
/// waits for more than one of the [`shards`](Shard).
pub(crate) struct Tokens {
    shards: Box<[Mutex<Shard>]>,
}

impl Tokens {
    /// One for each value of the byte that chooses among them.
    const SHARDS: usize = 256;

    /// Shards that have the same turn to be swept: 32 turns and everybody had one.
    const SWEPT: usize = 8;

    /// Longest token that is looked up: no JWT of ours has more characters.
    const LONGEST: usize = 16 * 1024;

    /// Adds a token that works until it expires, or somebody revokes it.
    pub(crate) fn add(&self, token: &str, grant: Arc<Grant>, now: Moment, expires: Moment) {
        let digest = digest(token);
        let record = Record {
            digest,
            grant,
            expires,
        };
        self.shard(&digest).add(record, now);
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
        let record = shard.get(&digest)?;
        let works = record.expires > now && !record.grant.is_revoked();
        works.then(|| (Arc::clone(&record.grant), record.expires))
    }

    /// Revokes a token: nobody finds it from now on.
    pub(crate) fn revoke(&self, token: &str) {
        let digest = digest(token);
        self.shard(&digest).remove(&digest);
    }

    /// Revokes every token of a client.
    pub(crate) fn revoke_all_of(&self, client: Id) {
        for shard in &self.shards {
            lock(shard).retain(|record| record.grant.client() != client);
        }
    }

    /// Revokes what was given to clients in a session; takes as long as there are tokens.
    pub(crate) fn revoke_those_of(&self, session: Id) {
        for shard in &self.shards {
            for record in lock(shard).records() {
                if let Some(given) = record.grant.authorization()
                    && given.session == session
                {
                    given.revoked.set();
                }
            }
        }
    }

    /// Gives back what expired tokens of some shards take, if they are many. Turns go round: call it with 0, 1, 2, and so
    /// on, also when nobody asks for tokens.
    pub(crate) fn sweep(&self, turn: usize, now: Moment) {
        let first = turn % (Self::SHARDS / Self::SWEPT) * Self::SWEPT;
        for shard in self.shards.iter().skip(first).take(Self::SWEPT) {
            lock(shard).sweep(now);
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
        // A table takes the places from the first eight bytes, so the shard is chosen by another.
        lock(&self.shards[usize::from(digest[15])])
    }
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            shards: (0..Self::SHARDS).map(|_| Mutex::default()).collect(),
        }
    }
}

/// What a change leaves half done, by a defect only, is a table without some of its tokens: they are gone, which is safe.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
