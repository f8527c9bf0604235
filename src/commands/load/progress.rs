//! How far a load is, with live rates: a line on standard error, and only on a terminal.

use std::{
    io::{IsTerminal as _, stderr},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use loadtest::figures::{Figures, Percentile};

/// Shows how far a load is.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Starts a line; a hidden one when nobody would see it or wants it.
    pub(super) fn new(is_quiet: bool) -> Self {
        let bar = if is_quiet || !stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            ProgressBar::new(1000)
        };
        let style = ProgressStyle::with_template("{bar:20} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar }
    }

    /// Tells whether anybody sees it.
    pub(super) fn is_shown(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Shows what was measured until now.
    pub(super) fn show(&self, figures: &Figures, planned: Duration, violated: u64) {
        let part = figures.elapsed.as_secs_f64() / planned.as_secs_f64();
        self.bar.set_position((part * 1000.0) as u64);
        self.bar.set_message(line(figures, planned, violated));
    }

    /// Shows what a line says.
    pub(super) fn tell(&self, line: String) {
        self.bar.set_message(line);
    }

    /// Takes the line away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// `12 s of 60 s  1,234 requests/s  p50 0.5 ms  p99 12.1 ms  0 errors`
fn line(figures: &Figures, planned: Duration, violated: u64) -> String {
    let whole = figures.whole();
    let milliseconds = |percentile| {
        whole.percentile(percentile).map_or("-".to_owned(), |took| {
            format!("{:.1} ms", took.as_secs_f64() * 1e3)
        })
    };
    let mut line = format!(
        "{:.0} s of {:.0} s  {:.0} requests/s  p50 {}  p99 {}  {} errors",
        figures.elapsed.as_secs_f64(),
        planned.as_secs_f64(),
        whole.rate(figures.elapsed).unwrap_or_default(),
        milliseconds(Percentile::P50),
        milliseconds(Percentile::P99),
        whole.errors(),
    );
    if violated > 0 {
        line += &format!("  {violated} violations");
    }
    line
}
