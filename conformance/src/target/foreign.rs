//! Objects that were there before the run.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use percent_encoding::percent_decode_str;

/// Their ids, in small letters.
#[derive(Debug, Default)]
pub(super) struct Foreign(Mutex<BTreeSet<String>>);

impl Foreign {
    /// Remembers some.
    pub(super) fn add(&self, ids: impl IntoIterator<Item = String>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(ids.into_iter().map(|id| id.to_ascii_lowercase()));
    }

    /// Tells whether an object is one of them. A target may take an id in capitals, or percent-encoded, for the same.
    pub(super) fn has(&self, id: &str) -> bool {
        let plain = percent_decode_str(id).decode_utf8_lossy();
        let plain = plain.to_ascii_lowercase();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&plain)
    }
}
