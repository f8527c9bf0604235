//! What a run would do, and why it would do nothing.

use conformance::{description::Usable, plan::Plan};

use crate::console;
use crate::exit::{Exit, Failure};

/// Prints a plan.
pub(super) fn show(plan: &Plan, usable: &Usable) -> Result<(), Failure> {
    let settings = &usable.settings;
    console::print(format_args!(
        "target {} mode {} seed {}",
        settings.place(),
        usable.mode,
        settings.seed
    ))?;
    for check in &plan.checks {
        console::print(format_args!(
            "make  {:<8} {}",
            check.effects.as_str(),
            check.id
        ))?;
    }
    for (check, skip) in &plan.skipped {
        console::print(format_args!(
            "skip  {:<8} {}: {skip}",
            check.effects.as_str(),
            check.id
        ))?;
    }
    console::print(format_args!(
        "{} to make, {} to skip",
        plan.checks.len(),
        plan.skipped.len()
    ))
}

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
