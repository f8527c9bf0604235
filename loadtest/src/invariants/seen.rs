//! What was seen before, in bounded memory.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, BuildHasherDefault, Hasher, RandomState},
    sync::{Mutex, PoisonError},
};

/// Shards, so that visits on different threads seldom meet.
const SHARDS: usize = 64;

/// Values in one generation of one shard: 64 shards of two generations hold 4 to 8 million values in some 150 MB at most.
const GENERATION: usize = 65_536;

/// Remembers what it saw by 64-bit fingerprints under keys of its own: among the millions that it holds, two different values
/// meet less than once in 100,000 runs. When full, it forgets the oldest half.
#[derive(Debug)]
pub(super) struct Seen {
    keys: RandomState,
    shards: Vec<Mutex<Shard>>,
    generation: usize,
}

#[derive(Debug, Default)]
struct Shard {
    young: HashSet<u64, BuildHasherDefault<AsItIs>>,
    old: HashSet<u64, BuildHasherDefault<AsItIs>>,
}

impl Default for Seen {
    fn default() -> Self {
        Self::of(GENERATION)
    }
}

impl Seen {
    fn of(generation: usize) -> Self {
        Self {
            keys: RandomState::new(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            generation,
        }
    }

    /// Remembers a value, and tells whether it was not seen before.
    pub(super) fn is_new(&self, value: &str) -> bool {
        let hash = self.keys.hash_one(value);
        let shard = &self.shards[(hash >> 32) as usize % SHARDS];
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if shard.young.len() >= self.generation {
            shard.old = std::mem::take(&mut shard.young);
        }
        !shard.old.contains(&hash) && shard.young.insert(hash)
    }
}

/// A fingerprint is a hash already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_new_once() {
        let seen = Seen::default();
        assert!(seen.is_new("a") && seen.is_new("b"));
        assert!(!seen.is_new("a") && !seen.is_new("b"));
    }

    #[test]
    fn memory_is_bounded_and_the_newest_are_kept() {
        let seen = Seen::of(100);
        let values: Vec<String> = (0..100_000)
            .map(|number| format!("value {number}"))
            .collect();
        assert!(values.iter().all(|value| seen.is_new(value)));
        let held: usize = seen
            .shards
            .iter()
            .map(|shard| {
                let shard = shard.lock().expect("no test panicked with it");
                shard.young.len() + shard.old.len()
            })
            .sum();
        assert!(held <= SHARDS * 200, "{held} values are held");
        assert!(
            values
                .iter()
                .rev()
                .take(1000)
                .all(|value| !seen.is_new(value))
        );
        assert!(seen.is_new("value 0"), "the oldest is forgotten");
    }
}
