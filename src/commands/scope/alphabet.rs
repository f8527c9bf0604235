//! The small world in which every case is tried.

use scope_lang::{Behaviour, Resource, Scope};

/// The deepest path that there are names for.
pub(super) const DEEPEST: usize = 6;

/// One way down; scopes are about the places on it.
const WAY: [&str; DEEPEST] = ["config", "clients", "a", "secret", "x", "y"];

/// Where a path leaves the way, one at each level; some are the start of the name on it.
const ASIDE: [&str; DEEPEST] = ["conf", "tokenPolicies", "b", "pushClaims", "z", "z"];

/// Gives every scope there is down to a depth: each behaviour on each place, with `**` and without.
pub(super) fn scopes(depth: usize) -> Vec<Scope> {
    let places = (1..=depth).map(|level| WAY[..level].join("/"));
    let resources = places.flat_map(|place| [format!("{place}/**"), place]);
    let resources = ["**".to_owned()].into_iter().chain(resources);
    let resources: Vec<Resource> = resources
        .map(|text| text.parse().expect("names between slashes"))
        .collect();
    let of = |behaviour| {
        resources
            .iter()
            .map(move |resource| Scope::new(behaviour, resource.clone()))
    };
    Behaviour::ALL.into_iter().flat_map(of).collect()
}

/// Gives every path there is down to a depth: each place on the way, each one aside of it, and
/// three odd ones.
pub(super) fn paths(depth: usize) -> Vec<String> {
    let on = (1..=depth).map(|level| WAY[..level].join("/"));
    let aside = (0..depth).map(|level| [&WAY[..level], &[ASIDE[level]]].concat().join("/"));
    let odd = ["", "/config", "config//clients"].map(str::to_owned);
    on.chain(aside).chain(odd).collect()
}

/// Gives every set of at most `size` of the scopes, the empty one first.
pub(super) fn sets(scopes: &[Scope], size: usize) -> Vec<Vec<Scope>> {
    // Each with the place from which it may still grow, so that none comes twice.
    let mut sets = vec![(Vec::new(), 0)];
    let mut smaller = 0;
    for _ in 0..size {
        let grown = sets.len();
        for index in smaller..grown {
            let (set, from) = sets[index].clone();
            for (place, scope) in scopes.iter().enumerate().skip(from) {
                let larger = set.iter().chain([scope]).cloned().collect();
                sets.push((larger, place + 1));
            }
        }
        smaller = grown;
    }
    sets.into_iter().map(|(set, _)| set).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_set_comes_once() {
        let scopes = scopes(2);
        assert_eq!(scopes.len(), 4 * 5);
        let sets = sets(&scopes, 3);
        assert_eq!(sets.len(), 1 + 20 + 190 + 1140);
        assert_eq!(sets.iter().collect::<HashSet<_>>().len(), sets.len());
        assert!(
            sets.iter()
                .all(|set| set.iter().collect::<HashSet<_>>().len() == set.len())
        );
    }

    #[test]
    fn depth_is_the_number_of_segments() {
        let deepest = |depth| {
            paths(depth)
                .iter()
                .map(|path| path.split('/').count())
                .max()
        };
        assert_eq!((deepest(4), deepest(DEEPEST)), (Some(4), Some(6)));
        let paths = paths(4);
        assert!(paths.iter().any(|path| path == "config/clients/a/secret"));
        assert!(paths.iter().any(|path| path == "config/clients/b"));
    }
}
