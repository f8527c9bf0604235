//! What a load came to: the table for people, and the reports that were asked for.

use std::collections::BTreeSet;

use loadtest::reports::{self, Output, Write as _, terminal::Terminal};

use crate::console;
use crate::exit::Failure;

/// The reports that are asked for.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reports")]
pub(crate) struct ReportArgs {
    /// Writes a report: json, markdown or html; `-` is standard output; repeatable.
    #[arg(long = "report", value_name = "FORMAT=PATH")]
    reports: Vec<Output>,

    /// Prints the verdict alone.
    #[arg(long, short)]
    quiet: bool,
}

impl ReportArgs {
    /// Tells whether only the verdict is wanted.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Makes sure that no two reports go to the same place, before anything is sent.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let mut places = BTreeSet::new();
        for output in &self.reports {
            if !places.insert(output.path()) {
                let place = output
                    .path()
                    .map_or("-".into(), |path| path.display().to_string());
                return Err(Failure::usage(miette::miette!(
                    "two reports go to `{place}`"
                )));
            }
        }
        Ok(())
    }

    /// Writes the reports, and tells people.
    pub(super) fn publish(&self, report: &reports::Run) -> Result<(), Failure> {
        for output in &self.reports {
            output
                .write(report)
                .or_else(console::ignore_closed_pipe)
                .map_err(|error| {
                    let place = output.path().map_or("standard output".into(), |path| {
                        format!("`{}`", path.display())
                    });
                    Failure::unwritable(place, &error)
                })?;
        }
        let text = if self.quiet {
            report.headline()
        } else {
            let mut text = Vec::new();
            Terminal
                .write(report, &mut text)
                .map_err(|error| Failure::unwritable("the table", &error))?;
            String::from_utf8_lossy(&text).trim_end().to_owned()
        };
        // Standard output belongs to the machine as soon as one report goes there.
        if self.reports.iter().any(Output::is_stdout) {
            console::tell(text);
            return Ok(());
        }
        console::print(text)
    }
}
