//! Mixes: which journeys are made, how often, by how many, and for how long.
//!
//! | module | what it holds |
//! |---|---|
//! | [`mod@file`] | a mix as it is written |
//! | [`shape`] | how the load rises and falls |
//! | [`span`] | times as people write them |
//!
//! Five have names: `smoke`, `steady`, `spike`, `soak`, `webhooks`. A file of the user's own is written as they are.

pub mod file;
pub mod shape;
pub mod span;

use std::{path::Path, time::Duration};

use crate::{
    journeys::{Journey, Need},
    target::Target,
};
pub use file::MixError;
pub use shape::Shape;

/// The mixes that have names, with their texts.
pub const NAMED: &[(&str, &str)] = &[
    ("smoke", include_str!("../../mixes/smoke.toml")),
    ("steady", include_str!("../../mixes/steady.toml")),
    ("spike", include_str!("../../mixes/spike.toml")),
    ("soak", include_str!("../../mixes/soak.toml")),
    ("webhooks", include_str!("../../mixes/webhooks.toml")),
];

/// Which journeys are made, how often, by how many, and for how long.
#[derive(Debug, Clone)]
pub struct Mix {
    /// What it is called: its name, or that of its file.
    pub name: String,
    /// What it is for, in one line.
    pub about: String,
    /// How many users there are at a time; where journeys arrive at a rate, how many may be under way at a time.
    pub users: usize,
    /// How long it takes.
    pub duration: Duration,
    /// How many journeys begin in a second, whatever became of those before; none where every user begins the next one when the
    /// one before is over.
    pub arrivals: Option<f64>,
    /// The journeys with their weights, from 1 on.
    pub journeys: Vec<(&'static Journey, u32)>,
    /// How the load rises and falls.
    pub shape: Shape,
}

impl Mix {
    /// Returns the mix of that name, else reads the file.
    ///
    /// ```
    /// let mix = loadtest::mix::Mix::find("webhooks").expect("it is one of the five");
    /// assert_eq!(mix.journeys.len(), 1);
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no such name and no such file, or the file is not a mix: with line and field.
    pub fn find(name: &str) -> Result<Self, MixError> {
        match NAMED.iter().find(|(known, _)| *known == name) {
            Some((known, text)) => file::parse(known, text),
            None => file::read(Path::new(name)),
        }
    }

    /// Leaves out the journeys that a target does not offer, and returns them with what it lacks.
    pub fn fit(&mut self, target: &Target) -> Vec<(&'static Journey, Need)> {
        let lacking: Vec<_> = self
            .journeys
            .iter()
            .filter_map(|(journey, _)| Some((*journey, journey.lacks(target)?)))
            .collect();
        self.journeys
            .retain(|(journey, _)| journey.lacks(target).is_none());
        lacking
    }

    /// Leaves out the journeys that need listeners of the load's own, and returns them: at the end the target's clock is moved for
    /// them, and whoever else loads it would notice.
    pub fn without_listeners(&mut self) -> Vec<&'static Journey> {
        let (left_out, kept) = std::mem::take(&mut self.journeys)
            .into_iter()
            .partition(|(journey, _)| journey.needs_listeners());
        self.journeys = kept;
        let left_out: Vec<(&'static Journey, u32)> = left_out;
        left_out.into_iter().map(|(journey, _)| journey).collect()
    }

    /// Returns the journey on which a number from 0 to [`Mix::weight`] falls, by the weights.
    pub(crate) fn at(&self, number: u64) -> Option<&'static Journey> {
        let mut number = number;
        for (journey, weight) in &self.journeys {
            match number.checked_sub(u64::from(*weight)) {
                Some(rest) => number = rest,
                None => return Some(journey),
            }
        }
        None
    }

    /// Returns the sum of the weights.
    pub(crate) fn weight(&self) -> u64 {
        self.journeys
            .iter()
            .map(|(_, weight)| u64::from(*weight))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_mixes_can_be_read() {
        for (name, _) in NAMED {
            let mix = Mix::find(name).expect("a mix of our own is right");
            assert_eq!(mix.name, *name);
            assert!(!mix.about.is_empty() && mix.weight() > 0);
        }
    }

    #[test]
    fn the_schema_knows_what_a_mix_is() {
        let schema = fixtures::schemas::find("mix").expect("mixes have a schema");
        let schema: serde_json::Value = serde_json::from_str(schema.text).expect("it is JSON");
        let validator = jsonschema::validator_for(&schema).expect("it is a schema");
        for (name, text) in NAMED {
            let mix: serde_json::Value = toml::from_str(text).expect("it is TOML");
            assert!(validator.is_valid(&mix), "{name}");
            let mut wrong = mix.clone();
            wrong["journeys"]["no-such-journey"] = 1.into();
            assert!(!validator.is_valid(&wrong), "{name}");
        }
        let known = &schema["properties"]["journeys"]["properties"];
        let known: Vec<&str> = known
            .as_object()
            .expect("journeys have names")
            .keys()
            .map(String::as_str)
            .collect();
        let mut all: Vec<&str> = crate::journeys::ALL
            .iter()
            .map(|journey| journey.name)
            .collect();
        all.sort_unstable();
        assert_eq!(known, all);
    }

    #[test]
    fn weights_decide_how_often_a_journey_is_made() {
        let mix = Mix::find("steady").expect("it is one of the five");
        for (journey, weight) in &mix.journeys {
            let times = (0..mix.weight())
                .filter(|number| mix.at(*number).is_some_and(|at| at.name == journey.name))
                .count();
            assert_eq!(times, *weight as usize, "{}", journey.name);
        }
        assert!(mix.at(mix.weight()).is_none());
    }

    #[test]
    fn what_a_target_does_not_offer_is_left_out_with_the_reason() {
        let mut mix = Mix::find("smoke").expect("it is one of the five");
        let all = mix.journeys.len();
        let left_out = mix.fit(&Target::at("http://127.0.0.1:9400", "mine"));
        assert_eq!(mix.journeys.len(), 0);
        assert_eq!(left_out.len(), all);
        let (journey, need) = left_out[0];
        assert_eq!((journey.name, need), ("token", Need::ConfigurationClient));
    }

    #[test]
    fn every_journey_is_in_a_mix_and_only_one_mix_needs_listeners() {
        let mixes = || NAMED.iter().filter_map(|(name, _)| Mix::find(name).ok());
        for journey in crate::journeys::ALL {
            let has_it = |mix: &Mix| mix.journeys.iter().any(|(one, _)| one.name == journey.name);
            let count = mixes().filter(has_it).count();
            assert!(count > 0, "{}", journey.name);
            assert!(count == 1 || !journey.needs_listeners(), "{}", journey.name);
        }
    }
}
