//! What is kept of a code or a token: enough to recognise it, not to tell it.

use std::hash::Hasher;

use sha2::{Digest as _, Sha256};

/// 128 bits of a SHA-256 digest. Guessing a token that has a given one takes as long as guessing a 128-bit key.
pub(crate) type Digest = [u8; 16];

pub(crate) fn digest(text: &str) -> Digest {
    let whole: [u8; 32] = Sha256::digest(text).into();
    let (half, _) = whole
        .split_first_chunk()
        .expect("a SHA-256 digest has 32 bytes");
    *half
}

/// Takes the first eight bytes of a key that is a digest already, and so as good as a hash.
#[derive(Default)]
pub(crate) struct ByDigest(u64);

impl Hasher for ByDigest {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_ne_bytes(*first);
        }
    }

    /// An array announces its length first; all keys have the same.
    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
