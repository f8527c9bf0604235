//! `proofhouse scope`.

use crate::exit::{Exit, Outcome};

/// (Being written.)
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args) -> Outcome {
    Ok(Exit::AsExpected)
}
