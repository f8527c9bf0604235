//! A repeated run in a file: of every repetition the figures that are compared.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    figures::{Figures, Name, Percentile, Requests},
    limit::{Figure, Seen},
    setup::Setup,
};

/// How many repetitions a comparison needs on each side.
pub const FEWEST_REPETITIONS: usize = 5;

/// How many a file has at most.
pub const MOST_REPETITIONS: usize = 1_000;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A run that was repeated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// What was run.
    pub setup: Setup,
    /// What each repetition came to.
    pub repetitions: Vec<Repetition>,
}

/// One repetition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repetition {
    /// How fast the machine was, as [`yardstick::measure`](super::yardstick::measure) says, in microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yardstick_us: Option<f64>,
    /// All requests together.
    pub whole: Values,
    /// The requests of each name.
    pub requests: BTreeMap<Name, Values>,
}

/// The values that are compared. A latency that no answer ended is none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Values {
    /// How many requests there were.
    pub count: u64,
    /// The share of wrong and missing answers, in per cent.
    pub errors_percent: f64,
    /// Right answers in a second.
    pub rate: f64,
    /// A percentile of the latency, in microseconds.
    pub p50_us: Option<f64>,
    /// A percentile of the latency, in microseconds.
    pub p95_us: Option<f64>,
    /// A percentile of the latency, in microseconds.
    pub p99_us: Option<f64>,
}

/// Says why a file is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// It cannot be read.
    #[error("cannot read `{file}`: {reason}")]
    Unreadable {
        /// The file as the user named it.
        file: String,
        /// What the operating system said.
        reason: String,
    },
    /// It is not what `--save` writes.
    #[error("`{file}` is no baseline: {field}: {reason}")]
    Form {
        /// The file as the user named it.
        file: String,
        /// The field.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Saved {
    /// Reads a file that was saved.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is none.
    pub fn read(file: &Path) -> Result<Self, SavedError> {
        let name = file.display().to_string();
        let unreadable = |reason: String| SavedError::Unreadable {
            file: name.clone(),
            reason,
        };
        let text = fixtures::file::text_up_to(file, LARGEST)
            .map_err(|error| unreadable(error.to_string()))?;
        Self::parse(&name, &text)
    }

    /// Reads the text of a file with that name.
    ///
    /// # Errors
    ///
    /// When it is no baseline.
    pub fn parse(file: &str, text: &str) -> Result<Self, SavedError> {
        let form = |field: String, reason: String| SavedError::Form {
            file: file.to_owned(),
            field,
            reason,
        };
        let mut json = serde_json::Deserializer::from_str(text);
        let saved: Self = serde_path_to_error::deserialize(&mut json)
            .map_err(|error| form(error.path().to_string(), error.inner().to_string()))?;
        json.end()
            .map_err(|error| form("the end".to_owned(), error.to_string()))?;
        if saved.repetitions.len() > MOST_REPETITIONS {
            let reason = format!("there are more than {MOST_REPETITIONS}");
            return Err(form("repetitions".to_owned(), reason));
        }
        Ok(saved)
    }

    /// Returns the text of its file.
    pub fn text(&self) -> String {
        // Numbers and names only: there is nothing that JSON cannot say.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

impl Repetition {
    /// Takes what is compared from figures.
    pub fn new(figures: &Figures, yardstick_us: Option<f64>) -> Self {
        let values = |requests: &Requests| {
            let seen = |figure: Figure| match figure.seen(requests, figures.elapsed) {
                Some(Seen::Value(value)) => Some((value * 1e4).round() / 1e4),
                _ => None,
            };
            let percentile = |percentile| seen(Figure::Percentile(percentile));
            Values {
                count: requests.count(),
                errors_percent: seen(Figure::Errors).unwrap_or_default(),
                rate: seen(Figure::Rate).unwrap_or_default(),
                p50_us: percentile(Percentile::P50),
                p95_us: percentile(Percentile::P95),
                p99_us: percentile(Percentile::P99),
            }
        };
        Self {
            yardstick_us,
            whole: values(&figures.whole()),
            requests: figures
                .requests
                .iter()
                .map(|(name, requests)| (name.clone(), values(requests)))
                .collect(),
        }
    }
}
