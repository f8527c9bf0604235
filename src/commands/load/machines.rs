//! The flags of a load by more than one machine.

use std::path::PathBuf;

use loadtest::locust::link::Master;

use crate::exit::Failure;

/// How many workers there are on this machine, where nothing is said.
const WORKERS: u16 = 2;

/// Who counts the users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Engine {
    /// Goose, in this process.
    Goose,
    /// Locust, with workers of ours that make the requests.
    Locust,
}

/// Which machines make the load.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "More than one machine")]
pub(crate) struct MachineArgs {
    /// Who counts the users: goose in this process, or a master of Locust, with workers of ours that make the requests.
    #[arg(long, value_enum, default_value_t = Engine::Goose)]
    pub(super) engine: Engine,

    /// Starts so many workers on this machine [default: 2].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=256))]
    workers: Option<u16>,

    /// Waits for so many workers of other machines, beyond those of this one.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000), requires = "bind")]
    remote_workers: Option<u16>,

    /// Where the master listens for workers [default: a free port that only this machine reaches].
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(super) bind: Option<Master>,

    /// The program Locust [default: the `locust` on the path].
    #[arg(long, value_name = "PATH")]
    pub(super) locust: Option<PathBuf>,

    /// Makes requests for a master of Locust, until that ends the load. Where it goes is said here, with --target or --url.
    #[arg(
        long,
        value_name = "MASTER[:PORT]",
        conflicts_with_all = [
            "engine", "workers", "remote_workers", "bind", "locust", "users", "arrivals", "limits", "file", "baseline", "save",
            "repeat", "reports",
        ]
    )]
    pub(super) worker: Option<Master>,

    /// The worker's name at its master [default: that of its machine].
    #[arg(long, value_name = "NAME", requires = "worker", value_parser = name)]
    pub(super) worker_name: Option<String>,

    /// Works as long as the standard input is open: for a program that starts the worker for itself.
    #[arg(long, hide = true, requires = "worker")]
    pub(super) until_stdin_ends: bool,
}

impl MachineArgs {
    /// Returns how many workers are started here, and how many others are waited for.
    pub(super) fn workers(&self) -> (u16, u16) {
        let remote = self.remote_workers.unwrap_or(0);
        (self.workers.unwrap_or(WORKERS), remote)
    }

    /// Tells whether workers make the requests, or this is one.
    pub(super) fn has_workers(&self) -> bool {
        self.engine == Engine::Locust || self.worker.is_some()
    }

    /// Makes sure that the flags fit together.
    pub(super) fn check(&self, is_open: bool) -> Result<(), Failure> {
        let wrong = |told: &str| Err(Failure::usage(miette::miette!("{told}")));
        let is_any = self.workers.is_some() || self.bind.is_some() || self.locust.is_some();
        match self.engine {
            Engine::Goose if is_any => wrong(
                "`--workers`, `--remote-workers`, `--bind` and `--locust` go with `--engine locust`",
            ),
            Engine::Locust if is_open => wrong(
                "Locust counts users who wait for each answer: `--arrivals` goes without `--engine locust`",
            ),
            Engine::Locust if self.workers() == (0, 0) => {
                wrong("a load needs one worker at least: `--workers N` or `--remote-workers N`")
            }
            _ => Ok(()),
        }
    }
}

fn name(text: &str) -> Result<String, String> {
    let is_fit = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    if (1..=100).contains(&text.len()) && text.chars().all(is_fit) {
        Ok(text.to_owned())
    } else {
        Err("it is not 1 to 100 letters, digits, `-`, `.` and `_`".to_owned())
    }
}
