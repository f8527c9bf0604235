//! What `conformance/mutants.toml` says of mutants is about functions that exist, and each has its reason.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Survivors {
    survivor: Vec<Survivor>,
}

/// Mutants of one file that are not noticed for one reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Survivor {
    file: PathBuf,
    /// Names as `cargo mutants` has them, without the place in the file.
    mutants: Vec<String>,
    /// Whether no answer changes, whatever is asked.
    #[serde(default)]
    equivalent: bool,
    reason: String,
}

fn survivors() -> Vec<Survivor> {
    let text = include_str!("../mutants.toml");
    let survivors: Survivors = toml::from_str(text).expect("a list of survivors");
    survivors.survivor
}

/// Returns the last part of the name of the function that a mutant is made in.
fn function(mutant: &str) -> Option<&str> {
    let path = match mutant
        .strip_prefix("replace ")
        .zip(mutant.rsplit_once(" in "))
    {
        // A part of a function.
        Some((_, (_, path))) => path,
        // A whole one: `replace path -> Type with value`.
        None => match mutant.strip_prefix("replace ") {
            Some(rest) => rest.split(" -> ").next()?.split(" with ").next()?,
            None => mutant.rsplit_once(" in ")?.1,
        },
    };
    path.rsplit("::").next()
}

#[test]
fn every_function_exists_and_every_reason_says_something() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for survivor in survivors() {
        let file = root.join(&survivor.file);
        let source = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert!(survivor.reason.len() > 20, "{}", survivor.reason);
        assert!(!survivor.mutants.is_empty(), "{}", survivor.reason);
        for mutant in &survivor.mutants {
            let name = function(mutant).unwrap_or_else(|| panic!("`{mutant}` names no function"));
            assert!(
                source.contains(&format!("fn {name}")),
                "{}: no function `{name}`, of which `{mutant}` is",
                survivor.file.display()
            );
        }
    }
}

/// What is equivalent is left out by its name, so the same name must not stand for one that is not.
#[test]
fn no_name_stands_for_both_kinds() {
    let mut kinds: BTreeMap<(PathBuf, String), bool> = BTreeMap::new();
    for survivor in survivors() {
        for mutant in survivor.mutants {
            let place = (survivor.file.clone(), mutant);
            let before = kinds.insert(place.clone(), survivor.equivalent);
            assert!(
                before.is_none_or(|before| before == survivor.equivalent),
                "{place:?}"
            );
        }
    }
}

#[test]
fn functions_are_found_in_names() {
    for (mutant, name) in [
        ("replace Grant::rank -> u64 with 0", "rank"),
        ("replace App::tell with ()", "tell"),
        ("replace << with >> in Grant::rank", "rank"),
        ("delete ! in <impl Drop for Courier>::drop", "drop"),
        ("delete match arm Method::Patch in Tally::settle", "settle"),
        (
            "replace match guard a in b with true in <impl FromStr for Resource>::from_str",
            "from_str",
        ),
    ] {
        assert_eq!(function(mutant), Some(name), "{mutant}");
    }
}
