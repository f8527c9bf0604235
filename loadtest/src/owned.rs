//! The objects that visits made at the target and have not removed yet.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// Holds their ids.
#[derive(Debug, Default)]
pub(crate) struct Owned(Mutex<BTreeSet<String>>);

impl Owned {
    /// Notes one that was made.
    pub(crate) fn add(&self, id: &str) {
        self.ids().insert(id.to_owned());
    }

    /// Notes that one was removed.
    pub(crate) fn remove(&self, id: &str) {
        self.ids().remove(id);
    }

    /// Returns those that are still there.
    pub(crate) fn left(&self) -> Vec<String> {
        self.ids().iter().cloned().collect()
    }

    fn ids(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
