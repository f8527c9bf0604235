//! Standard output and standard error, whose reader may leave at any time.

use std::{
    fmt::Display,
    io::{self, Write},
};

use crate::exit::Failure;

/// Prints a line on standard output.
pub(crate) fn print(line: impl Display) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    writeln!(stdout, "{line}")
        .and_then(|()| stdout.flush())
        .or_else(ignore_closed_pipe)
        .map_err(|error| Failure::unwritable("standard output", &error))
}

/// Prints something ready-made on standard output.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .or_else(ignore_closed_pipe)
        .map_err(|error| Failure::unwritable("standard output", &error))
}

/// Tells something on standard error; whether anybody hears it changes nothing.
pub(crate) fn tell(line: impl Display) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Takes a reader that has seen enough for what it is: no failure.
pub(crate) fn ignore_closed_pipe(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Ok(())
    } else {
        Err(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_leaves_is_no_failure() {
        let ends = |kind: io::ErrorKind| ignore_closed_pipe(kind.into()).is_ok();
        assert!(ends(io::ErrorKind::BrokenPipe));
        assert!(!ends(io::ErrorKind::StorageFull));
    }
}
