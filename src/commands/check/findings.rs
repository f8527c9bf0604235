//! The flags that say what becomes of what a run found.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use conformance::{
    check::Check,
    description::Usable,
    expectations::Expectations,
    plan::Plan,
    report::{Output, Report, Write as _, terminal::Terminal},
    run::{self, stop},
    target::Session,
};

use super::{places, progress::Progress, signals};
use crate::console;
use crate::exit::{Exit, Failure};

/// What becomes of what a run found.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct FindingsArgs {
    /// File of known deviations: what it lists may fail, and must not pass.
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,

    /// Writes a file of known deviations from what fails now.
    #[arg(long, value_name = "FILE")]
    write_expect: Option<PathBuf>,

    /// Writes a report: `badge`, `html`, `json`, `junit`, `markdown`, `sarif` or `tap`; `-` is standard output; repeatable.
    #[arg(long = "report", value_name = "FORMAT=PATH")]
    reports: Vec<Output>,

    /// Shows only what did not pass.
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,

    /// Shows every check as it ends, and every exchange of what did not pass.
    #[arg(long, short)]
    verbose: bool,
}

impl FindingsArgs {
    /// Makes sure that everything that is written has a place of its own.
    pub(crate) fn places<'p>(
        &'p self,
        more: &'p [Output],
        own: impl Iterator<Item = &'p Path>,
    ) -> Result<(), Failure> {
        let outputs: Vec<&Output> = self.reports.iter().chain(more).collect();
        places::check(
            &outputs,
            self.write_expect.as_deref().into_iter().chain(own),
        )
    }

    /// Tells whether standard output belongs to the machine: as soon as one report goes there.
    pub(crate) fn is_for_machines(&self) -> bool {
        self.reports.iter().any(Output::is_stdout)
    }

    /// Tells whether only what matters is to be shown.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Reads the known deviations.
    pub(crate) fn expectations(&self, checks: &[Check]) -> Result<Expectations, Failure> {
        let Some(file) = &self.expect else {
            return Ok(Expectations::default());
        };
        let ids: BTreeSet<&str> = checks.iter().map(|check| check.id).collect();
        Expectations::read(file, &ids).map_err(|error| {
            let exit = if error.is_of_the_file() {
                Exit::Usage
            } else {
                Exit::ExpectationStale
            };
            Failure::new(exit, miette::miette!("{error}"))
        })
    }

    /// Makes the checks of a plan, and shows how far it is.
    pub(crate) async fn judge(
        &self,
        plan: &Plan,
        usable: &Usable,
        session: &Arc<Session>,
        expectations: &Expectations,
    ) -> Report {
        let (stopper, stop) = stop::pair();
        let signals = tokio::spawn(signals::forward(stopper));
        let progress = Progress::new(plan.checks.len(), self.quiet, self.verbose);
        let each = |record: &run::Record| progress.count(record);
        let finished = run::run(session, plan, &usable.options, &stop, &each).await;
        progress.finish();
        signals.abort();
        Report::new(session, usable.mode, &finished, expectations)
    }

    /// Writes everything that was asked for; on standard error what standard output has no room for.
    pub(crate) fn publish(
        &self,
        report: &Report,
        expectations: &Expectations,
        is_for_machines: bool,
    ) -> Result<(), Failure> {
        let terminal = Terminal {
            is_quiet: self.quiet,
            is_verbose: self.verbose,
        };
        let shown = if is_for_machines || self.is_for_machines() {
            terminal.write(report, &mut anstream::stderr().lock())
        } else {
            terminal.write(report, &mut anstream::stdout().lock())
        };
        shown
            .or_else(console::ignore_closed_pipe)
            .map_err(|error| Failure::unwritable("the report", &error))?;
        write(&self.reports, report)?;
        if let Some(file) = &self.write_expect {
            let listing = expectations.listing(&report.entries);
            fixtures::file::replace(file, listing.as_bytes()).map_err(|error| {
                Failure::unwritable(format_args!("`{}`", file.display()), &error)
            })?;
        }
        Ok(())
    }
}

/// Writes a report in every format that was asked for.
pub(super) fn write(outputs: &[Output], report: &Report) -> Result<(), Failure> {
    for output in outputs {
        let place = output.path().map_or("standard output".to_owned(), |path| {
            format!("`{}`", path.display())
        });
        output
            .write(report)
            .or_else(console::ignore_closed_pipe)
            .map_err(|error| Failure::unwritable(&place, &error))?;
    }
    Ok(())
}
