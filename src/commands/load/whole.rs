//! All repetitions of a load together.

use loadtest::{
    baseline::{Comparison, Repetition, Saved},
    figures::Figures,
    invariants::Violation,
    limit::{Hopeless, Limits},
    reports,
    run::Ran,
    setup::Setup,
};

/// What all repetitions came to.
#[derive(Debug)]
pub(super) struct Whole {
    setup: Setup,
    repetitions: Vec<Repetition>,
    figures: Figures,
    violations: Vec<Violation>,
    violated: u64,
    leftovers: Vec<String>,
    hopeless: Option<Hopeless>,
    is_stopped: bool,
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
        }
    }

    /// Adds one, and tells whether another may follow.
    pub(super) fn add(
        &mut self,
        ran: Ran,
        hopeless: Option<Hopeless>,
        yardstick: Option<f64>,
    ) -> bool {
        self.repetitions
            .push(Repetition::new(&ran.figures, yardstick));
        let lasted = self.figures.elapsed + ran.figures.elapsed;
        self.figures.merge(&ran.figures);
        self.figures = std::mem::take(&mut self.figures).lasting(lasted);
        self.violations.extend(ran.violations);
        self.violated += ran.violated;
        self.leftovers.extend(ran.leftovers);
        self.is_stopped = ran.is_stopped;
        self.hopeless = hopeless;
        !self.is_stopped
    }

    /// Tells whether the load ended early.
    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Tells whether the load was interrupted by a signal.
    pub(super) fn is_interrupted(&self) -> bool {
        self.is_stopped && self.hopeless.is_none()
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
            violations: self.violations.iter().map(told).collect(),
            notes,
            is_interrupted: self.is_interrupted(),
        }
    }
}

fn told(violation: &Violation) -> reports::Violation {
    reports::Violation {
        what: violation.rule.as_str().to_owned(),
        evidence: format!(
            "`{}` after {:.3} s: {}",
            violation.request,
            violation.at.as_secs_f64(),
            violation.told
        ),
    }
}
