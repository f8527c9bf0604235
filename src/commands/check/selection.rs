//! The flags that say which checks are meant.

use std::path::PathBuf;

use conformance::{
    catalogue,
    check::Check,
    plan::{Mode, Plan, Wanted},
    scenario::directory,
};

use crate::exit::Failure;

/// Which checks.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Selection")]
pub(crate) struct SelectionArgs {
    /// Makes only the checks of a profile; repeatable [default: all that the target allows].
    #[arg(long = "profile", value_name = "PROFILE", value_parser = ["config"])]
    profiles: Vec<String>,

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
        has_configuration_client: bool,
    ) -> Result<Plan, Failure> {
        let wanted = Wanted::new(&self.only, &self.skip)
            .map_err(|error| Failure::usage(miette::miette!("{error}")))?;
        let checks = checks.into_iter().filter(|check| self.covers(check));
        Ok(Plan::new(checks, &wanted, mode, has_configuration_client))
    }

    /// Tells whether a check belongs to one of the profiles; the first part of its id is its profile.
    fn covers(&self, check: &Check) -> bool {
        let profile = check.id.split('.').next().unwrap_or_default();
        self.profiles.is_empty() || self.profiles.iter().any(|wanted| wanted == profile)
    }
}
