//! `proofhouse judge`: judges a recorded run again, without its target.

use std::path::PathBuf;

use conformance::{
    doctor,
    recording::{Key, Recording, RecordingError},
};

use super::check::{FindingsArgs, SelectionArgs, ending, planned, target};
use crate::console;
use crate::exit::{Failure, Outcome};

/// Judge a recorded run again, without its target.
///
/// Every check asks the recording what it asked the target, so that the verdicts are the same; with `--reading`, with a new
/// version of this program, or with other known deviations they are what they would have been. A request that the run did not
/// send is never a pass: its check is broken.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  proofhouse check --target staging.toml --record run.jsonl
  proofhouse judge run.jsonl --report html=run.html
  proofhouse judge run.jsonl --reading rejected-token=403

Exit status:
  0  as expected
  1  a clause is violated
  2  usage, or a file that the command line names
  3  the recorded target was not usable
  4  something was not recorded, or could not be observed
  5  a known deviation is stale, expired, unknown or doubled
  7  nothing was selected")]
pub(crate) struct Args {
    /// The recording, as `check --record FILE` writes it.
    #[arg(value_name = "RUN.jsonl")]
    recording: PathBuf,

    /// File with the key of the recording [default: RUN.jsonl.key].
    #[arg(long, value_name = "FILE")]
    record_key: Option<PathBuf>,

    /// Holds the target to one answer where the documentation leaves several open; repeatable.
    #[arg(long = "reading", value_name = "ID=ANSWER", value_parser = target::reading)]
    readings: Vec<(String, String)>,

    #[command(flatten)]
    findings: FindingsArgs,

    #[command(flatten)]
    selection: SelectionArgs,
}

pub(crate) async fn run(args: Args) -> Outcome {
    args.findings.places(&[], std::iter::empty())?;
    let checks = args.selection.checks()?;
    let expectations = args.findings.expectations(&checks)?;
    let Recording {
        mut usable,
        checks: recorded,
    } = args
        .read()
        .map_err(|error| Failure::usage(miette::miette!("{error}")))?;
    usable.settings.pinned.extend(args.readings.iter().cloned());
    let known = checks.iter().filter(|check| recorded.contains(check.id));
    let known: Vec<_> = known.copied().collect();
    if known.len() < recorded.len() {
        let gone = recorded.len() - known.len();
        console::tell(format_args!(
            "{gone} of the recorded checks do not exist here: they are not judged"
        ));
    }
    let plan = args.selection.plan(known, usable.mode, usable.offer())?;
    if plan.is_empty() {
        return Err(planned::nothing_selected(&plan));
    }
    let session = doctor::open(&usable)
        .await
        .map_err(|problems| target::unusable(&problems))?;
    let report = args
        .findings
        .judge(&plan, &usable, &session, &expectations)
        .await;
    args.findings.publish(&report, &expectations, false)?;
    Ok(ending::exit(&report))
}

impl Args {
    fn read(&self) -> Result<Recording, RecordingError> {
        Recording::probe(&self.recording)?;
        let beside = Key::beside(&self.recording);
        let file = self.record_key.as_ref().unwrap_or(&beside);
        if self.record_key.is_none() && !file.exists() {
            return Err(RecordingError::NoKey {
                file: self.recording.display().to_string(),
                key: file.display().to_string(),
            });
        }
        Recording::read(&self.recording, &Key::read(file)?)
    }
}
