//! What all scopes that cover one path say together, and what follows from it.

use crate::{Method, Readings, Reason};

/// Names what a grant can say about a path: one of the four behaviours, or that a collection may
/// be listed because the token has a scope on one of its items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    Full,
    Mutate,
    Read,
    Deny,
    Lists,
}

/// Holds, for each lane, the lowest rank counted; the lower half of a rank is the scope's index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tally([u64; 5]);

const NONE: u64 = u64::MAX;

impl Default for Tally {
    fn default() -> Self {
        Self([NONE; 5])
    }
}

impl Tally {
    #[inline]
    pub(super) fn count(&mut self, lane: Lane, rank: u64) {
        let lowest = &mut self.0[lane as usize];
        *lowest = rank.min(*lowest);
    }

    /// Applies the precedence table of seed 001: the rule, and the index of the scope that decides.
    #[inline]
    pub(super) fn settle(
        &self,
        readings: Readings,
        method: Method,
        path: &str,
    ) -> (Reason, Option<usize>) {
        let [full, mutate, read, deny, lists] = self.0;
        let (reason, by) = if deny != NONE {
            return (Reason::Denied, scope_of(deny));
        } else if full != NONE {
            return (Reason::BehaviourAllows, scope_of(full));
        } else if mutate != NONE {
            match method {
                Method::Post => (mutate_posts(readings, path), mutate),
                Method::Patch => (Reason::BehaviourAllows, mutate),
                Method::Get if read != NONE && readings.plus_with_read => {
                    (Reason::ReadBesideMutate, read)
                }
                Method::Get if read != NONE => (Reason::MutateOverRead, mutate),
                _ => (Reason::BehaviourRefuses, mutate),
            }
        } else if read != NONE {
            match method {
                Method::Get => (Reason::BehaviourAllows, read),
                _ => (Reason::BehaviourRefuses, read),
            }
        } else {
            (Reason::NothingCovers, NONE)
        };
        if lists != NONE && method == Method::Get && !reason.allows() {
            return (Reason::ItemOpensList, scope_of(lists));
        }
        (reason, scope_of(by))
    }
}

fn mutate_posts(readings: Readings, path: &str) -> Reason {
    if !readings.plus_creates && path.bytes().filter(|byte| *byte == b'/').count() == 1 {
        return Reason::MutateCreatesNothing;
    }
    if !readings.plus_resets_secret && path.ends_with("/secret") {
        return Reason::MutateResetsNothing;
    }
    Reason::BehaviourAllows
}

#[inline]
fn scope_of(rank: u64) -> Option<usize> {
    (rank != NONE).then_some((rank & u64::from(u32::MAX)) as usize)
}
