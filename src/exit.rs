//! The exit statuses of the command line, and the error that carries one.

use std::{fmt::Display, io, process::ExitCode};

use crate::console;

/// Says how a run ended; the number is part of the interface that scripts rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Everything was as expected.
    AsExpected = 0,
    /// A `seed` or `vendor` clause is violated.
    ClauseViolated = 1,
    /// The command line or a file it names is wrong.
    Usage = 2,
    /// The target or its description is not usable; found before the first check.
    TargetUnusable = 3,
    /// Something could not be observed.
    NotObserved = 4,
    /// An expectation is stale, expired, unknown or doubled.
    ExpectationStale = 5,
    /// A limit or a baseline is missed.
    LimitMissed = 6,
    /// Nothing was selected.
    NothingSelected = 7,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error on its way to the terminal, with the status to end with.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    report: miette::Report,
}

impl Failure {
    /// Wraps an error of the command line or of a file that it names.
    pub(crate) fn usage(report: impl Into<miette::Report>) -> Self {
        Self::new(Exit::Usage, report)
    }

    /// Says that what was asked for cannot be written to its place.
    pub(crate) fn unwritable(place: impl Display, error: &io::Error) -> Self {
        Self::usage(miette::miette!("cannot write {place}: {error}"))
    }

    /// Wraps an error with the status to end with.
    pub(crate) fn new(exit: Exit, report: impl Into<miette::Report>) -> Self {
        Self {
            exit,
            report: report.into(),
        }
    }

    /// Prints the error on standard error and returns its status.
    pub(crate) fn print(&self) -> Exit {
        console::tell(format_args!("{:?}", self.report));
        self.exit
    }
}

/// What every command returns.
pub(crate) type Outcome = Result<Exit, Failure>;
