//! Masking by value: whatever is known to be secret, in every encoding.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use serde_json::Value;

use super::search::Search;
use super::{MASK, encodings, structure};

/// The shortest value that is learnt from the wire, in bytes. A target that calls `a` a secret must not blank the report.
const SHORTEST_LEARNT: usize = 8;

/// How many values are remembered: a hostile target invents them without end.
const MOST: usize = 20_000;

/// Remembers what is secret and takes it out of texts.
///
/// ```
/// use conformance::mask::Masks;
///
/// let masks = Masks::default();
/// masks.add("s3cret/word");
/// let text = masks.compile().text("?x=s3cret%2Fword&y=s3cret/word");
/// assert_eq!(text, "?x=***&y=***");
/// ```
#[derive(Debug, Default)]
pub struct Masks {
    /// Written on the way, read at the end; never held across an await.
    values: Mutex<BTreeSet<String>>,
}

impl Masks {
    /// Remembers a value; an empty one is nothing to hide.
    pub fn add(&self, secret: &str) {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        if !secret.is_empty() && values.len() < MOST {
            values.insert(secret.to_owned());
        }
    }

    /// Remembers every string under a secret name in a JSON value from the wire.
    pub fn learn(&self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::String(text)
                            if structure::is_secret_name(name) && text.len() >= SHORTEST_LEARNT =>
                        {
                            self.add(text);
                        }
                        other => self.learn(other),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            _ => {}
        }
    }

    /// Returns what takes everything remembered so far out of texts.
    pub fn compile(&self) -> Compiled {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let forms: BTreeSet<String> = values
            .iter()
            .flat_map(|value| encodings::of(value))
            .collect();
        Compiled(Search::of(forms))
    }
}

/// Takes secrets out of texts.
#[derive(Debug)]
pub struct Compiled(Search);

impl Compiled {
    /// Returns a text in which every secret is masked.
    pub fn text(&self, text: &str) -> String {
        self.0.replace(text, MASK)
    }

    /// Returns a JSON value in which every secret is masked, by name and by value, in names as well.
    pub fn json(&self, value: &Value) -> Value {
        self.within(&structure::json_members(value))
    }

    fn within(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.within(item)).collect())
            }
            Value::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(name, member)| (self.text(name), self.within(member)))
                    .collect(),
            ),
            other => other.clone(),
        }
    }
}
