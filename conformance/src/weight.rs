//! How much a clause weighs: what was only inferred warns, what somebody wrote down fails a run.

use fixtures::clauses::{self, Mark};

/// Tells whether every clause is one that was inferred. None at all, and an unknown clause, weigh in full.
pub(crate) fn is_inferred_only(ids: &[&str]) -> bool {
    !ids.is_empty() && ids.iter().all(|id| is_inferred(id))
}

/// Returns the clauses that a miss violates when nothing says which of those cited it is: the documented ones, since what is
/// documented is not to pass as a warning; all of them when all are inferred.
pub(crate) fn deciding(cites: &[&'static str]) -> Vec<&'static str> {
    if is_inferred_only(cites) {
        return cites.to_vec();
    }
    cites
        .iter()
        .copied()
        .filter(|id| !is_inferred(id))
        .collect()
}

fn is_inferred(id: &str) -> bool {
    clauses::find(id).is_some_and(|clause| clause.mark == Mark::Inferred)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTED: &str = "bearer-missing-body";
    const INFERRED: &str = "bearer-missing-status";

    #[test]
    fn what_is_documented_decides() {
        assert_eq!(deciding(&[INFERRED, DOCUMENTED]), [DOCUMENTED]);
        assert_eq!(deciding(&[INFERRED]), [INFERRED]);
        assert_eq!(deciding(&[INFERRED, "unknown"]), ["unknown"]);
    }

    #[test]
    fn what_is_unknown_weighs_in_full() {
        assert!(is_inferred_only(&[INFERRED]));
        for ids in [&[][..], &["unknown"], &[INFERRED, DOCUMENTED]] {
            assert!(!is_inferred_only(ids), "{ids:?}");
        }
    }
}
