//! A file has one noun: over 400 lines it has two.

const LONGEST: usize = 400;

#[test]
fn no_source_file_is_over_400_lines() {
    let long: Vec<String> = super::files("rs")
        .iter()
        .filter_map(|path| {
            let lines = std::fs::read_to_string(path)
                .expect("a source file is readable text")
                .lines()
                .count();
            (lines > LONGEST).then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "split these:\n{}", long.join("\n"));
}

#[test]
fn no_file_is_named_for_what_it_is_not() {
    const EMPTY_NAMES: [&str; 5] = ["util", "utils", "common", "helper", "manager"];
    let vague: Vec<_> = super::files("rs")
        .into_iter()
        .filter(|path| {
            path.with_extension("")
                .strip_prefix(super::root())
                .expect("files are below the root")
                .iter()
                .any(|part| EMPTY_NAMES.iter().any(|name| part == *name))
        })
        .collect();
    assert_eq!(vague, Vec::<std::path::PathBuf>::new());
}

#[test]
fn the_front_door_stays_short() {
    let readme =
        std::fs::read_to_string(super::root().join("README.md")).expect("there is a README");
    let lines = readme.lines().count();
    assert!(lines < 200, "README.md has {lines} lines");
}
