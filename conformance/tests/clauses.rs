//! Every statement of the documentation is observed by a check, or stands in `untestable.toml` with its reason.

use std::collections::BTreeSet;

use conformance::{catalogue, check::Check};
use fixtures::{
    clauses::{self, Mark},
    untestable,
};

#[test]
fn every_testable_clause_is_cited_and_no_untestable_one() {
    let checks = catalogue::all();
    let coverage = catalogue::coverage(&checks);
    let idle: Vec<_> = coverage
        .iter()
        .filter(|row| row.checks.is_empty() && row.untestable.is_none())
        .map(|row| row.clause.id.as_str())
        .collect();
    assert!(idle.is_empty(), "no check observes {idle:#?}");
    let both: Vec<_> = coverage
        .iter()
        .filter(|row| !row.checks.is_empty() && row.untestable.is_some())
        .map(|row| row.clause.id.as_str())
        .collect();
    assert!(
        both.is_empty(),
        "observed, yet called untestable: {both:#?}"
    );
    let observed = clauses::all().len() - untestable::all().len();
    println!(
        "checks={} clauses={} observed={observed}",
        checks.len(),
        clauses::all().len()
    );
}

#[test]
fn every_check_cites_clauses_that_exist() {
    for check in catalogue::all() {
        assert!(!check.cites.is_empty(), "`{}` cites nothing", check.id);
        for id in check.cites {
            assert!(
                clauses::find(id).is_some(),
                "`{}` cites `{id}`, which is no clause",
                check.id
            );
        }
    }
}

#[test]
fn enough_checks_each_with_its_own_id() {
    let checks = catalogue::all();
    let ids: BTreeSet<_> = checks.iter().map(|check| check.id).collect();
    assert_eq!(ids.len(), checks.len(), "an id stands twice");
    assert!(checks.len() >= 60, "{}", checks.len());
}

/// A miss must not fail a run for an inferred clause because a documented one is cited beside it.
#[test]
fn no_check_of_the_program_mixes_weights() {
    for check in conformance::checks::all() {
        let weights: BTreeSet<bool> = check
            .cites
            .iter()
            .map(|id| is_inferred(check, id))
            .collect();
        assert_eq!(
            weights.len(),
            1,
            "`{}` mixes what fails a run with what warns",
            check.id
        );
    }
}

fn is_inferred(check: &Check, id: &str) -> bool {
    let clause = clauses::find(id).unwrap_or_else(|| panic!("`{}` cites `{id}`", check.id));
    clause.mark == Mark::Inferred
}
