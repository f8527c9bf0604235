//! Why a run would do nothing.

use conformance::plan::Plan;

use crate::exit::{Exit, Failure};

/// Says why a plan makes no check.
pub(crate) fn nothing_selected(plan: &Plan) -> Failure {
    let why = match plan.skipped.first() {
        Some((check, skip)) => format!(
            "`{}` and {} more cannot be made: {skip}",
            check.id,
            plan.skipped.len() - 1
        ),
        None => "no id matches; see `proofhouse list`".to_owned(),
    };
    Failure::new(
        Exit::NothingSelected,
        miette::miette!("nothing was selected: {why}"),
    )
}
