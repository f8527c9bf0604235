//! What one scope says about one prefix of a path.

use crate::{Behaviour, Readings, Resource, Scope};

use super::tally::{Lane, Tally};

/// Holds what one scope says about the paths that begin with one prefix.
///
/// The prefix itself stays in the scope: the first [`len`](Self::len) bytes of its resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grant {
    scope: u32,
    len: u16,
    lane: Lane,
    reach: Reach,
}

/// Names which of the paths that begin with the prefix a grant speaks of, the broader first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// The prefix itself and all below it, by a wildcard.
    Wildcard,
    /// The prefix itself and all below it.
    Below,
    /// The prefix itself.
    Itself,
}

impl Grant {
    /// What the scope says about its own resource.
    pub(super) fn of(index: u32, scope: &Scope, readings: Readings) -> Self {
        let lane = match scope.behaviour() {
            Behaviour::Full => Lane::Full,
            Behaviour::Mutate => Lane::Mutate,
            Behaviour::Read => Lane::Read,
            Behaviour::Deny => Lane::Deny,
        };
        let resource = scope.resource();
        let reach = if resource.has_wildcard() {
            Reach::Wildcard
        } else if resource.is_bare() && !readings.bare_config_covers_below {
            Reach::Itself
        } else {
            Reach::Below
        };
        Self {
            scope: index,
            len: resource.prefix_len(),
            lane,
            reach,
        }
    }

    /// What a scope on an item says about its collection: that it may be listed.
    pub(super) fn of_list(index: u32, scope: &Scope) -> Option<Self> {
        let shows = matches!(scope.behaviour(), Behaviour::Full | Behaviour::Read);
        let collection = scope.resource().collection_len().filter(|_| shows)?;
        Some(Self {
            scope: index,
            len: collection,
            lane: Lane::Lists,
            reach: Reach::Itself,
        })
    }

    pub(super) fn len(self) -> usize {
        self.len.into()
    }

    pub(super) fn prefix(self, scopes: &[Scope]) -> &[u8] {
        let resource: &Resource = scopes[self.scope as usize].resource();
        &resource.as_str().as_bytes()[..self.len()]
    }

    /// Tells whether a path that begins with the prefix ends or goes on as this grant wants it.
    #[inline]
    pub(super) fn reaches(self, path: &[u8]) -> bool {
        match path.get(self.len()) {
            None => path.len() == self.len(),
            Some(next) => *next == b'/' && self.reach != Reach::Itself,
        }
    }

    /// Tells whether both say the same of the same paths, though by different scopes.
    pub(super) fn repeats(self, other: Self, scopes: &[Scope]) -> bool {
        (self.len, self.lane, self.reach) == (other.len, other.lane, other.reach)
            && self.prefix(scopes) == other.prefix(scopes)
    }

    #[inline]
    pub(super) fn count_in(self, tally: &mut Tally) {
        tally.count(self.lane, self.rank());
    }

    /// Orders the grants that speak of one path: the broader first, then by place in the list.
    #[inline]
    fn rank(self) -> u64 {
        let breadth = (u64::from(self.len) << 2) | self.reach as u64;
        (breadth << 32) | u64::from(self.scope)
    }
}
