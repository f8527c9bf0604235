//! The program Locust: a supported version of it, or the command that installs one.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use loadtest::locust::version::{NEWEST, OLDEST, Version, install};

use crate::exit::Failure;

/// How long it may take to say its version: Python is slow to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Finds the program, and makes sure that it is supported.
pub(super) fn locust(named: Option<&Path>) -> Result<PathBuf, Failure> {
    let program = named.unwrap_or(Path::new("locust"));
    let unusable = |what: &str| {
        Failure::usage(miette::miette!(
            "`{}` {what}: a load by more than one machine needs Locust {OLDEST} to {}.{}; install it with\n  {}\nand name it with `--locust PATH` where it is not on the path",
            program.display(),
            NEWEST.0,
            NEWEST.1,
            install()
        ))
    };
    let Some(printed) = version(program) else {
        return Err(unusable("cannot be started"));
    };
    match Version::printed(&printed) {
        Some(version) if version.is_supported() => Ok(from_anywhere(program)),
        Some(version) => Err(unusable(&format!("is of version {version}"))),
        None => Err(unusable("does not say which version of Locust it is")),
    }
}

/// Returns a path that leads to the same place from another folder: the master has one of its own. A name alone is looked up.
fn from_anywhere(program: &Path) -> PathBuf {
    if program.components().count() > 1 {
        std::path::absolute(program).unwrap_or_else(|_| program.to_owned())
    } else {
        program.to_owned()
    }
}

/// Returns what it prints about its version.
fn version(program: &Path) -> Option<String> {
    let mut child = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let last = Instant::now() + PATIENCE;
    while child.try_wait().ok()?.is_none() {
        if Instant::now() > last {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut printed = String::new();
    let read = child
        .stdout
        .take()?
        .take(10_000)
        .read_to_string(&mut printed);
    read.ok().map(|_| printed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_the_same_place_from_everywhere_and_a_name_stays_one() {
        assert_eq!(from_anywhere(Path::new("locust")), Path::new("locust"));
        for relative in ["./locust", "venv/bin/locust"] {
            let absolute = from_anywhere(Path::new(relative));
            assert!(absolute.is_absolute(), "{relative}");
            assert!(absolute.ends_with("locust"), "{relative}");
        }
    }
}
