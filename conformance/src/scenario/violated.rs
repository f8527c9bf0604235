//! Which clauses a step violates that did not hold.

use std::collections::BTreeMap;

use roas_arazzo::v1_1::step::Step;
use serde_json::Value;

use super::{Scenario, extensions};
use crate::weight;

impl Scenario {
    /// Returns the clauses that a step violates: those that each failing criterion names, else those that the step names,
    /// else what decides for the whole scenario. So does a step of a building block: what it asks is set-up.
    pub(super) fn violated(
        &self,
        workflow: &str,
        step: &str,
        is_failing: impl Fn(usize) -> bool,
    ) -> Vec<&'static str> {
        let own = self.step(workflow, step);
        let Some(step) = own.filter(|_| workflow == self.workflow) else {
            return weight::deciding(self.cites);
        };
        let of_step = self
            .named(step.extensions.as_ref())
            .unwrap_or_else(|| weight::deciding(self.cites));
        let mut violated = Vec::new();
        for (at, criterion) in step.success_criteria.iter().enumerate() {
            if !is_failing(at) {
                continue;
            }
            let named = self.named(criterion.extensions.as_ref());
            for clause in named.as_ref().unwrap_or(&of_step) {
                if !violated.contains(clause) {
                    violated.push(*clause);
                }
            }
        }
        if violated.is_empty() {
            of_step
        } else {
            violated
        }
    }

    /// Returns a step of the file.
    pub(super) fn step(&self, workflow: &str, step: &str) -> Option<&'static Step> {
        self.description
            .workflows
            .iter()
            .filter(|own| own.workflow_id == workflow)
            .flat_map(|own| &own.steps)
            .find(|own| own.step_id == step)
    }

    /// Returns what a step or a criterion names. The file was read, so what it names is cited.
    fn named(&self, says: Option<&BTreeMap<String, Value>>) -> Option<Vec<&'static str>> {
        extensions::narrower(says, self.cites).ok().flatten()
    }
}
