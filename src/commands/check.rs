//! `proofhouse check`: judges a target; without one, the built-in reference server.

mod dry_run;
pub(crate) mod ending;
mod environment;
pub(crate) mod findings;
mod listener;
mod places;
pub(crate) mod planned;
mod progress;
mod recorded;
mod selection;
pub(crate) mod signals;
pub(crate) mod target;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use conformance::{
    check::Check,
    description::{Usable, file, tenant::Served},
    diff::{Diff, Judged},
    doctor,
    expectations::Expectations,
    plan::Plan,
    report::{Output, Report},
    target::Session,
};
use fixtures::seed;
use reference_server::{Clock, TestServer, settings::Webhooks};

use super::diff;
use crate::console;
use crate::exit::{Exit, Failure, Outcome};
pub(crate) use findings::FindingsArgs;
pub(crate) use listener::ListenerArgs;
use recorded::Recorded;
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
    #[command(flatten)]
    findings: FindingsArgs,

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

    /// Prints what would be sent, and sends nothing: the checks are rehearsed before the built-in server. With `--quiet` only the sums.
    #[arg(long)]
    dry_run: bool,

    /// Writes down everything that is exchanged, for `proofhouse judge`; secrets are sealed, with a key that is written to
    /// FILE.key.
    #[arg(long, value_name = "FILE", conflicts_with = "against")]
    record: Option<PathBuf>,

    /// Seals the recording with the key in this file, instead of one that is drawn and written to a file of its own.
    #[arg(long, value_name = "FILE", requires = "record")]
    record_key: Option<PathBuf>,

    // Last, because what follows a flattened group would come under its heading.
    #[command(flatten)]
    target: TargetArgs,

    #[command(flatten)]
    selection: SelectionArgs,
}

pub(crate) async fn run(args: Args) -> Outcome {
    let recorded = Recorded::new(args.record.as_deref(), args.record_key.as_deref())?;
    let own = recorded.iter().flat_map(Recorded::places);
    args.findings.places(&args.against_reports, own)?;
    let checks = args.selection.checks()?;
    let expectations = args.findings.expectations(&checks)?;
    // The server lives as long as this binding: to the end of the run.
    let (mut usable, _server) = args.subject().await?;
    let other = match &args.against {
        Some(file) => Some(args.other(file, &checks, usable.settings.seed)?),
        None => None,
    };
    if let Some(recorded) = recorded.as_ref().filter(|_| !args.dry_run) {
        recorded.begin(&mut usable)?;
    }
    let subject = args.plan(&checks, usable)?;
    if args.dry_run {
        for subject in other.iter().chain([&subject]) {
            dry_run::show(&subject.plan, &subject.usable, args.findings.is_quiet()).await?;
        }
        return Ok(Exit::AsExpected);
    }
    match other {
        None => {
            let session = subject.open().await?;
            let report = args.judge(&subject, &session, &expectations).await;
            // First: what was exchanged cannot be had again.
            if let Some(recorded) = &recorded {
                recorded.write(&subject.usable, &session, &report)?;
            }
            args.findings.publish(&report, &expectations, false)?;
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
        findings::write(&self.against_reports, &before)?;
        if before.is_interrupted {
            console::tell("the target itself was not judged");
            return Ok(Exit::NotObserved);
        }
        let after = self.judge(subject, &after, expectations).await;
        self.findings
            .publish(&after, expectations, self.is_for_machines())?;
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
        self.findings.is_for_machines() || self.against_reports.iter().any(Output::is_stdout)
    }

    /// Returns the target that the flags name, or a server of our own that is one.
    async fn subject(&self) -> Result<(Usable, Option<TestServer>), Failure> {
        if self.target.names_one() {
            return Ok((self.target.usable()?, None));
        }
        // The judge listens on this machine.
        let webhooks = Webhooks {
            allow_local_listeners: true,
            ..Webhooks::default()
        };
        let mut server = TestServer::builder()
            .clock(Clock::running())
            .webhooks(webhooks)
            .control();
        if let Some(seed) = self.target.seed() {
            // A clock that nobody but the run moves shows the same times again.
            server = server.seed(seed).clock(Clock::fixed());
        }
        let server = server.start().await;
        let mut served = Served::new(server.url(), &seed::demo());
        served.description.control = server.control_url().map(file::Control::at);
        let mut usable = self.target.usable_embedded(&served)?;
        usable.settings.is_repeatable = self.target.seed().is_some();
        Ok((usable, Some(server)))
    }

    async fn judge(
        &self,
        Subject { usable, plan }: &Subject,
        session: &Arc<Session>,
        expectations: &Expectations,
    ) -> Report {
        self.findings
            .judge(plan, usable, session, expectations)
            .await
    }
}
