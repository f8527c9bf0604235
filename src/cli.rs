//! The command line: its words, and which command each one is.

use std::future::Future;

use clap::{Parser, Subcommand};

use crate::commands::{completions, man};
use crate::exit::{Exit, Failure, Outcome};

/// Serves, judges and loads identity deployments that speak the Hosted Login API.
#[derive(Debug, Parser)]
#[command(name = "proofhouse", version, max_term_width = 100)]
#[command(after_help = "Examples:
  proofhouse check                                      judge the built-in reference server
  proofhouse check --target staging.toml                judge a deployment
  proofhouse serve --listen 127.0.0.1:9400              run the reference server
  proofhouse scope decide -s '*:config/**' GET config/clients")]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print shell completions.
    Completions(completions::Args),
    /// Write the manual pages.
    Man(man::Args),
}

impl Cli {
    /// Runs the command and returns how it ended.
    pub(crate) fn run(self) -> Outcome {
        match self.command {
            Command::Completions(args) => completions::run(&args),
            Command::Man(args) => man::run(&args),
        }
    }
}

/// Drives a command that talks to the network.
fn drive(command: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::new(
                Exit::NotObserved,
                miette::miette!("cannot start the network runtime: {error}"),
            )
        })?
        .block_on(command)
}
