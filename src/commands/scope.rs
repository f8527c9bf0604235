//! `proofhouse scope`: the scope language at the command line.
//!
//! One file a subcommand; `source.rs` reads scopes, `question.rs` what is asked about them;
//! `alphabet.rs` and `comparison.rs` do the work of `exhaust`.

mod alphabet;
mod comparison;
mod decide;
mod exhaust;
mod explain;
mod parse;
mod question;
mod source;

use crate::exit::Outcome;

/// Parse, decide and explain scopes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Read scopes and show their parts.
    Parse(parse::Args),
    /// Decide whether scopes allow a request.
    Decide(decide::Args),
    /// Say why scopes allow a request, or refuse it.
    Explain(explain::Args),
    /// Compare the compiled evaluator with the naive one on every case there is.
    Exhaust(exhaust::Args),
}

pub(crate) fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Parse(args) => parse::run(args),
        Command::Decide(args) => decide::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Exhaust(args) => exhaust::run(args),
    }
}
