//! `proofhouse`: serves, judges and loads identity deployments that speak the Hosted Login API.
//!
//! The composition root: the only place that knows all the parts and puts them together.
//! `cli.rs` is the table of contents, `commands/` has one file a command.

mod cli;
mod commands;
mod exit;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(exit) => exit.into(),
        Err(failure) => failure.print().into(),
    }
}
