//! How far a run is: a bar on standard error, and only on a terminal.

use std::{
    io::{IsTerminal as _, stderr},
    time::Duration,
};

use conformance::{run::Record, verdict::Verdict};
use indicatif::{ProgressBar, ProgressStyle};

use crate::console;

/// Shows how far a run is.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    is_verbose: bool,
}

impl Progress {
    /// Starts a bar for so many checks; a hidden one when nobody would see it or wants it.
    pub(super) fn new(checks: usize, is_quiet: bool, is_verbose: bool) -> Self {
        let bar = if is_quiet || !stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            ProgressBar::new(checks.try_into().unwrap_or(u64::MAX))
        };
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {eta} left {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar, is_verbose }
    }

    /// Counts a check; the verbose also hear what it came to.
    pub(super) fn count(&self, record: &Record) {
        let verdict = record.verdict();
        if self.is_verbose {
            let line = format!(
                "{:<6} {} ({} ms)",
                verdict.as_str(),
                record.check.id,
                record.duration.as_millis()
            );
            self.bar.suspend(|| console::tell(&line));
        }
        if matches!(verdict, Verdict::Fail | Verdict::Broken) {
            self.bar
                .set_message(format!("{} {}", verdict.as_str(), record.check.id));
        }
        self.bar.inc(1);
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
