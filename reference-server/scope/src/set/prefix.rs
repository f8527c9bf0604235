//! The prefixes of a path that end at a slash or at its end, each with its hash.
//!
//! A hash takes in the prefix eight bytes at a time. Each word is multiplied on its own, so that no
//! multiplication waits for the one before, and the results are rotated into one another. It is no
//! defence against chosen collisions, and need not be: a hit is compared byte by byte, and a table
//! full of collisions is no slower than a list.

const WORD: usize = 8;

/// Gives the hash of one whole prefix.
#[inline]
pub(super) fn hash(prefix: &[u8]) -> u64 {
    Hasher::new(prefix).hash_of(prefix.len())
}

/// Gives the hashes of longer and longer prefixes of one path, reading each word once.
pub(super) struct Hasher<'a> {
    words: &'a [[u8; WORD]],
    /// What remains of the path after the last whole word.
    last: u64,
    /// The number of words taken in.
    done: usize,
    state: u64,
}

impl<'a> Hasher<'a> {
    #[inline]
    pub(super) fn new(path: &'a [u8]) -> Self {
        let (words, rest) = path.as_chunks();
        Self {
            words,
            last: partial(path, rest),
            done: 0,
            state: 0,
        }
    }

    /// Gives the hash of the first `len` bytes: at most all, and no fewer than the time before.
    #[inline]
    pub(super) fn hash_of(&mut self, len: usize) -> u64 {
        let whole = len / WORD;
        for word in self.words.get(self.done..whole).unwrap_or_default() {
            self.state = take_in(self.state, u64::from_le_bytes(*word));
        }
        self.done = whole;
        let word = self
            .words
            .get(whole)
            .map_or(self.last, |word| u64::from_le_bytes(*word));
        take_in(self.state, word & ((1 << (8 * (len % WORD))) - 1))
    }
}

/// Reads the fewer than eight bytes that remain after the last whole word, zeros behind them.
#[inline]
fn partial(path: &[u8], rest: &[u8]) -> u64 {
    if let Some(last) = path.last_chunk::<WORD>() {
        // The last eight bytes at once, and those shifted out that belong to the word before.
        let shift = 8 * (WORD - rest.len()) as u32;
        return u64::from_le_bytes(*last).checked_shr(shift).unwrap_or(0);
    }
    rest.iter()
        .rev()
        .fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// Multiplies a word to 128 bits and folds the halves together, so that every bit counts.
#[inline]
const fn take_in(state: u64, word: u64) -> u64 {
    let product = (word ^ 0x9e37_79b9_7f4a_7c15) as u128 * 0xd6e8_feb8_6659_fd93;
    state.rotate_left(23) ^ product as u64 ^ (product >> 64) as u64
}

/// Holds the lengths of the prefixes in a table, modulo 64, one bit a length.
///
/// Scopes have few lengths between them, so there are few places of a path to look at for a slash,
/// at worst each of its bytes; and most slashes need no look-up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lengths {
    seen: u64,
    longest: usize,
}

impl Lengths {
    #[inline]
    pub(super) fn insert(&mut self, len: usize) {
        self.seen |= 1 << (len % 64);
        self.longest = self.longest.max(len);
    }

    /// Visits the lengths of those prefixes of a path that can be in the table, shortest first.
    #[inline]
    pub(super) fn visit_prefixes(self, path: &[u8], mut visit: impl FnMut(usize)) {
        for block in (0..=path.len().min(self.longest)).step_by(64) {
            let mut places = self.seen;
            while places != 0 {
                let len = block + places.trailing_zeros() as usize;
                places &= places - 1;
                if path
                    .get(len)
                    .map_or(path.len() == len, |next| *next == b'/')
                {
                    visit(len);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn prefixes(lengths: Lengths, path: &str) -> Vec<usize> {
        let mut found = Vec::new();
        lengths.visit_prefixes(path.as_bytes(), |len| found.push(len));
        found
    }

    proptest! {
        #[test]
        fn all_ends_are_found_in_order(path in "[a-c/]{0,200}") {
            let all = Lengths { seen: u64::MAX, longest: usize::MAX };
            let slashes = path.match_indices('/').map(|(at, _)| at);
            prop_assert_eq!(prefixes(all, &path), slashes.chain([path.len()]).collect::<Vec<_>>());
        }

        #[test]
        fn one_pass_gives_the_hash_of_every_prefix(path in "[a-c/]{0,40}", step in 1_usize..20) {
            let mut hasher = Hasher::new(path.as_bytes());
            for len in (0..=path.len()).step_by(step) {
                prop_assert_eq!(hasher.hash_of(len), hash(&path.as_bytes()[..len]));
            }
        }
    }

    #[test]
    fn like_prefixes_hash_apart() {
        let mut seen = HashSet::new();
        for n in 0..1000 {
            for collection in ["clients", "loginPolicies"] {
                for below in ["", "/secret", "/pushClaims"] {
                    let prefix = format!("config/{collection}/6d1f0b8a-7c11-{n:04}-9a51{below}");
                    assert!(seen.insert(hash(prefix.as_bytes()) >> 20), "{prefix}");
                }
            }
        }
    }

    #[test]
    fn a_long_path_is_left_at_the_longest_prefix() {
        let mut lengths = Lengths::default();
        lengths.insert(6);
        lengths.insert(70);
        let path = format!("config{}", "/xxxxxxx".repeat(5000));
        assert_eq!(prefixes(lengths, &path), [6, 70]);
        assert!(prefixes(lengths, "webhooks/events").is_empty());
    }
}
