//! `proofhouse man`: the manual pages.

use std::path::PathBuf;

use clap::CommandFactory;
use miette::{IntoDiagnostic, WrapErr};

use crate::cli::Cli;
use crate::exit::{Exit, Failure, Outcome};

/// Writes the manual pages.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder for one page a command; without it the first page goes to standard output.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    render(args)
        .map(|()| Exit::AsExpected)
        .map_err(Failure::usage)
}

fn render(args: &Args) -> miette::Result<()> {
    match &args.out {
        Some(folder) => clap_mangen::generate_to(Cli::command(), folder)
            .into_diagnostic()
            .wrap_err_with(|| format!("cannot write manual pages to `{}`", folder.display())),
        None => clap_mangen::Man::new(Cli::command())
            .render(&mut std::io::stdout())
            .into_diagnostic()
            .wrap_err("cannot write the manual page"),
    }
}
