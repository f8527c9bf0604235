//! The plan decides by `scope-lang`; so every row of the decision table holds for it, under every set of answers.

use fixtures::decisions::{self, Decision};
use scope_lang::{Form, Method, Readings, Scope, ScopeSet, naive};

const A: &str = "8cdb3f99-ceee-403d-a01d-daf392e18350";
const B: &str = "f4f6a3d2-6a58-4d8c-9f0e-0b7f6a5c4d3e";

#[test]
fn every_row_holds_for_every_form_of_decision() {
    let mut decided = 0;
    for row in decisions::all() {
        let scopes = scopes(row);
        let (method, path) = (method(row), row.path(A, B));
        for readings in Readings::all() {
            let answers = readings.answers();
            let answer = |id: &str| {
                answers
                    .iter()
                    .find(|(known, _)| *known == id)
                    .map(|(_, answer)| *answer)
            };
            if !row.holds(answer) {
                continue;
            }
            for set in [
                ScopeSet::compile(&scopes, readings),
                ScopeSet::compile_as(Form::Flat, &scopes, readings),
                ScopeSet::compile_as(Form::Table, &scopes, readings),
            ] {
                let compiled = set.decide(method, &path).allowed();
                assert_eq!(compiled, row.allowed(), "compiled: {row} under {answers:?}");
            }
            let naive = naive::decide(&scopes, readings, method, &path).allowed();
            assert_eq!(naive, row.allowed(), "naive: {row} under {answers:?}");
            decided += 1;
        }
    }
    println!("decisions under every set of answers: {decided}");
    assert!(decided >= 10_000, "{decided}");
}

fn scopes(row: &Decision) -> Vec<Scope> {
    row.scopes(A, B)
        .iter()
        .map(|scope| {
            scope
                .parse()
                .unwrap_or_else(|error| panic!("`{scope}`: {error}"))
        })
        .collect()
}

fn method(row: &Decision) -> Method {
    Method::parse(row.method().as_str()).expect("scope-lang knows the five methods")
}
