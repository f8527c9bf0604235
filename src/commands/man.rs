//! `proofhouse man`: the manual pages.

use std::{fs, path::Path, path::PathBuf};

use clap::CommandFactory;

use crate::cli::Cli;
use crate::console;
use crate::exit::{Exit, Failure, Outcome};

/// Writes the manual pages.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  proofhouse man | man -l -
  proofhouse man --out ~/.local/share/man/man1")]
pub(crate) struct Args {
    /// Folder for one page a command; without it the first page goes to standard output.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    match &args.out {
        Some(folder) => write(folder)?,
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command())
                .render(&mut page)
                .map_err(|error| Failure::unwritable("the manual page", &error))?;
            console::print_bytes(&page)?;
        }
    }
    Ok(Exit::AsExpected)
}

/// Writes one page a command into a folder, which it makes if there is none.
fn write(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), folder))
        .map_err(|error| Failure::unwritable(format_args!("`{}`", folder.display()), &error))
}
