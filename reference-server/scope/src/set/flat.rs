//! The form for a few scopes: every prefix in a row.

use crate::Scope;

use super::grant::Grant;
use super::tally::Tally;

/// Holds grants in a row, to be compared one after the other.
#[derive(Clone, Debug)]
pub(super) struct Flat(Box<[Entry]>);

#[derive(Clone, Copy, Debug)]
struct Entry {
    grant: Grant,
    /// The last bytes of the prefix, where items of one collection differ.
    tail: u64,
}

impl Flat {
    pub(super) fn new(grants: &[Grant], scopes: &[Scope]) -> Self {
        let entry = |grant: &Grant| Entry {
            grant: *grant,
            tail: tail(grant.prefix(scopes)),
        };
        Self(grants.iter().map(entry).collect())
    }

    /// Counts what the grants say about a path.
    pub(super) fn count(&self, scopes: &[Scope], path: &[u8], tally: &mut Tally) {
        for entry in &self.0 {
            let grant = entry.grant;
            if !grant.reaches(path) {
                continue;
            }
            let head = &path[..grant.len()];
            if tail(head) == entry.tail && grant.prefix(scopes) == head {
                grant.count_in(tally);
            }
        }
    }
}

/// Gives the last eight bytes of a prefix as a number; zero for a shorter one.
#[inline]
fn tail(prefix: &[u8]) -> u64 {
    prefix
        .last_chunk()
        .map_or(0, |tail| u64::from_le_bytes(*tail))
}
