//! The flags that say what a load is held to.

use std::path::PathBuf;

use loadtest::limit::{Limit, Limits};

use crate::exit::Failure;

/// What a load is held to.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Holds the load to a limit, for example `token.p99 < 50ms` or `errors < 0.1%`; repeatable. It ends early when one cannot be
    /// met any more.
    #[arg(long = "limit", value_name = "LIMIT")]
    limits: Vec<Limit>,

    /// Holds the load to the limits in a file.
    #[arg(long = "limits", value_name = "FILE.toml")]
    file: Option<PathBuf>,
}

impl LimitArgs {
    /// Returns all of them.
    pub(super) fn limits(&self) -> Result<Limits, Failure> {
        let mut limits = Limits::new(self.limits.clone());
        if let Some(file) = &self.file {
            let read =
                Limits::read(file).map_err(|error| Failure::usage(miette::miette!("{error}")))?;
            limits.extend(read);
        }
        Ok(limits)
    }
}
