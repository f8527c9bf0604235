//! The places that a run writes to, looked at before the run: it may take long, and its findings should not be lost.

use std::{collections::BTreeSet, path::Path};

use conformance::report::Output;

use crate::exit::Failure;

/// Makes sure that each report, and each other file, has a place of its own that can be written to.
pub(super) fn check<'p>(
    reports: &[&'p Output],
    others: impl Iterator<Item = &'p Path>,
) -> Result<(), Failure> {
    if reports.iter().filter(|output| output.is_stdout()).count() > 1 {
        return Err(Failure::usage(miette::miette!(
            "--report: only one report fits on standard output"
        )));
    }
    let mut seen = BTreeSet::new();
    for path in reports
        .iter()
        .filter_map(|output| output.path())
        .chain(others)
    {
        let refused = |why| {
            let told = miette::miette!("cannot write `{}`: {why}", path.display());
            Err(Failure::usage(told))
        };
        if !seen.insert(path) {
            return refused("it is written to twice");
        }
        if path.is_dir() {
            return refused("it is a folder");
        }
        // A report takes the place of what was there: a link or a device would be gone.
        if path.symlink_metadata().is_ok_and(|there| !there.is_file()) {
            return refused("it is a link or a device (`-` is standard output)");
        }
        if !folder(path).is_dir() {
            return refused("there is no such folder");
        }
    }
    Ok(())
}

fn folder(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
