//! `proofhouse completions`: completions for a shell.

use clap::CommandFactory;

use crate::cli::Cli;
use crate::exit::{Exit, Outcome};

/// Prints shell completions on standard output.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell to complete for.
    shell: clap_complete::Shell,
}

pub(crate) fn run(args: &Args) -> Outcome {
    clap_complete::generate(
        args.shell,
        &mut Cli::command(),
        "proofhouse",
        &mut std::io::stdout(),
    );
    Ok(Exit::AsExpected)
}
