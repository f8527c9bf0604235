//! Scenarios: checks that are data, in the OpenAPI Initiative's Arazzo format (1.0).
//!
//! | module | what it holds |
//! |---|---|
//! | [`mod@file`] | a file's text turned into checks |
//! | [`directory`] | the user's own files |
//! | `extensions` | what a workflow says about itself |
//! | `inputs` | what a workflow is handed |
//! | `fields` | refuses what the format does not know |
//! | `play` | a workflow against a target |
//! | `violated` | which clauses a miss violates |
//!
//! A workflow with `x-clauses` is a scenario and becomes a [`Check`]; the others are building blocks. The id is the file's
//! place and name, then the workflow's name in kebab case: `config.tokens.nothing-granted-is-useless`.
//!
//! `x-clauses` may also stand on a step and on a criterion, and then names some of the clauses that the scenario cites: a
//! miss there violates those. A miss of what names none violates the documented clauses of the scenario.

pub mod directory;
mod extensions;
mod fields;
pub mod file;
mod inputs;
mod play;
mod violated;

use std::sync::LazyLock;

use roas_arazzo::v1_1::Description;

use crate::check::Check;

/// One workflow that is a check.
#[derive(Debug)]
pub struct Scenario {
    workflow: String,
    /// The clauses that the check cites.
    cites: &'static [&'static str],
    /// The whole file: a workflow may call the others.
    description: &'static Description,
}

impl Scenario {
    /// Returns the workflow's name in the file.
    pub fn workflow(&self) -> &str {
        &self.workflow
    }
}

static EMBEDDED: LazyLock<Vec<Check>> = LazyLock::new(|| {
    fixtures::scenarios::all()
        .iter()
        .flat_map(|file| {
            file::read(file.path, file.text)
                .unwrap_or_else(|error| panic!("embedded scenario: {error}"))
        })
        .collect()
});

/// Returns the checks of the embedded scenario files.
pub fn embedded() -> &'static [Check] {
    &EMBEDDED
}
