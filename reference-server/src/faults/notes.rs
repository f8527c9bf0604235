//! What faults remember of earlier exchanges.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Texts by their names, secrets among them. They are forgotten when all faults are turned off.
#[derive(Default)]
pub(super) struct Notes {
    /// Held for the moment of a look only.
    texts: Mutex<HashMap<String, String>>,
}

impl Notes {
    /// Most texts that are kept: beyond that, all are forgotten.
    const MOST: usize = 10_000;

    /// Remembers a text, in the place of the one of that name, which it returns.
    pub(super) fn take(&self, name: String, text: String) -> Option<String> {
        self.edit(|texts| {
            if texts.len() >= Self::MOST {
                texts.clear();
            }
            texts.insert(name, text)
        })
    }

    /// Returns the text of that name.
    pub(super) fn find(&self, name: &str) -> Option<String> {
        self.edit(|texts| texts.get(name).cloned())
    }

    /// Forgets the text of that name.
    pub(super) fn drop(&self, name: &str) {
        self.edit(|texts| texts.remove(name));
    }

    pub(super) fn forget(&self) {
        self.edit(HashMap::clear);
    }

    fn edit<T>(&self, edit: impl FnOnce(&mut HashMap<String, String>) -> T) -> T {
        edit(&mut self.texts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notes").finish_non_exhaustive()
    }
}
