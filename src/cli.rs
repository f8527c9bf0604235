//! The command line: its words, and which command each one is.

use std::future::Future;

use clap::{Parser, Subcommand};

use crate::commands::{
    check, completions, diff, doctor, judge, list, load, man, scope, serve, sweep, teeth,
};
use crate::exit::{Exit, Failure, Outcome};

/// Serves, judges and loads identity deployments that speak the Hosted Login API.
#[derive(Debug, Parser)]
#[command(name = "proofhouse", version, max_term_width = 100)]
#[command(after_help = "Examples:
  proofhouse check                          judge the built-in server
  proofhouse check --target staging.toml    judge a deployment
  proofhouse serve                          run the reference server
  proofhouse load                           load the built-in server
  proofhouse scope decide -s '*:config/**' GET config/clients")]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge a target; without one, the built-in reference server.
    Check(Box<check::Args>),
    /// Run the reference server.
    Serve(serve::Args),
    /// Load a target and hold it to limits; without one, the built-in reference server.
    Load(Box<load::Args>),
    /// Parse, decide and explain scopes.
    Scope(scope::Args),
    /// Show checks, clauses, and what covers what.
    List(list::Args),
    /// Compare two JSON reports.
    Diff(diff::Args),
    /// Judge a recorded run again, without its target.
    Judge(judge::Args),
    /// Find out whether a target is usable, before any verdict.
    Doctor(doctor::Args),
    /// Run the judge against every fault of the reference server.
    Teeth(teeth::Args),
    /// Remove what an interrupted run left on a target.
    Sweep(sweep::Args),
    /// Print shell completions.
    Completions(completions::Args),
    /// Write the manual pages.
    Man(man::Args),
}

impl Cli {
    /// Returns the flags of `load`, if that is the command.
    #[cfg(test)]
    pub(crate) fn into_load(self) -> Option<load::Args> {
        match self.command {
            Command::Load(args) => Some(*args),
            _ => None,
        }
    }

    /// Runs the command and returns how it ended.
    pub(crate) fn run(self) -> Outcome {
        match self.command {
            Command::Check(args) => drive(check::run(*args)),
            Command::Serve(args) => drive(serve::run(args)),
            Command::Load(args) => drive(load::run(*args)),
            Command::Scope(args) => scope::run(&args),
            Command::List(args) => drive(list::run(args)),
            Command::Diff(args) => diff::run(&args),
            Command::Judge(args) => drive(judge::run(args)),
            Command::Doctor(args) => drive(doctor::run(args)),
            Command::Teeth(args) => drive(teeth::run(args)),
            Command::Sweep(args) => drive(sweep::run(args)),
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
