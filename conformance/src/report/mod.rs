//! What a run came to, ready to be shown: everything in it is masked already.
//!
//! | module | what it holds |
//! |---|---|
//! | [`entry`] | one check in the report, and its exchanges |
//! | [`summary`] | the counts |
//! | [`terminal`] | the format for people |
//! | [`json`] | the format for scripts, described by `report.schema.json` |
//! | [`junit`] | the format for build servers |
//! | [`text`] | texts of a target, made harmless |
//! | [`html`] | the page for people who were not there |
//! | [`markdown`] | the format for a comment on a pull request |
//! | [`sarif`] | the format for code scanning |
//! | [`tap`] | the format for harnesses of the Test Anything Protocol |
//! | [`badge`] | a small picture |
//! | [`output`] | where a format goes |
//!
//! A format is one type with one method, one file, one line in [`output::FORMATS`].

pub mod badge;
pub mod entry;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod observation;
pub mod output;
pub mod sarif;
pub mod summary;
pub mod tap;
pub mod terminal;
pub mod text;

use std::{collections::BTreeMap, io, time::Duration};

use jiff::Timestamp;

pub use entry::{Entry, Shown};
pub use observation::{Evidence, Observation};
pub use output::{Format, Output, OutputError};
pub use summary::Summary;

use crate::{
    expectations::Expectations,
    plan::Mode,
    run::Finished,
    target::{Session, owned::Object},
    verdict::Verdict,
};

/// Writes a report in one format.
pub trait Write: Sync {
    /// Writes the report.
    ///
    /// # Errors
    ///
    /// When `out` cannot be written to.
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()>;
}

/// What a run came to. Holds no secret.
#[derive(Debug, Clone)]
pub struct Report {
    /// When the run began.
    pub started: Timestamp,
    /// How long it took.
    pub duration: Duration,
    /// Address of the target.
    pub url: String,
    /// The customer.
    pub customer: String,
    /// What the run was allowed to do.
    pub mode: Mode,
    /// The run's name: it stands in the name of every object that the run made.
    pub run: String,
    /// What chance was seeded with.
    pub seed: u64,
    /// The readings that were observed.
    pub readings: BTreeMap<String, Observation>,
    /// One entry for each check, in the order of their ids.
    pub entries: Vec<Entry>,
    /// What the run made and could not remove.
    pub leftovers: Vec<String>,
    /// Ids of known deviations that hold no longer: they are to be taken out of the file.
    pub stale: Vec<String>,
    /// Whether the run was told to stop before its end.
    pub is_interrupted: bool,
}

impl Report {
    /// Makes a report: masks everything, and weighs it against the known deviations.
    pub fn new(
        session: &Session,
        mode: Mode,
        finished: &Finished,
        expectations: &Expectations,
    ) -> Self {
        // Compiled once, at the end: what was learnt last is masked in what was said first.
        let masks = session.masks.compile();
        let base = session.client.base();
        let mut entries: Vec<Entry> = finished
            .records
            .iter()
            .map(|record| Entry::new(record, base, &masks))
            .collect();
        let readings = session.readings.all().into_iter();
        let readings = readings
            .map(|(id, seen)| (id, Observation::new(&seen, base, &masks)))
            .collect();
        let stale = expectations.apply(&mut entries);
        Self {
            started: finished.started,
            duration: finished.duration,
            url: base.to_owned(),
            customer: session.customer.clone().unwrap_or_default(),
            mode,
            run: session.run().to_owned(),
            seed: session.seed,
            readings,
            entries,
            leftovers: finished.leftovers.iter().map(Object::path).collect(),
            stale,
            is_interrupted: finished.is_interrupted,
        }
    }

    /// Counts the verdicts.
    pub fn summary(&self) -> Summary {
        Summary::new(&self.entries)
    }

    /// Tells whether there is an entry with a verdict.
    pub fn has(&self, verdict: Verdict) -> bool {
        self.entries.iter().any(|entry| entry.verdict == verdict)
    }
}
