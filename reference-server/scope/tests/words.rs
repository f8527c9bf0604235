//! What an explanation says, for every reason there is.

use insta::assert_snapshot;
use scope_lang::{Method, Readings, Scope, ScopeSet};

fn explain(scopes: &[&str], readings: &[(&str, &str)], method: Method, path: &str) -> String {
    let mut answers = Readings::default();
    for (id, answer) in readings {
        answers.answer(id, answer).expect("a reading");
    }
    let scopes: Vec<Scope> = scopes
        .iter()
        .map(|text| text.parse().expect("a scope"))
        .collect();
    ScopeSet::compile(&scopes, answers)
        .explain(method, path)
        .to_string()
}

#[test]
fn nothing_covers() {
    let text = explain(&["*:webhooks/**"], &[], Method::Get, "config/clients");
    assert_snapshot!(text, @"GET config/clients is refused: no scope covers it");
}

#[test]
fn deny_over_full_however_specific() {
    let text = explain(
        &["-:config/**", "*:config/clients"],
        &[],
        Method::Get,
        "config/clients/6be7",
    );
    assert_snapshot!(text, @r"
    GET config/clients/6be7 is refused: `-:config/**` denies it, and a deny overrides every other scope
    covered by `-:config/**` (deny), `*:config/clients` (full)
    ");
}

#[test]
fn full_allows() {
    let text = explain(
        &["*:**", "+:config/clients"],
        &[],
        Method::Delete,
        "config/clients/6be7",
    );
    assert_snapshot!(text, @r"
    DELETE config/clients/6be7 is allowed: `*:**` (full) covers it
    covered by `*:**` (full), `+:config/clients` (mutate)
    ");
}

#[test]
fn read_does_not_create() {
    let text = explain(&[".:config/clients"], &[], Method::Post, "config/clients");
    assert_snapshot!(text, @r"
    POST config/clients is refused: `.:config/clients` (read) covers it, but read does not include POST
    covered by `.:config/clients` (read)
    ");
}

#[test]
fn mutate_wins_over_read() {
    let scopes = ["+:config/clients", ".:config/clients"];
    let text = explain(&scopes, &[], Method::Get, "config/clients");
    assert_snapshot!(text, @r"
    GET config/clients is refused: `+:config/clients` (mutate) wins over the read scope that covers it too, and does not include GET (reading plus-with-read=no)
    covered by `+:config/clients` (mutate), `.:config/clients` (read)
    ");
    let text = explain(
        &scopes,
        &[("plus-with-read", "yes")],
        Method::Get,
        "config/clients",
    );
    assert_snapshot!(text, @r"
    GET config/clients is allowed: `.:config/clients` (read) counts beside the mutate scope that covers it too (reading plus-with-read=yes)
    covered by `+:config/clients` (mutate), `.:config/clients` (read)
    ");
}

#[test]
fn mutate_under_the_readings_that_narrow_it() {
    let no = [("plus-creates", "no"), ("plus-resets-secret", "no")];
    let text = explain(&["+:config/clients"], &no, Method::Post, "config/clients");
    assert_snapshot!(text, @r"
    POST config/clients is refused: `+:config/clients` (mutate) covers it, but does not create (reading plus-creates=no)
    covered by `+:config/clients` (mutate)
    ");
    let text = explain(
        &["+:config/clients"],
        &no,
        Method::Post,
        "config/clients/6be7/secret",
    );
    assert_snapshot!(text, @r"
    POST config/clients/6be7/secret is refused: `+:config/clients` (mutate) covers it, but does not reset secrets (reading plus-resets-secret=no)
    covered by `+:config/clients` (mutate)
    ");
}

#[test]
fn an_item_opens_its_list() {
    let yes = [("item-scope-lists", "yes")];
    let text = explain(
        &[".:config/clients/6be7"],
        &yes,
        Method::Get,
        "config/clients",
    );
    assert_snapshot!(text, @"GET config/clients is allowed: `.:config/clients/6be7` (read) is about one of its items, which opens the list (reading item-scope-lists=yes)");
}

#[test]
fn facts_are_serialised() {
    let scopes: [Scope; 1] = ["+:config/clients".parse().expect("a scope")];
    let set = ScopeSet::compile(&scopes, Readings::default());
    let facts = serde_json::to_string(&set.explain(Method::Get, "config/clients"));
    assert_snapshot!(facts.expect("facts"), @r#"{"method":"GET","path":"config/clients","allowed":false,"reason":"behaviour-refuses","by":"+:config/clients","covered_by":["+:config/clients"]}"#);
}
