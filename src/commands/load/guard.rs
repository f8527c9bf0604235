//! The guard: nobody loads what is not theirs by a slip.
//!
//! A target off this machine is loaded only if the user says so, and at a rate. What was said is remembered beside the description
//! of the target, and forgotten when the description names another target.

use std::path::{Path, PathBuf};

use loadtest::target::Target;

use super::target::TargetArgs;
use crate::exit::{Exit, Failure};

/// Makes sure that the target may be loaded.
pub(super) fn allow(
    target: &Target,
    args: &TargetArgs,
    arrivals: Option<f64>,
) -> Result<(), Failure> {
    if target.is_of_this_machine() {
        return Ok(());
    }
    let is_owned = args.owns() || args.file().is_some_and(|file| remembers(file, target));
    if !is_owned {
        return Err(refused(&format!(
            "{} is not this machine: a load may bring it down. If it is yours to load, say `--i-own-this-target`",
            target.url
        )));
    }
    let Some(rate) = target.rate else {
        return Err(refused(&format!(
            "{} is not this machine: say with `--rate N` or `limits.rate` how many requests a second it is to get at most",
            target.url
        )));
    };
    if let Some(arrivals) = arrivals.filter(|arrivals| *arrivals > rate) {
        return Err(refused(&format!(
            "`--arrivals {arrivals}` is more than the {rate} requests a second that the target is to get at most"
        )));
    }
    if let Some(file) = args
        .file()
        .filter(|file| args.owns() && !remembers(file, target))
    {
        let beside = beside(file);
        std::fs::write(&beside, remembered(target))
            .map_err(|error| Failure::unwritable(format_args!("`{}`", beside.display()), &error))?;
    }
    Ok(())
}

fn refused(told: &str) -> Failure {
    Failure::new(Exit::TargetUnusable, miette::miette!("{told}"))
}

/// Tells whether it was said before, of this very target.
fn remembers(file: &Path, target: &Target) -> bool {
    fixtures::file::text(&beside(file)).is_ok_and(|text| text == remembered(target))
}

/// `staging.toml` has `staging.toml.owned` beside it.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".owned");
    name.into()
}

fn remembered(target: &Target) -> String {
    format!(
        "# Somebody said `--i-own-this-target` of this one.\n{} {}\n",
        target.url, target.customer
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_holds_for_one_target() {
        let file = Path::new("staging.toml");
        assert_eq!(beside(file), Path::new("staging.toml.owned"));
        let (one, other) = (
            Target::at("https://id.example.test", "a"),
            Target::at("https://id.example.test", "b"),
        );
        assert_ne!(remembered(&one), remembered(&other));
    }
}
