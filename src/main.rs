//! `proofhouse`: serves, judges and loads identity deployments that speak the Hosted Login API.
//!
//! The composition root: the only place that knows all the parts and puts them together.
//! `cli.rs` is the table of contents, `commands/` has one file a command.

mod cli;
mod commands;
mod console;
mod exit;

use std::{
    io::{IsTerminal as _, stderr},
    process::ExitCode,
};

use clap::Parser;

fn main() -> ExitCode {
    // Errors are wrapped for people only: in a log, a path stays in one piece.
    let is_wrapped = stderr().is_terminal();
    let handler = miette::MietteHandlerOpts::new().wrap_lines(is_wrapped);
    miette::set_hook(Box::new(move |_| Box::new(handler.clone().build())))
        .expect("nobody else sets a hook");
    match cli::Cli::parse().run() {
        Ok(exit) => exit.into(),
        Err(failure) => failure.print().into(),
    }
}
