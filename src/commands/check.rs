//! `proofhouse check`: judges a target; without one, the built-in reference server.

mod environment;
mod places;
mod progress;
mod selection;
mod signals;
pub(crate) mod target;

use std::{collections::BTreeSet, path::PathBuf};

use conformance::{
    check::Check,
    description::{Usable, tenant::Served},
    doctor,
    expectations::Expectations,
    plan::Plan,
    report::{Output, Report, Write as _, output, terminal::Terminal},
    run::{self, stop},
    verdict::Verdict,
};
use fixtures::seed;
use reference_server::{Clock, TestServer};

use crate::console;
use crate::exit::{Exit, Failure, Outcome};
use progress::Progress;
pub(crate) use selection::SelectionArgs;
pub(crate) use target::TargetArgs;

/// Judge a target; without one, the built-in reference server.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  proofhouse check
  proofhouse check --target staging.toml --report junit=judged.xml
  proofhouse check --url https://id.example.test \\
      --customer 01000000-0000-3000-9000-000000000000
  proofhouse check --only 'config.bearer.*' --report json=-

Exit status:
  0  as expected
  1  a clause is violated
  2  usage, or a file that the command line names
  3  the target or its description is not usable
  4  something could not be observed
  5  a known deviation is stale, expired, unknown or doubled
  7  nothing was selected")]
pub(crate) struct Args {
    /// File of known deviations: what it lists may fail, and must not pass.
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,

    /// Writes a file of known deviations from what fails now.
    #[arg(long, value_name = "FILE")]
    write_expect: Option<PathBuf>,

    /// Writes a report: `badge`, `html`, `json`, `junit`, `markdown`, `sarif` or `tap`; `-` is standard output; repeatable.
    #[arg(long = "report", value_name = "FORMAT=PATH")]
    reports: Vec<Output>,

    /// Prints what would be done, and does nothing.
    #[arg(long)]
    dry_run: bool,

    /// Shows only what did not pass.
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,

    /// Shows every check as it ends, and every exchange of what did not pass.
    #[arg(long, short)]
    verbose: bool,

    // Last, because what follows a flattened group would come under its heading.
    #[command(flatten)]
    target: TargetArgs,

    #[command(flatten)]
    selection: SelectionArgs,
}

pub(crate) async fn run(args: Args) -> Outcome {
    places::check(&args.reports, args.write_expect.as_deref())?;
    let checks = args.selection.checks()?;
    let expectations = args.expectations(&checks)?;
    // The server lives as long as this binding: to the end of the run.
    let (usable, _server) = args.subject().await?;
    let plan = args.selection.plan(checks, usable.mode, usable.offer())?;
    if plan.is_empty() {
        return Err(nothing_selected(&plan));
    }
    if args.dry_run {
        show(&plan, &usable)?;
        return Ok(Exit::AsExpected);
    }
    let report = args.judge(&usable, &plan, &expectations).await?;
    args.publish(&report, &expectations)?;
    Ok(exit(&report))
}

impl Args {
    /// Returns the target that the flags name, or a server of our own that is one.
    async fn subject(&self) -> Result<(Usable, Option<TestServer>), Failure> {
        if self.target.names_one() {
            return Ok((self.target.usable()?, None));
        }
        let server = TestServer::builder().clock(Clock::running()).start().await;
        let served = Served::new(server.url(), &seed::demo());
        let usable = self.target.usable_embedded(&served)?;
        Ok((usable, Some(server)))
    }

    fn expectations(&self, checks: &[Check]) -> Result<Expectations, Failure> {
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

    async fn judge(
        &self,
        usable: &Usable,
        plan: &Plan,
        expectations: &Expectations,
    ) -> Result<Report, Failure> {
        let session = doctor::open(usable)
            .await
            .map_err(|problems| target::unusable(&problems))?;
        let (stopper, stop) = stop::pair();
        let signals = tokio::spawn(signals::forward(stopper));
        let progress = Progress::new(plan.checks.len(), self.quiet, self.verbose);
        let each = |record: &run::Record| progress.count(record);
        let finished = run::run(&session, plan, &usable.options, &stop, &each).await;
        progress.finish();
        signals.abort();
        Ok(Report::new(&session, usable.mode, &finished, expectations))
    }

    fn publish(&self, report: &Report, expectations: &Expectations) -> Result<(), Failure> {
        let terminal = Terminal {
            is_quiet: self.quiet,
            is_verbose: self.verbose,
        };
        // Standard output belongs to the machine as soon as one report goes there.
        let shown = if self.reports.iter().any(Output::is_stdout) {
            terminal.write(report, &mut anstream::stderr().lock())
        } else {
            terminal.write(report, &mut anstream::stdout().lock())
        };
        shown
            .or_else(console::ignore_closed_pipe)
            .map_err(|error| Failure::unwritable("the report", &error))?;
        for output in &self.reports {
            let place = output.path().map_or("standard output".to_owned(), |path| {
                format!("`{}`", path.display())
            });
            output
                .write(report)
                .or_else(console::ignore_closed_pipe)
                .map_err(|error| Failure::unwritable(&place, &error))?;
        }
        if let Some(file) = &self.write_expect {
            let listing = expectations.listing(&report.entries);
            output::replace(file, listing.as_bytes()).map_err(|error| {
                Failure::unwritable(format_args!("`{}`", file.display()), &error)
            })?;
        }
        Ok(())
    }
}

/// Says how the run ended. An interrupted run has not observed enough to be anything else.
fn exit(report: &Report) -> Exit {
    if report.is_interrupted {
        Exit::NotObserved
    } else if report.has(Verdict::Fail) {
        Exit::ClauseViolated
    } else if !report.stale.is_empty() {
        Exit::ExpectationStale
    } else if report.has(Verdict::Broken) || !report.leftovers.is_empty() {
        Exit::NotObserved
    } else {
        Exit::AsExpected
    }
}

fn show(plan: &Plan, usable: &Usable) -> Result<(), Failure> {
    let settings = &usable.settings;
    console::print(format_args!(
        "target {} mode {} seed {}",
        settings.place(),
        usable.mode,
        settings.seed
    ))?;
    for check in &plan.checks {
        console::print(format_args!(
            "make  {:<8} {}",
            check.effects.as_str(),
            check.id
        ))?;
    }
    for (check, skip) in &plan.skipped {
        console::print(format_args!(
            "skip  {:<8} {}: {skip}",
            check.effects.as_str(),
            check.id
        ))?;
    }
    console::print(format_args!(
        "{} to make, {} to skip",
        plan.checks.len(),
        plan.skipped.len()
    ))
}

fn nothing_selected(plan: &Plan) -> Failure {
    let why = match plan.skipped.first() {
        Some((check, skip)) => format!(
            "`{}` and {} more cannot be made: {skip}",
            check.id,
            plan.skipped.len() - 1
        ),
        None => "no id matches; see `proofhouse list`".to_owned(),
    };
    Failure::new(
        Exit::NothingSelected,
        miette::miette!("nothing was selected: {why}"),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use conformance::{plan::Mode, report::Entry};

    use super::*;

    fn report(verdicts: &[Verdict]) -> Report {
        let entry = |verdict: &Verdict| Entry {
            id: "a.b.c",
            title: "",
            area: "a.b",
            clauses: &[],
            verdict: *verdict,
            offset: Duration::ZERO,
            duration: Duration::ZERO,
            reason: None,
            is_cut_off: false,
            mismatch: None,
            exchanges: Vec::new(),
        };
        Report {
            started: Default::default(),
            duration: Duration::ZERO,
            url: String::new(),
            customer: String::new(),
            mode: Mode::Full,
            run: String::new(),
            seed: 0,
            readings: Default::default(),
            entries: verdicts.iter().map(entry).collect(),
            leftovers: Vec::new(),
            stale: Vec::new(),
            is_interrupted: false,
        }
    }

    #[test]
    fn the_gravest_finding_decides_how_a_run_ends() {
        let harmless = [Verdict::Pass, Verdict::Warn, Verdict::Skip, Verdict::Known];
        assert_eq!(exit(&report(&harmless)), Exit::AsExpected);
        let mut unseen = report(&[Verdict::Pass, Verdict::Broken]);
        assert_eq!(exit(&unseen), Exit::NotObserved);
        unseen.stale.push("a.b.c".to_owned());
        assert_eq!(exit(&unseen), Exit::ExpectationStale);
        unseen.entries.extend(report(&[Verdict::Fail]).entries);
        assert_eq!(exit(&unseen), Exit::ClauseViolated);
        unseen.is_interrupted = true;
        assert_eq!(exit(&unseen), Exit::NotObserved);
    }

    #[test]
    fn what_is_left_on_the_target_is_not_as_expected() {
        let mut left = report(&[Verdict::Pass]);
        left.leftovers.push("config/clients/x".to_owned());
        assert_eq!(exit(&left), Exit::NotObserved);
    }
}
