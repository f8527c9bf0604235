//! Tokens whose digests end alike.

use std::mem::take;

use super::super::copies::Copies;
use super::super::digest::Digest;
use super::table::{Record, Table};
use crate::clock::Moment;

/// The tokens whose digests end alike: the youngest as they came, the others in a table.
///
/// A table of many tokens lies somewhere in memory that no processor has at hand, and whoever adds a token would wait for
/// it. So a token is put behind the one that came before, and when there are enough of these they go to the table
/// together, which takes hardly longer than one alone.
///
/// A table that is full is made anew, with what still lives of it and room for at least a quarter more: at the worst a
/// live token takes 64 bytes then, and an insertion moves five records in the long run.
#[derive(Default)]
pub(super) struct Shard {
    /// What was added last.
    young: Vec<Record>,
    table: Table,
}

impl Shard {
    /// The least room, so that a table with hardly any token is not made anew for each.
    pub(super) const LEAST: usize = 16;

    /// The most that wait for their place in the table: whoever looks for a token looks at all of them.
    const MOST_YOUNG: usize = 64;

    pub(super) fn add(&mut self, record: Record, now: Moment) {
        // They never take much beside the table.
        if self.young.len() >= (self.table.len() / 8).clamp(4, Self::MOST_YOUNG) {
            self.settle(now);
        }
        self.young.push(record);
    }

    /// Returns a record, be it expired.
    pub(super) fn get(&self, digest: &Digest) -> Option<&Record> {
        let young = self.young.iter().rev();
        let mut young = young.filter(|record| record.digest == *digest);
        young.next().or_else(|| self.table.get(digest))
    }

    pub(super) fn remove(&mut self, digest: &Digest) {
        self.young.retain(|record| record.digest != *digest);
        self.table.remove(digest);
    }

    /// Removes those that are not wanted.
    pub(super) fn retain(&mut self, is_wanted: impl Fn(&Record) -> bool) {
        self.young.retain(&is_wanted);
        self.table.retain(&is_wanted);
    }

    pub(super) fn records(&self) -> impl Iterator<Item = &Record> {
        self.table.records().chain(&self.young)
    }

    /// Gives back what tokens take that have expired or were revoked, if they are many.
    pub(super) fn sweep(&mut self, now: Moment) {
        match self.live(now) {
            0 => *self = Self::default(),
            live if Self::wanted(live) < self.table.room() / 4 * 3 => self.renew(now),
            _ => {}
        }
    }

    /// Returns a copy with as much room.
    pub(super) fn copied(&self, copies: &mut Copies) -> Self {
        let mut copy = |record: &Record| Record {
            grant: copies.grant(&record.grant),
            ..*record
        };
        Self {
            young: self.young.iter().map(&mut copy).collect(),
            table: self.table.copied(copy),
        }
    }

    /// Moves the young ones to the table.
    fn settle(&mut self, now: Moment) {
        if self.table.len() + self.young.len() > self.table.room() {
            return self.renew(now);
        }
        self.table.take(&mut self.young);
    }

    /// Moves what lives to a table of the right size.
    fn renew(&mut self, now: Moment) {
        let mut table = Table::with_room(Self::wanted(self.live(now)));
        let old = take(&mut self.table).into_records();
        for record in old.chain(take(&mut self.young)) {
            if record.expires > now {
                table.insert(record);
            }
        }
        self.table = table;
    }

    /// Returns the room of a new table, if so many tokens live.
    fn wanted(live: usize) -> usize {
        live + (live / 4).max(Self::LEAST)
    }

    fn live(&self, now: Moment) -> usize {
        self.records().filter(|record| record.expires > now).count()
    }

    /// Returns the bytes that it takes beside itself.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.young.capacity() * size_of::<Record>() + self.table.bytes()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::super::super::digest::digest;
    use super::super::super::grant::Grant;
    use super::*;
    use crate::clock::Clock;
    use crate::ids::Ids;

    /// What happens to a shard.
    #[derive(Debug, Clone)]
    enum Step {
        /// So many tokens of one of three clients come, that live for so many seconds.
        Add(usize, usize, u64),
        /// One of those that ever came is revoked, and some behind it.
        Remove(usize, usize),
        /// All of a client are.
        RemoveAllOf(usize),
        Pass(u64),
        Sweep,
        /// A copy takes its place.
        Copy,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (1..200_usize, 0..3_usize, 1..100_u64).prop_map(|(count, client, seconds)| Step::Add(count, client, seconds)),
            2 => (any::<usize>(), 1..60_usize).prop_map(|(first, count)| Step::Remove(first, count)),
            1 => (0..3_usize).prop_map(Step::RemoveAllOf),
            2 => (1..50_u64).prop_map(Step::Pass),
            1 => Just(Step::Sweep),
            1 => Just(Step::Copy),
        ]
    }

    /// What a plain list says of a token.
    struct Known {
        digest: Digest,
        client: usize,
        expires: Moment,
        is_revoked: bool,
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn it_knows_what_a_plain_list_knows(steps in prop::collection::vec(step(), 1..40)) {
            let (ids, clock) = (Ids::seeded(1), Clock::fixed());
            let readings = scope_lang::Readings::default();
            let grants: Vec<_> = (0..3).map(|_| Arc::new(Grant::new(ids.id(), ids.id(), "*:**", 60, readings))).collect();
            let (mut shard, mut known) = (Shard::default(), Vec::<Known>::new());
            for step in steps {
                let is_swept = matches!(step, Step::Sweep);
                match step {
                    Step::Add(count, client, seconds) => for _ in 0..count {
                        let digest = digest(&known.len().to_string());
                        let expires = clock.now() + Duration::from_secs(seconds);
                        shard.add(Record { digest, grant: Arc::clone(&grants[client]), expires }, clock.now());
                        known.push(Known { digest, client, expires, is_revoked: false });
                    },
                    Step::Remove(first, count) => if !known.is_empty() {
                        let first = first % known.len();
                        for token in known.iter_mut().skip(first).take(count) {
                            shard.remove(&token.digest);
                            token.is_revoked = true;
                        }
                    },
                    Step::RemoveAllOf(client) => {
                        let id = grants[client].client();
                        shard.retain(|record| record.grant.client() != id);
                        known.iter_mut().filter(|token| token.client == client).for_each(|token| token.is_revoked = true);
                    }
                    Step::Pass(seconds) => clock.advance(Duration::from_secs(seconds)),
                    Step::Sweep => shard.sweep(clock.now()),
                    Step::Copy => shard = shard.copied(&mut Copies::default()),
                }
                let lives = |token: &Known| !token.is_revoked && token.expires > clock.now();
                for token in &known {
                    let found = shard.get(&token.digest).filter(|record| record.expires > clock.now());
                    prop_assert_eq!(found.map(|record| record.expires), lives(token).then_some(token.expires));
                }
                let live = known.iter().filter(|token| lives(token)).count();
                prop_assert_eq!(shard.live(clock.now()), live);
                if is_swept {
                    // Three quarters of the room are used, and there may be a few young ones beside it.
                    let most = if live == 0 { 0 } else { live * 72 + 4096 };
                    prop_assert!(shard.bytes() <= most, "{} bytes of {live} tokens", shard.bytes());
                }
            }
        }
    }
}
