//! The flags that say which checks are meant.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use conformance::{
    catalogue,
    check::Check,
    plan::{Mode, Offer, Plan, Wanted},
    profile::Profile,
    scenario::directory,
};

use crate::exit::Failure;

/// Which checks.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Selection")]
pub(crate) struct SelectionArgs {
    /// Makes only the checks of a profile; repeatable [default: all that the target allows].
    #[arg(long = "profile", value_name = "PROFILE", value_parser = profile())]
    profiles: Vec<Profile>,

    /// Makes only the checks whose ids match; repeatable.
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,

    /// Leaves out the checks whose ids match; repeatable.
    #[arg(long, value_name = "GLOB")]
    skip: Vec<String>,

    /// Adds the scenario files below a folder.
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
}

/// Returns a parser that lists the profiles in the help.
fn profile() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.map(Profile::as_str))
        .try_map(|text| text.parse::<Profile>())
}

impl SelectionArgs {
    /// Returns every check that there is, the user's own included.
    pub(crate) fn checks(&self) -> Result<Vec<Check>, Failure> {
        let mut checks = catalogue::all();
        if let Some(folder) = &self.scenarios {
            let taken: Vec<&'static str> = checks.iter().map(|check| check.id).collect();
            let own = directory::read(folder, taken)
                .map_err(|error| Failure::usage(miette::miette!("{error}")))?;
            checks.extend(own);
        }
        Ok(checks)
    }

    /// Chooses among checks.
    pub(crate) fn plan(
        &self,
        checks: Vec<Check>,
        mode: Mode,
        offer: Offer,
    ) -> Result<Plan, Failure> {
        let wanted = Wanted::new(&self.only, &self.skip)
            .map_err(|error| Failure::usage(miette::miette!("{error}")))?;
        let checks = checks.into_iter().filter(|check| self.covers(check, offer));
        Ok(Plan::new(checks, &wanted, mode, offer))
    }

    /// Tells whether a check belongs to one of the profiles; without any, to one that the target allows.
    fn covers(&self, check: &Check, offer: Offer) -> bool {
        let profile = Profile::of(check.id);
        if self.profiles.is_empty() {
            offer.allows(profile)
        } else {
            profile.is_some_and(|profile| self.profiles.contains(&profile))
        }
    }
}
