//! What a granted scope allows: the decision table, put to the target.
//!
//! The rows come from [`fixtures::decisions`]; each check takes those of one group, or those of one inferred clause, so that a miss
//! weighs as much as the clause behind it. PATCH and webhooks stay with the tests of the scope language and with the checks of `webhooks`:
//! nothing below `config` shows them.

pub(super) mod cross_product;
pub(super) mod documented;
pub(super) mod inferred;
mod probe;
mod table;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fixtures::{
        clauses::{self, Mark},
        decisions,
    };

    use super::{cross_product, documented, inferred, probe::Probe, table::Selection};

    fn selections() -> impl Iterator<Item = &'static Selection> {
        [
            documented::SELECTIONS,
            cross_product::SELECTIONS,
            inferred::SELECTIONS,
        ]
        .into_iter()
        .flatten()
        .copied()
    }

    #[test]
    fn every_row_that_a_target_can_be_asked_about_is_asked_once() {
        let mut asked = BTreeSet::new();
        for (row, _) in selections().flat_map(Selection::rows) {
            assert!(asked.insert(std::ptr::from_ref(row)), "twice: {row}");
        }
        for row in decisions::all().filter(|row| Probe::of(row).is_some()) {
            let asked = asked.contains(&std::ptr::from_ref(row));
            assert!(asked, "never: {row} ({}, {})", row.group(), row.clause());
        }
        println!("rows put to a target: {}", asked.len());
        assert!(asked.len() >= 1000, "{}", asked.len());
    }

    #[test]
    fn every_selection_uses_all_its_clauses() {
        for selection in selections() {
            let used: BTreeSet<_> = selection.rows().map(|(row, _)| row.clause()).collect();
            let cited: BTreeSet<_> = selection.clauses.iter().copied().collect();
            assert_eq!(used, cited, "{:?}", selection.groups);
        }
    }

    #[test]
    fn no_selection_mixes_what_weighs_differently() {
        for selection in selections() {
            let is_inferred =
                |id: &&str| clauses::find(id).map(|clause| clause.mark) == Some(Mark::Inferred);
            let inferred = selection
                .clauses
                .iter()
                .filter(|id| is_inferred(id))
                .count();
            assert!(
                inferred == 0 || inferred == selection.clauses.len(),
                "{:?}",
                selection.clauses
            );
        }
    }
}
