//! How a load ends: the gravest finding decides.

use loadtest::{
    limit::{Figure, Limits},
    reports,
};

use super::whole::Whole;
use crate::exit::Exit;

/// Says how the load ended.
pub(super) fn exit(whole: &Whole, report: &reports::Run, limits: &Limits) -> Exit {
    // Whoever holds the errors to a limit says how many may be.
    let are_errors_judged = limits
        .all()
        .iter()
        .any(|limit| limit.figure == Figure::Errors);
    let requests = report.figures.whole();
    let is_any =
        |kinds: &std::collections::BTreeMap<_, u64>| kinds.values().any(|count| *count > 0);
    if whole.violated() > 0 {
        Exit::ClauseViolated
    } else if whole.is_interrupted() || whole.is_incomplete() {
        Exit::NotObserved
    } else if is_any(&requests.wrong) && !are_errors_judged {
        Exit::ClauseViolated
    } else if report.is_missed() {
        Exit::LimitMissed
    } else if (is_any(&requests.unanswered) && !are_errors_judged) || !whole.leftovers().is_empty()
    {
        Exit::NotObserved
    } else {
        Exit::AsExpected
    }
}
