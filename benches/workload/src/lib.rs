//! Lists of scopes of any length, and requests against them that hit, miss or are denied: what every bench decides on, ours and those of the rivals.

use std::fmt;

/// The lengths of list that are measured.
pub const SIZES: [usize; 4] = [1, 8, 64, 512];

/// The number of requests of one [`Workload`].
pub const REQUESTS: usize = 16;

/// Names what becomes of every request of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Allowed: a scope on the item covers it.
    Hit,
    /// Refused: the item is in no scope, though many of its neighbours are.
    Miss,
    /// Refused: one scope denies the item; wherever there is room, another allows everything.
    Deny,
}

impl Outcome {
    /// Lists the three.
    pub const ALL: [Self; 3] = [Self::Hit, Self::Miss, Self::Deny];
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Deny => "deny",
        })
    }
}

/// Holds a list of scopes, and paths that a GET under them has one outcome for.
///
/// The scopes are about items of the three collections of `config`, as a support person's token
/// has them; the paths are items, their secrets and other things below them, spread evenly over
/// the list, so that no form gains from always finding the same place.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The scopes, as texts.
    pub scopes: Vec<String>,
    /// The paths, relative to the customer.
    pub paths: [String; REQUESTS],
    /// What becomes of a GET on each path.
    pub outcome: Outcome,
}

impl Workload {
    /// Makes a list of `size` scopes, at least one, and requests with the outcome.
    ///
    /// ```
    /// use scope_workload::{Outcome, Workload};
    ///
    /// let workload = Workload::new(8, Outcome::Deny);
    /// assert_eq!(workload.scopes.len(), 8);
    /// assert_eq!(workload.scopes[0], "*:config/**");
    /// assert!(workload.scopes[1].starts_with("-:config/"));
    /// ```
    #[must_use]
    pub fn new(size: usize, outcome: Outcome) -> Self {
        let symbol = if outcome == Outcome::Deny { '-' } else { '*' };
        let mut scopes: Vec<String> = (0..size).map(|n| format!("{symbol}:{}", item(n))).collect();
        let mut listed = 0..size;
        if outcome == Outcome::Deny && size > 1 {
            "*:config/**".clone_into(&mut scopes[0]);
            listed.start = 1;
        }
        let paths = std::array::from_fn(|n| match outcome {
            Outcome::Miss => below(item(size + n), n),
            _ => below(item(listed.start + n * listed.len() / REQUESTS), n),
        });
        Self {
            scopes,
            paths,
            outcome,
        }
    }
}

/// The path of the `n`th item there is.
fn item(n: usize) -> String {
    let collection = ["clients", "loginPolicies", "tokenPolicies"][n % 3];
    // Spread over all digits, as identifiers drawn by chance are.
    let digits = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let (high, low) = (digits >> 32, digits & 0xffff_ffff);
    format!("config/{collection}/{high:08x}-7c11-4c39-9a51-{low:012x}")
}

/// The item itself, or something below it.
fn below(item: String, n: usize) -> String {
    match n % 4 {
        0 => item + "/secret",
        1 => item + "/pushClaims",
        _ => item,
    }
}

#[cfg(test)]
mod tests {
    use scope_lang::{Method, Readings, Reason, Scope, naive};

    use super::*;

    #[test]
    fn every_request_has_the_outcome_that_its_name_says() {
        for size in SIZES {
            for outcome in Outcome::ALL {
                let workload = Workload::new(size, outcome);
                let scopes: Vec<Scope> = workload
                    .scopes
                    .iter()
                    .map(|text| text.parse().expect("a scope"))
                    .collect();
                assert_eq!(scopes.len(), size);
                let expected = match outcome {
                    Outcome::Hit => Reason::BehaviourAllows,
                    Outcome::Miss => Reason::NothingCovers,
                    Outcome::Deny => Reason::Denied,
                };
                for path in &workload.paths {
                    let decision = naive::decide(&scopes, Readings::default(), Method::Get, path);
                    assert_eq!(decision.reason(), expected, "{size} {outcome} {path}");
                }
            }
        }
    }
}
