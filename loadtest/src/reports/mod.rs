//! What a run came to, for people and for scripts.
//!
//! | module | what it holds |
//! |---|---|
//! | [`run`] | a run that has ended |
//! | [`terminal`] | the table for people |
//! | [`json`] | the format for scripts, described by `load.schema.json`, with all histograms |
//! | [`markdown`] | the format for a comment on a pull request |
//! | [`html`] | the page for people who were not there |
//! | [`line`](mod@line) | what the requests of one name came to, in words |
//! | [`output`] | where a format goes |
//!
//! A format is one type with one method, one file, one line in [`output::FORMATS`].

pub mod html;
pub mod json;
pub mod line;
pub mod markdown;
pub mod output;
pub mod run;
pub mod terminal;
mod text;

use std::io;

pub use output::{Output, OutputError};
pub use run::{Run, Violation};

/// Writes a report in one format.
pub trait Write: Sync {
    /// Writes the report.
    ///
    /// # Errors
    ///
    /// When `out` cannot be written to.
    fn write(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()>;
}
