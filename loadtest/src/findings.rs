//! What was wrong with single answers: each kind with how often it came, and what requests it came to.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

/// The most kinds that are kept apart; a target that is wrong in more ways is wrong enough.
const MOST: usize = 100;

/// Counts what was wrong.
#[derive(Debug, Default)]
pub struct Findings {
    kinds: Mutex<BTreeMap<(&'static str, String), Finding>>,
}

/// One thing that was wrong with the answers to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The name of the request.
    pub request: &'static str,
    /// What was wrong, in words.
    pub what: String,
    /// How often.
    pub count: u64,
    /// When it was seen first, counted from the start of the load.
    pub first: Duration,
}

impl Findings {
    /// Counts one.
    pub(crate) fn add(&self, request: &'static str, what: &str, at: Duration) {
        let mut kinds = self
            .kinds
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let key = (request, what.to_owned());
        if !kinds.contains_key(&key) && kinds.len() >= MOST {
            return;
        }
        let finding = kinds.entry(key).or_insert_with(|| Finding {
            request,
            what: what.to_owned(),
            count: 0,
            first: at,
        });
        finding.count += 1;
    }

    /// Returns everything that was wrong, the most frequent first.
    pub fn all(&self) -> Vec<Finding> {
        let kinds = self
            .kinds
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut all: Vec<Finding> = kinds.values().cloned().collect();
        all.sort_by_key(|finding| std::cmp::Reverse(finding.count));
        all
    }
}
