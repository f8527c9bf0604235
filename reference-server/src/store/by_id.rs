//! Hashes of ids.

use std::hash::{BuildHasherDefault, Hasher};

/// Hashes what is an id, and so random enough, or what the server's owner chose: nobody else makes up ids.
#[derive(Default)]
pub(crate) struct ById(u64);

/// Builds such hashes.
pub(crate) type BuildById = BuildHasherDefault<ById>;

impl Hasher for ById {
    /// Folds a product of both halves, so that every bit of the id counts in every bit of the hash.
    fn write(&mut self, bytes: &[u8]) {
        const ODD: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xd1b5_4a32_d192_ed03];

        let (halves, _) = bytes.as_chunks::<8>();
        for (half, odd) in halves.iter().zip(ODD) {
            let mixed = self.0 ^ u64::from_le_bytes(*half) ^ odd;
            let product = u128::from(mixed) * u128::from(odd);
            self.0 = product as u64 ^ (product >> 64) as u64;
        }
    }

    /// An array announces its length first; all ids have the same.
    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::BuildHasher as _;

    use super::*;
    use crate::ids::Id;

    #[test]
    fn ids_that_are_counted_are_spread() {
        let hashes: Vec<u64> = (0..1000)
            .filter_map(|n| Id::parse(&format!("{n:08x}-0000-3000-9000-{n:012x}")))
            .map(|id| BuildById::default().hash_one(id))
            .collect();
        // A table takes its place from the lowest bits, and its marks from the highest.
        for shift in [0, 57] {
            let seen: HashSet<u64> = hashes.iter().map(|hash| (hash >> shift) & 0x7f).collect();
            assert!(seen.len() > 120, "{} of 128", seen.len());
        }
    }
}
