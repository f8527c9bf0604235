//! The form for a few scopes: every prefix in a row.

use crate::Scope;

use super::grant::Grant;
use super::tally::Tally;

const TAIL: usize = 8;

/// Holds grants in a row, to be compared one after the other.
#[derive(Clone, Debug)]
pub(super) struct Flat(Box<[Entry]>);

#[derive(Clone, Copy, Debug)]
struct Entry {
    grant: Grant,
    /// The last eight bytes of the prefix, where items of one collection differ; `None` where the
    /// prefix is shorter.
    tail: Option<[u8; TAIL]>,
}

impl Flat {
    pub(super) fn new(grants: &[Grant], scopes: &[Scope]) -> Self {
        let entry = |grant: &Grant| Entry {
            grant: *grant,
            tail: grant.prefix(scopes).last_chunk().copied(),
        };
        Self(grants.iter().map(entry).collect())
    }

    /// Counts what the grants say about a path.
    #[inline]
    pub(super) fn count(&self, scopes: &[Scope], path: &[u8], tally: &mut Tally) {
        for Entry { grant, tail } in &self.0 {
            if !grant.reaches(path) {
                continue;
            }
            let head = &path[..grant.len()];
            if tail.is_some_and(|tail| head.last_chunk() != Some(&tail)) {
                continue;
            }
            if head == grant.prefix(scopes) {
                grant.count_in(tally);
            }
        }
    }
}
