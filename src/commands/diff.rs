//! `proofhouse diff`: two reports side by side.

mod table;

use std::path::PathBuf;

use conformance::diff::{Diff, Judged};
pub(crate) use table::text;

use crate::console;
use crate::exit::{Exit, Failure, Outcome};

/// Compare two JSON reports.
///
/// A check that fails in the second and not in the first is a regression. What else is different is shown, and decides nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  proofhouse check --target vendor.toml --report json=vendor.json
  proofhouse check --target ours.toml --report json=ours.json
  proofhouse diff vendor.json ours.json

Exit status:
  0  nothing fails that did not fail before
  1  a check fails that did not fail before
  2  usage, or a file is no report
  4  what was observed before was not observed any more")]
pub(crate) struct Args {
    /// The report that is compared with, as `check --report json=FILE` writes it.
    #[arg(value_name = "BEFORE")]
    before: PathBuf,

    /// The report that is compared.
    #[arg(value_name = "AFTER")]
    after: PathBuf,

    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let read =
        |file| Judged::read(file).map_err(|error| Failure::usage(miette::miette!("{error}")));
    let diff = Diff::new(&read(&args.before)?, &read(&args.after)?);
    if args.json {
        let text =
            serde_json::to_string_pretty(&diff).expect("keys are texts, and so nothing can fail");
        console::print(text)?;
    } else {
        console::print(text(&diff))?;
    }
    Ok(exit(&diff))
}

/// Says how a comparison ended.
fn exit(diff: &Diff) -> Exit {
    if diff.has_regressions() {
        Exit::ClauseViolated
    } else if diff.has_lost_sight() {
        Exit::NotObserved
    } else {
        Exit::AsExpected
    }
}
