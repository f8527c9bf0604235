//! Checks as rules.

use serde::Serialize;

use super::{Entry, Message};

/// SARIF 2.1.0, 3.49.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule<'r> {
    id: &'r str,
    short_description: Message,
    full_description: Message,
    help: Message,
    properties: Properties<'r>,
}

#[derive(Serialize)]
struct Properties<'r> {
    /// The clauses, which viewers offer to filter by.
    tags: &'r [&'r str],
}

impl<'r> Rule<'r> {
    pub(super) fn new(entry: &'r Entry) -> Self {
        let clauses: Vec<String> = entry.clauses.iter().map(|id| clause(id)).collect();
        let texts = Message::new(&clauses.join("\n"));
        Self {
            id: entry.id,
            short_description: Message::new(entry.title),
            full_description: Message::new(entry.title),
            help: texts,
            properties: Properties {
                tags: entry.clauses,
            },
        }
    }
}

/// Returns a clause in words; of one that is not documented only the id, as a user's own scenario may cite it.
fn clause(id: &str) -> String {
    match fixtures::clauses::find(id) {
        Some(clause) => format!("{id}: {} ({})", clause.text, clause.source),
        None => id.to_owned(),
    }
}
