//! Where in a text a secret stands.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, Input, MatchKind};

/// How much of each secret the automaton knows, in bytes.
const BEGINNING: usize = 8;

/// Finds secrets in texts: of those at the leftmost place the longest, so that one that begins with another leaves no tail behind.
///
/// There are thousands of them, and tokens are long. An automaton of them all would have as many states as they have bytes, and would take as
/// long to build as a run to judge. So it knows how each of them begins, and the rest is looked up.
#[derive(Debug)]
pub(super) struct Search {
    beginnings: AhoCorasick,
    /// Sorted.
    secrets: Vec<String>,
}

impl Search {
    /// Returns what finds these, or `None` if there are too many.
    pub(super) fn of(secrets: BTreeSet<String>) -> Option<Self> {
        let beginnings: BTreeSet<&[u8]> = secrets
            .iter()
            .map(|secret| &secret.as_bytes()[..secret.len().min(BEGINNING)])
            .collect();
        let beginnings = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .build(beginnings);
        Some(Self {
            beginnings: beginnings.ok()?,
            secrets: secrets.into_iter().collect(),
        })
    }

    /// Returns the text with `mask` in the place of every secret.
    pub(super) fn replace(&self, text: &str, mask: &str) -> String {
        let mut out = String::new();
        // Up to `kept`, everything is in `out`; from `at`, a secret is searched for.
        let (mut kept, mut at) = (0, 0);
        while let Some(found) = self.beginnings.find(Input::new(text).range(at..)) {
            let start = found.start();
            match self.longest(&text.as_bytes()[start..]) {
                Some(length) => {
                    out.push_str(&text[kept..start]);
                    out.push_str(mask);
                    kept = start + length;
                    at = kept;
                }
                None => at = start + 1,
            }
        }
        out.push_str(&text[kept..]);
        out
    }

    /// Returns the length of the longest secret that the bytes begin with.
    fn longest(&self, bytes: &[u8]) -> Option<usize> {
        let mut bytes = bytes;
        loop {
            // What the bytes begin with is not behind them, and a longer one is behind a shorter one.
            let behind = self
                .secrets
                .partition_point(|secret| secret.as_bytes() <= bytes);
            let secret = self.secrets[..behind].last()?.as_bytes();
            let shared = secret.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            if shared == secret.len() {
                return Some(shared);
            }
            // Nothing stands between the two, so no secret has more of the bytes than they share.
            bytes = &bytes[..shared];
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Tries every secret at every place.
    fn naive(secrets: &BTreeSet<String>, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let here = secrets
                .iter()
                .filter(|secret| rest.starts_with(secret.as_str()));
            match here.map(String::len).max() {
                Some(length) => {
                    out.push('*');
                    rest = &rest[length..];
                }
                None => {
                    out.push(first);
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Few letters, so that secrets overlap, begin with each other and part late; one of two bytes, so that a beginning ends inside of it.
        #[test]
        fn it_finds_what_a_naive_search_finds(
            secrets in proptest::collection::btree_set("[abä]{1,20}", 0..20),
            places in proptest::collection::vec((any::<prop::sample::Index>(), "[abäc]{0,12}"), 0..12),
        ) {
            let secret = |place: &prop::sample::Index| match secrets.len() {
                0 => "",
                count => secrets.iter().nth(place.index(count)).map_or("", String::as_str),
            };
            let text: String = places
                .iter()
                .flat_map(|(place, between)| [secret(place), between])
                .collect();
            let expected = naive(&secrets, &text);
            let search = Search::of(secrets).expect("they are few");
            prop_assert_eq!(search.replace(&text, "*"), expected);
        }
    }

    #[test]
    fn what_only_begins_like_a_secret_is_left() {
        let secrets = ["eyJhbGciOiJSUzI1NiJ9.one", "eyJhbGciOiJSUzI1NiJ9.one.more"];
        let search = Search::of(secrets.map(str::to_owned).into()).expect("they are few");
        let text =
            "eyJhbGciOiJSUzI1NiJ9.two eyJhbGciOiJSUzI1NiJ9.one.mo eyJhbGciOiJSUzI1NiJ9.one.more";
        assert_eq!(
            search.replace(text, "***"),
            "eyJhbGciOiJSUzI1NiJ9.two ***.mo ***"
        );
    }
}
