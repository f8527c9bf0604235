//! How a load ends: the gravest finding decides.

use loadtest::{
    figures::Figures,
    limit::{Figure, Judged, Limits},
    run::Ran,
};

use crate::exit::Exit;

/// Says how the load ended.
pub(super) fn exit(ran: &Ran, limits: &Limits, judged: &[Judged], is_hopeless: bool) -> Exit {
    let is_missed = is_hopeless || judged.iter().any(|judged| !judged.is_met);
    // Whoever holds the errors to a limit says how many may be.
    let are_errors_judged = limits
        .all()
        .iter()
        .any(|limit| limit.figure == Figure::Errors);
    let (wrong, unanswered) = errors(&ran.figures);
    if ran.violated > 0 {
        Exit::ClauseViolated
    } else if ran.is_stopped && !is_hopeless {
        Exit::NotObserved
    } else if wrong > 0 && !are_errors_judged {
        Exit::ClauseViolated
    } else if is_missed {
        Exit::LimitMissed
    } else if (unanswered > 0 && !are_errors_judged) || !ran.leftovers.is_empty() {
        Exit::NotObserved
    } else {
        Exit::AsExpected
    }
}

/// Counts the answers that are wrong, and the requests without an answer.
fn errors(figures: &Figures) -> (u64, u64) {
    figures
        .requests
        .values()
        .fold((0, 0), |(wrong, unanswered), requests| {
            (
                wrong + requests.wrong.values().sum::<u64>(),
                unanswered + requests.unanswered.values().sum::<u64>(),
            )
        })
}
