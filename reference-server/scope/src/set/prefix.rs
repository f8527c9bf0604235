//! The prefixes of a path that end at a slash or at its end, each with its hash.
//!
//! The hash of a prefix is a sum over its eight-byte words, each multiplied and folded on its own:
//! one pass over the path gives the hashes of all its prefixes, and no multiplication waits for
//! the one before. It is no defence against chosen collisions, and need not be: a hit is compared
//! byte by byte, and a table full of collisions is no slower than a list.

use std::ops::ControlFlow;

const WORD: usize = 8;
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
const SPREAD: u64 = 0xd6e8_feb8_6659_fd93;

/// Gives the hash of one whole prefix.
pub(super) fn hash(prefix: &[u8]) -> u64 {
    let (words, rest) = prefix.as_chunks::<WORD>();
    let mut sum = 0_u64;
    for (place, word) in (0_u64..).zip(words) {
        sum = sum.wrapping_add(mix(u64::from_le_bytes(*word), place));
    }
    let last = mix(partial(prefix, rest), words.len() as u64);
    finish(sum.wrapping_add(last), prefix.len())
}

/// Visits the prefixes of a path from the shortest to the longest, those whose length is in
/// `lengths`, each by its length and [`hash`].
#[inline]
pub(super) fn visit(
    path: &[u8],
    lengths: Lengths,
    mut each: impl FnMut(usize, u64) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (words, rest) = path.as_chunks::<WORD>();
    let mut sum = 0_u64;
    let mut start = 0;
    for (place, word) in (0_u64..).zip(words) {
        if start > lengths.longest {
            return ControlFlow::Continue(());
        }
        let word = u64::from_le_bytes(*word);
        in_word(word, slashes(word), place, sum, lengths, &mut each)?;
        sum = sum.wrapping_add(mix(word, place));
        start += WORD;
    }
    let word = partial(path, rest);
    // The end of the path counts as a slash.
    let ends = slashes(word) | 0x80 << (8 * rest.len());
    in_word(word, ends, words.len() as u64, sum, lengths, &mut each)
}

/// Visits the prefixes that end before the bytes marked in `ends`.
#[inline]
fn in_word(
    word: u64,
    mut ends: u64,
    place: u64,
    sum: u64,
    lengths: Lengths,
    each: &mut impl FnMut(usize, u64) -> ControlFlow<()>,
) -> ControlFlow<()> {
    while ends != 0 {
        let bytes = ends.trailing_zeros() as usize / 8;
        let len = place as usize * WORD + bytes;
        if lengths.may_contain(len) {
            let head = word & ((1 << (8 * bytes)) - 1);
            each(len, finish(sum.wrapping_add(mix(head, place)), len))?;
        }
        ends &= ends - 1;
    }
    ControlFlow::Continue(())
}

/// Holds the lengths of the prefixes in a table, so that most slashes of a path need no look-up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lengths {
    /// One bit a length, modulo 64.
    seen: u64,
    longest: usize,
}

impl Lengths {
    pub(super) fn insert(&mut self, len: usize) {
        self.seen |= 1 << (len % 64);
        self.longest = self.longest.max(len);
    }

    #[inline]
    fn may_contain(self, len: usize) -> bool {
        self.seen >> (len % 64) & 1 != 0
    }
}

/// Reads the fewer than eight bytes that remain after the last whole word, zeros behind them.
#[inline]
fn partial(whole: &[u8], rest: &[u8]) -> u64 {
    if let Some(last) = whole.last_chunk::<WORD>() {
        // The last eight bytes at once, and those shifted out that belong to the word before.
        let shift = 8 * (WORD - rest.len()) as u32;
        return u64::from_le_bytes(*last).checked_shr(shift).unwrap_or(0);
    }
    rest.iter()
        .rev()
        .fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// Marks the highest bit of every byte that is a slash.
#[inline]
const fn slashes(word: u64) -> u64 {
    const LOW: u64 = u64::from_ne_bytes([0x7f; WORD]);
    let differs = word ^ u64::from_ne_bytes([b'/'; WORD]);
    !(((differs & LOW) + LOW) | differs | LOW)
}

#[inline]
const fn mix(word: u64, place: u64) -> u64 {
    fold(word ^ STEP.wrapping_mul(place + 1))
}

#[inline]
const fn finish(sum: u64, len: usize) -> u64 {
    fold(sum ^ STEP.wrapping_mul(len as u64))
}

/// Multiplies to 128 bits and folds the halves together, so that every bit counts.
#[inline]
const fn fold(word: u64) -> u64 {
    let product = word as u128 * SPREAD as u128;
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn all_lengths() -> Lengths {
        Lengths {
            seen: u64::MAX,
            longest: usize::MAX,
        }
    }

    proptest! {
        #[test]
        fn one_pass_gives_the_hash_of_every_prefix(path in "[a-c/]{0,40}") {
            let mut visited = Vec::new();
            let flow = visit(path.as_bytes(), all_lengths(), |len, hash| {
                visited.push((len, hash));
                ControlFlow::Continue(())
            });
            prop_assert_eq!(flow, ControlFlow::Continue(()));
            let slashes = path.match_indices('/').map(|(at, _)| at);
            let expected: Vec<_> = slashes
                .chain([path.len()])
                .map(|len| (len, hash(&path.as_bytes()[..len])))
                .collect();
            prop_assert_eq!(visited, expected);
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
        assert_ne!(hash(b"config"), hash(b"config\0"), "the length counts");
    }

    #[test]
    fn a_long_path_is_left_at_the_longest_prefix() {
        let mut lengths = Lengths::default();
        lengths.insert(6);
        let path = format!("config{}", "/x".repeat(5000));
        let mut visits = 0;
        let flow = visit(path.as_bytes(), lengths, |len, _| {
            visits += usize::from(len < 16);
            assert!(len < 16, "went on to {len}");
            ControlFlow::Continue(())
        });
        assert_eq!((flow, visits), (ControlFlow::Continue(()), 1));
    }
}
