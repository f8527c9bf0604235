//! The form for many scopes: a hash table of prefixes.

use crate::Scope;

use super::grant::Grant;
use super::prefix::{self, Hasher, Lengths};
use super::tally::Tally;

/// Holds grants by the hash of their prefix: open addressing, at most half full.
///
/// Grants of one prefix stand behind one another, and of those that say the same only the first is
/// kept, so a look-up meets at most one grant a lane and reach however often a list repeats itself.
///
/// The first few grants on whole namespaces stand apart, since nearly every path is in `config`: comparing its six bytes
/// costs less than a look-up.
#[derive(Clone, Debug)]
pub(super) struct Table {
    namespaces: Vec<Grant>,
    slots: Box<[Option<Slot>]>,
    lengths: Lengths,
}

/// How many grants on namespaces stand apart: as many as a path can usefully be compared with one after the other.
const NAMESPACES: usize = 4;

#[derive(Clone, Copy, Debug)]
struct Slot {
    /// The upper half of the hash; the lower half chose the place.
    tag: u32,
    grant: Grant,
}

impl Table {
    pub(super) fn new(grants: &[Grant], scopes: &[Scope]) -> Self {
        let size = (2 * grants.len()).next_power_of_two();
        let mut table = Self {
            namespaces: Vec::new(),
            slots: vec![None; size].into(),
            lengths: Lengths::default(),
        };
        for grant in grants {
            table.insert(*grant, scopes);
        }
        table
    }

    fn insert(&mut self, grant: Grant, scopes: &[Scope]) {
        if !grant.prefix(scopes).contains(&b'/') {
            if self
                .namespaces
                .iter()
                .any(|known| known.repeats(grant, scopes))
            {
                return;
            }
            if self.namespaces.len() < NAMESPACES {
                self.namespaces.push(grant);
                return;
            }
        }
        let hash = prefix::hash(grant.prefix(scopes));
        let tag = tag(hash);
        let mut place = hash as usize;
        loop {
            place &= self.slots.len() - 1;
            match &mut self.slots[place] {
                Some(slot) if slot.tag == tag && slot.grant.repeats(grant, scopes) => return,
                Some(_) => place += 1,
                empty => {
                    *empty = Some(Slot { tag, grant });
                    self.lengths.insert(grant.len());
                    return;
                }
            }
        }
    }

    /// Counts what the grants say about a path.
    ///
    /// Never inlined, as that made the flat form twice as slow: 16 ns against 7 with one scope.
    #[inline(never)]
    pub(super) fn count(&self, scopes: &[Scope], path: &[u8], tally: &mut Tally) {
        for grant in &self.namespaces {
            if grant.reaches(path) && path[..grant.len()] == *grant.prefix(scopes) {
                grant.count_in(tally);
            }
        }
        let mut hasher = Hasher::new(path);
        self.lengths.visit_prefixes(path, |len| {
            self.look_up(hasher.hash_of(len), &path[..len], scopes, path, tally);
        });
    }

    #[inline]
    fn look_up(&self, hash: u64, head: &[u8], scopes: &[Scope], path: &[u8], tally: &mut Tally) {
        let tag = tag(hash);
        let mut place = hash as usize;
        while let Some(slot) = &self.slots[place & (self.slots.len() - 1)] {
            let grant = slot.grant;
            if slot.tag == tag && grant.reaches(path) && grant.prefix(scopes) == head {
                grant.count_in(tally);
            }
            place += 1;
        }
    }
}

#[inline]
const fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}
