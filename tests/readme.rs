//! The README's figures, held to what they count.

#[test]
fn the_readme_counts_right() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).expect("there is a README");
    let words: Vec<&str> = readme.split_whitespace().collect();
    let readme = words.join(" ");

    let clauses = fixtures::clauses::all().len();
    let unseen = fixtures::untestable::all().len();
    let checks = conformance::catalogue::all().len();
    let readings = fixtures::readings::all().len();
    for claim in [
        format!("is {clauses} clauses."),
        format!("{} are observed by {checks} checks", clauses - unseen),
        format!("the other {unseen} cannot be seen"),
        format!("{readings} readings say which"),
        format!("{checks} checks in "),
    ] {
        assert!(readme.contains(&claim), "the README should say: {claim}");
    }
}
