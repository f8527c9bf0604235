//! The flags that set a load beside one that was made before: both are repeated, since one run says nothing of chance.

use std::path::PathBuf;

use loadtest::baseline::{self, Comparison, Saved, saved::FEWEST_REPETITIONS, yardstick};

use crate::exit::Failure;

/// With what a load is compared.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Baseline")]
pub(crate) struct BaselineArgs {
    /// Compares with a load that was saved before; what became worse, beyond chance, ends with 6.
    #[arg(long, value_name = "FILE.json")]
    baseline: Option<PathBuf>,

    /// Saves what the load came to, for a comparison later.
    #[arg(long, value_name = "FILE.json")]
    save: Option<PathBuf>,

    /// Makes the load so many times [default: 5 with --baseline or --save, else 1].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    repeat: Option<u16>,
}

impl BaselineArgs {
    /// Returns how many times the load is made.
    pub(super) fn repetitions(&self) -> usize {
        match self.repeat {
            Some(repeat) => repeat.into(),
            None if self.is_used() => FEWEST_REPETITIONS,
            None => 1,
        }
    }

    /// Reads the load to compare with, before anything is sent.
    pub(super) fn before(&self) -> Result<Option<Saved>, Failure> {
        let read = |file: &PathBuf| {
            Saved::read(file).map_err(|error| Failure::usage(miette::miette!("{error}")))
        };
        self.baseline.as_ref().map(read).transpose()
    }

    /// Measures how fast this machine is just now, where it matters.
    pub(super) async fn yardstick(&self) -> Option<f64> {
        if !self.is_used() {
            return None;
        }
        let measured = tokio::task::spawn_blocking(yardstick::measure).await;
        measured.ok().and_then(Result::ok)
    }

    /// Saves a load, and compares it with the one before.
    pub(super) fn finish(
        &self,
        before: Option<&Saved>,
        after: &Saved,
    ) -> Result<Option<Comparison>, Failure> {
        if let Some(file) = &self.save {
            fixtures::file::replace(file, after.text().as_bytes()).map_err(|error| {
                Failure::unwritable(format_args!("`{}`", file.display()), &error)
            })?;
        }
        let comparison = before.map(|before| baseline::compare(before, after));
        if let Some(obstacle) = comparison
            .as_ref()
            .and_then(|found| found.obstacle.as_ref())
        {
            return Err(Failure::usage(miette::miette!(
                "the loads cannot be compared: {obstacle}"
            )));
        }
        Ok(comparison)
    }

    fn is_used(&self) -> bool {
        self.baseline.is_some() || self.save.is_some()
    }
}
