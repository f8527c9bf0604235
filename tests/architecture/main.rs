//! The shape of the workspace: which package may use which, and how long a file may grow.

mod arrows;
mod sizes;

use std::path::Path;

/// The root of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files with that extension that belong to the project, below the root.
fn files(extension: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder was just listed") {
            let path = entry.expect("the entry was just listed").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                if path != root().join("target") && name != "node_modules" && !name.starts_with('.')
                {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no `.{extension}` file was found");
    found.sort();
    found
}
