//! Where in a text a secret stands.

use std::collections::BTreeSet;

/// How much of a secret is looked at before it is compared, in bytes; less if there is a shorter one.
const BEGINNING: usize = 8;

/// Finds secrets in texts: of those at the leftmost place the longest, so that one that begins with another leaves no tail behind.
///
/// There are tens of thousands of them in all their forms, and tokens are long: an automaton takes as long to build as a run to judge. So the
/// texts are looked through for what may be the beginning of one, and the rest is compared.
#[derive(Debug)]
pub(super) struct Search {
    beginnings: Beginnings,
    /// Sorted.
    secrets: Vec<String>,
}

impl Search {
    /// Returns what finds these; none of them is empty.
    pub(super) fn of(secrets: BTreeSet<String>) -> Self {
        Self {
            beginnings: Beginnings::of(&secrets),
            secrets: secrets.into_iter().collect(),
        }
    }

    /// Returns the text with `mask` in the place of every secret.
    pub(super) fn replace(&self, text: &str, mask: &str) -> String {
        let mut out = String::with_capacity(text.len());
        // Up to `kept`, everything is in `out`; from `at`, a secret is searched for.
        let (mut kept, mut at) = (0, 0);
        while let Some(start) = self.beginnings.find(text.as_bytes(), at) {
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

/// What secrets begin with, as a set that may hold more, but never less.
#[derive(Debug)]
struct Beginnings {
    /// How long they are, in bytes.
    length: usize,
    /// A bit for each hash.
    bits: Box<[u64]>,
}

impl Beginnings {
    /// Of 100,000 beginnings, one of forty others is taken for one of them.
    const HASH_BITS: u32 = 22;

    fn of(secrets: &BTreeSet<String>) -> Self {
        let shortest = secrets.iter().map(String::len).min();
        let mut beginnings = Self {
            length: shortest.map_or(BEGINNING, |shortest| shortest.clamp(1, BEGINNING)),
            bits: vec![0; 1 << (Self::HASH_BITS - 6)].into_boxed_slice(),
        };
        for secret in secrets {
            let (word, bit) = Self::place(&secret.as_bytes()[..beginnings.length]);
            beginnings.bits[word] |= bit;
        }
        beginnings
    }

    /// Returns the first place, from `at` on, where one may stand.
    fn find(&self, text: &[u8], at: usize) -> Option<usize> {
        let windows = text.get(at..)?.windows(self.length);
        windows
            .map(Self::place)
            .position(|(word, bit)| self.bits[word] & bit != 0)
            .map(|skipped| at + skipped)
    }

    fn place(beginning: &[u8]) -> (usize, u64) {
        // Odd, and with bits everywhere: the high bits of the product depend on all bytes.
        const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut bytes = [0; BEGINNING];
        bytes[..beginning.len()].copy_from_slice(beginning);
        let hash = u64::from_le_bytes(bytes).wrapping_mul(SPREAD) >> (64 - Self::HASH_BITS);
        let word = usize::try_from(hash >> 6).expect("a hash of 22 bits is an index");
        (word, 1 << (hash & 63))
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
            let search = Search::of(secrets);
            prop_assert_eq!(search.replace(&text, "*"), expected);
        }
    }

    #[test]
    fn what_only_begins_like_a_secret_is_left() {
        let secrets = ["eyJhbGciOiJSUzI1NiJ9.one", "eyJhbGciOiJSUzI1NiJ9.one.more"];
        let search = Search::of(secrets.map(str::to_owned).into());
        let text =
            "eyJhbGciOiJSUzI1NiJ9.two eyJhbGciOiJSUzI1NiJ9.one.mo eyJhbGciOiJSUzI1NiJ9.one.more";
        assert_eq!(
            search.replace(text, "***"),
            "eyJhbGciOiJSUzI1NiJ9.two ***.mo ***"
        );
    }
}
