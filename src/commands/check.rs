//! `proofhouse check`: judges a target; without one, the built-in reference server.

mod ending;
mod environment;
mod places;
mod planned;
mod progress;
mod selection;
mod signals;
pub(crate) mod target;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use conformance::{
    check::Check,
    description::{Usable, tenant::Served},
    diff::{Diff, Judged},
    doctor,
    expectations::Expectations,
    plan::Plan,
    report::{Output, Report, Write as _, output, terminal::Terminal},
    run::{self, stop},
    target::Session,
};
use fixtures::seed;
use reference_server::{Clock, TestServer};

use super::diff;
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
  proofhouse check --target ours.toml --against vendor.toml

Exit status:
  0  as expected
  1  a clause is violated; with --against, one that the other deployment keeps
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

    /// Judges another deployment first, and shows where the target differs from it; what both violate is no finding.
    #[arg(long, value_name = "FILE.toml")]
    against: Option<PathBuf>,

    /// Writes a report on that other deployment, as `--report` does on the target.
    #[arg(
        long = "against-report",
        value_name = "FORMAT=PATH",
        requires = "against"
    )]
    against_reports: Vec<Output>,

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
    let outputs = [&args.reports[..], &args.against_reports].concat();
    places::check(&outputs, args.write_expect.as_deref())?;
    let checks = args.selection.checks()?;
    let expectations = args.expectations(&checks)?;
    // The server lives as long as this binding: to the end of the run.
    let (usable, _server) = args.subject().await?;
    let other = match &args.against {
        Some(file) => Some(args.other(file, &checks, usable.settings.seed)?),
        None => None,
    };
    let subject = args.plan(&checks, usable)?;
    if args.dry_run {
        for subject in other.iter().chain([&subject]) {
            planned::show(&subject.plan, &subject.usable)?;
        }
        return Ok(Exit::AsExpected);
    }
    match other {
        None => {
            let session = subject.open().await?;
            let report = args.judge(&subject, &session, &expectations).await;
            args.publish(&report, &expectations)?;
            Ok(ending::exit(&report))
        }
        Some(other) => args.compare(&subject, &other, &expectations).await,
    }
}

/// A target and what is asked of it.
struct Subject {
    usable: Usable,
    plan: Plan,
}

impl Subject {
    async fn open(&self) -> Result<Arc<Session>, Failure> {
        doctor::open(&self.usable)
            .await
            .map_err(|problems| target::unusable(&problems))
    }
}

impl Args {
    /// Returns the deployment that the target is compared with, asked with the target's seed.
    fn other(&self, file: &Path, checks: &[Check], seed: u64) -> Result<Subject, Failure> {
        let mut usable = self.target.described_by(file).usable()?;
        usable.settings.seed = seed;
        self.plan(checks, usable)
    }

    fn plan(&self, checks: &[Check], usable: Usable) -> Result<Subject, Failure> {
        let plan = self
            .selection
            .plan(checks.to_vec(), usable.mode, usable.offer())?;
        if plan.is_empty() {
            return Err(planned::nothing_selected(&plan));
        }
        Ok(Subject { usable, plan })
    }

    /// Judges the other deployment, then the target, and shows where they differ. Both are opened before the first check.
    async fn compare(
        &self,
        subject: &Subject,
        other: &Subject,
        expectations: &Expectations,
    ) -> Outcome {
        let (before, after) = (other.open().await?, subject.open().await?);
        let before = self.judge(other, &before, &Expectations::default()).await;
        write(&self.against_reports, &before)?;
        if before.is_interrupted {
            console::tell("the target itself was not judged");
            return Ok(Exit::NotObserved);
        }
        let after = self.judge(subject, &after, expectations).await;
        self.publish(&after, expectations)?;
        let diff = Diff::new(&Judged::from(&before), &Judged::from(&after));
        let text = diff::text(&diff);
        if self.is_for_machines() {
            console::tell(format_args!("\n{text}"));
        } else {
            console::print(format_args!("\n{text}"))?;
        }
        Ok(ending::exit_against(&after, &diff))
    }

    /// Tells whether standard output belongs to the machine: as soon as one report goes there.
    fn is_for_machines(&self) -> bool {
        let mut outputs = self.reports.iter().chain(&self.against_reports);
        outputs.any(Output::is_stdout)
    }

    /// Returns the target that the flags name, or a server of our own that is one.
    async fn subject(&self) -> Result<(Usable, Option<TestServer>), Failure> {
        if self.target.names_one() {
            return Ok((self.target.usable()?, None));
        }
        let mut server = TestServer::builder().clock(Clock::running());
        if let Some(seed) = self.target.seed() {
            server = server.seed(seed);
        }
        let server = server.start().await;
        let served = Served::new(server.url(), &seed::demo());
        let mut usable = self.target.usable_embedded(&served)?;
        usable.settings.is_repeatable = self.target.seed().is_some();
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
        Subject { usable, plan }: &Subject,
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

    fn publish(&self, report: &Report, expectations: &Expectations) -> Result<(), Failure> {
        let terminal = Terminal {
            is_quiet: self.quiet,
            is_verbose: self.verbose,
        };
        let shown = if self.is_for_machines() {
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
            output::replace(file, listing.as_bytes()).map_err(|error| {
                Failure::unwritable(format_args!("`{}`", file.display()), &error)
            })?;
        }
        Ok(())
    }
}

fn write(outputs: &[Output], report: &Report) -> Result<(), Failure> {
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
