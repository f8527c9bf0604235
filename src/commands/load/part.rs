//! What one repetition of a load came to, whoever made it.

use loadtest::{figures::Figures, limit::Hopeless, reports::Violation, run::Ran};

/// What one repetition came to.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) figures: Figures,
    /// How often something did not hold across requests.
    pub(super) violated: u64,
    /// The first of those.
    pub(super) violations: Vec<Violation>,
    /// What could not be removed.
    pub(super) leftovers: Vec<String>,
    /// Whether it ended early.
    pub(super) is_stopped: bool,
    /// The limit for which it ended early.
    pub(super) hopeless: Option<Hopeless>,
    /// Why the figures are not those of the whole load.
    pub(super) incomplete: Vec<String>,
}

impl Part {
    /// Takes what goose or the open model made.
    pub(super) fn of(ran: Ran, hopeless: Option<Hopeless>) -> Self {
        Self {
            figures: ran.figures,
            violated: ran.violated,
            violations: ran.violations.iter().map(Violation::from).collect(),
            leftovers: ran.leftovers,
            is_stopped: ran.is_stopped,
            hopeless,
            incomplete: Vec::new(),
        }
    }
}
