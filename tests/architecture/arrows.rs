//! Which package uses which. An arrow that is not printed here must not exist.

use std::fmt::Write as _;

use cargo_metadata::{DependencyKind, MetadataCommand};

#[test]
fn packages_use_only_what_the_architecture_allows() {
    let metadata = MetadataCommand::new()
        .manifest_path(super::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo describes the workspace");
    let mut packages: Vec<_> = metadata.packages.iter().collect();
    packages.sort_by_key(|package| package.name.to_string());

    let mut arrows = String::new();
    for package in packages {
        let mut uses: Vec<String> = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.path.is_some())
            .map(|dependency| match dependency.kind {
                DependencyKind::Development => format!("({})", dependency.name),
                _ => dependency.name.clone(),
            })
            .collect();
        uses.sort();
        let uses = if uses.is_empty() {
            "nothing of ours".to_owned()
        } else {
            uses.join(", ")
        };
        writeln!(arrows, "{} -> {uses}", package.name).expect("a string takes every line");
    }

    // In parentheses: only for its own tests.
    insta::assert_snapshot!(arrows, @r"
    benches -> (conformance), fixtures, loadtest, reference-server, scope-lang, scope-workload
    conformance -> (reference-server), (scope-lang), fixtures
    fixtures -> nothing of ours
    loadtest -> (reference-server), fixtures
    proofhouse -> conformance, fixtures, loadtest, reference-server, scope-lang
    reference-server -> fixtures, scope-lang
    rivals -> (fixtures), (scope-workload), scope-lang
    scope-lang -> nothing of ours
    scope-workload -> (scope-lang)
    ");
}

/// A server that reads the answers passes every check: it may know its tenant, and how files are read, and nothing else.
#[test]
fn the_server_does_not_read_the_answers() {
    let allowed = [
        "fixtures::seed",
        "fixtures::keys",
        "fixtures::control",
        "fixtures::file",
    ];
    for path in super::files("rs") {
        if !path.starts_with(super::root().join("reference-server")) {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source file is readable text");
        for (number, line) in text.lines().enumerate() {
            for (at, _) in line.match_indices("fixtures::") {
                assert!(
                    allowed.iter().any(|part| line[at..].starts_with(part)),
                    "{}:{}: the server may use only {allowed:?}: {line}",
                    path.display(),
                    number + 1
                );
            }
        }
    }
}

/// Server and judge would share a bug and agree: the judge may plan with the scope language, never judge.
#[test]
fn no_check_asks_the_scope_language() {
    let checks = super::root().join("conformance/src/checks");
    let asking: Vec<_> = super::files("rs")
        .into_iter()
        .filter(|path| path.starts_with(&checks))
        .filter(|path| {
            std::fs::read_to_string(path)
                .expect("a source file is readable text")
                .contains("scope_lang")
        })
        .collect();
    assert_eq!(asking, Vec::<std::path::PathBuf>::new());
}
