//! `proofhouse completions`: completions for a shell.

use clap::CommandFactory;

use crate::cli::Cli;
use crate::console;
use crate::exit::{Exit, Outcome};

/// Prints shell completions on standard output.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  proofhouse completions bash > ~/.local/share/bash-completion/completions/proofhouse
  proofhouse completions fish > ~/.config/fish/completions/proofhouse.fish")]
pub(crate) struct Args {
    /// The shell to complete for.
    shell: clap_complete::Shell,
}

pub(crate) fn run(args: &Args) -> Outcome {
    // First to memory: the generator would panic where nobody reads.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "proofhouse", &mut script);
    console::print_bytes(&script)?;
    Ok(Exit::AsExpected)
}
