//! The user's own scenario files.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::file::{self, ScenarioError};
use crate::check::Check;

/// How many files are read.
const MOST_FILES: usize = 500;

/// How deep folders are followed.
const DEEPEST: usize = 8;

/// Reads every `*.arazzo.yaml` below a folder, and returns their scenarios as checks. `taken` holds the ids in use.
///
/// # Errors
///
/// When the folder cannot be read or holds no scenario, a file is wrong or too large, or an id is taken.
pub fn read(
    folder: &Path,
    taken: impl IntoIterator<Item = &'static str>,
) -> Result<Vec<Check>, ScenarioError> {
    let mut files = Vec::new();
    collect(folder, 0, &mut files)?;
    files.sort();
    let mut taken: BTreeSet<&'static str> = taken.into_iter().collect();
    let mut checks = Vec::new();
    for path in files {
        let text = text_of(&path)?;
        let relative = path.strip_prefix(folder).unwrap_or(&path);
        let relative = relative.to_string_lossy().replace('\\', "/");
        let found = file::read(&relative, &text).map_err(|error| ScenarioError {
            file: path.display().to_string(),
            ..error
        })?;
        for check in &found {
            if !taken.insert(check.id) {
                return Err(wrong(
                    &path,
                    "workflowId",
                    format!("the id `{}` is taken", check.id),
                ));
            }
        }
        checks.extend(found);
    }
    if checks.is_empty() {
        let reason = "holds no `*.arazzo.yaml` with a workflow that has `x-clauses`";
        return Err(wrong(folder, "folder", reason));
    }
    Ok(checks)
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), ScenarioError> {
    let entries =
        fs::read_dir(folder).map_err(|error| wrong(folder, "folder", error.to_string()))?;
    for entry in entries {
        let path = entry
            .map_err(|error| wrong(folder, "folder", error.to_string()))?
            .path();
        if path.is_dir() && depth < DEEPEST {
            collect(&path, depth + 1, files)?;
        } else if is_scenario(&path) {
            files.push(path);
        }
        if files.len() > MOST_FILES {
            return Err(wrong(
                folder,
                "folder",
                format!("holds more than {MOST_FILES} files"),
            ));
        }
    }
    Ok(())
}

fn is_scenario(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    name.is_some_and(|name| name.ends_with(".arazzo.yaml") || name.ends_with(".arazzo.yml"))
}

fn text_of(path: &Path) -> Result<String, ScenarioError> {
    fixtures::file::text(path).map_err(|error| wrong(path, "file", error.to_string()))
}

fn wrong(path: &Path, field: &str, reason: impl Into<String>) -> ScenarioError {
    ScenarioError {
        file: path.display().to_string(),
        line: None,
        field: field.to_owned(),
        reason: reason.into(),
    }
}
