//! All repetitions of a load together.

use loadtest::{
    baseline::{Comparison, Repetition, Saved},
    figures::Figures,
    limit::{Hopeless, Limits},
    reports,
    setup::Setup,
};

use super::part::Part;

/// What all repetitions came to.
#[derive(Debug)]
pub(super) struct Whole {
    setup: Setup,
    repetitions: Vec<Repetition>,
    figures: Figures,
    violations: Vec<reports::Violation>,
    violated: u64,
    leftovers: Vec<String>,
    hopeless: Option<Hopeless>,
    is_stopped: bool,
    incomplete: Vec<String>,
}

impl Whole {
    /// Begins with none.
    pub(super) fn new(setup: Setup) -> Self {
        Self {
            setup,
            repetitions: Vec::new(),
            figures: Figures::default(),
            violations: Vec::new(),
            violated: 0,
            leftovers: Vec::new(),
            hopeless: None,
            is_stopped: false,
            incomplete: Vec::new(),
        }
    }

    /// Adds one, and tells whether another may follow.
    pub(super) fn add(&mut self, part: Part, yardstick: Option<f64>) -> bool {
        self.repetitions
            .push(Repetition::new(&part.figures, yardstick));
        let lasted = self.figures.elapsed + part.figures.elapsed;
        self.figures.merge(&part.figures);
        self.figures = std::mem::take(&mut self.figures).lasting(lasted);
        self.violations.extend(part.violations);
        self.violated += part.violated;
        self.leftovers.extend(part.leftovers);
        self.is_stopped = part.is_stopped;
        self.hopeless = part.hopeless;
        self.incomplete.extend(part.incomplete);
        !self.is_stopped && self.incomplete.is_empty()
    }

    /// Tells whether the load ended early.
    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped || self.is_incomplete()
    }

    /// Tells whether the figures are not those of the whole load.
    pub(super) fn is_incomplete(&self) -> bool {
        !self.incomplete.is_empty()
    }

    /// Tells whether the load was interrupted by a signal.
    pub(super) fn is_interrupted(&self) -> bool {
        self.is_stopped && self.hopeless.is_none() && !self.is_incomplete()
    }

    /// Returns how often something did not hold across requests.
    pub(super) fn violated(&self) -> u64 {
        self.violated
    }

    /// Returns what could not be removed.
    pub(super) fn leftovers(&self) -> &[String] {
        &self.leftovers
    }

    /// Returns what a later load is compared with.
    pub(super) fn saved(&self) -> Saved {
        Saved {
            setup: self.setup.clone(),
            repetitions: self.repetitions.clone(),
        }
    }

    /// Returns what is reported.
    pub(super) fn report(&self, limits: &Limits, comparison: Option<Comparison>) -> reports::Run {
        let mut notes: Vec<String> = self
            .leftovers
            .iter()
            .map(|what| match what.starts_with("the user") {
                // Nothing marks users but the control API that just refused.
                true => format!("left behind: {what}"),
                false => format!("left behind: {what}; `proofhouse sweep` removes it"),
            })
            .collect();
        let kept = self.violations.len() as u64;
        if self.violated > kept {
            notes.push(format!(
                "{} more violations are not shown",
                self.violated - kept
            ));
        }
        if self.repetitions.len() > 1 {
            notes.push("over time: the repetitions on top of each other".to_owned());
        }
        reports::Run {
            setup: self.setup.clone(),
            repetitions: self.repetitions.len(),
            figures: self.figures.clone(),
            judged: limits.judge(&self.figures),
            hopeless: self.hopeless.clone(),
            comparison,
            violations: self.violations.clone(),
            notes,
            is_interrupted: self.is_interrupted(),
            incomplete: self.incomplete.clone(),
        }
    }
}
