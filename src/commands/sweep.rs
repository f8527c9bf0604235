//! `proofhouse sweep`: removes what an interrupted run left on a target.

use conformance::{
    doctor,
    sweep::{
        self, Leftover,
        people::{self, Person},
    },
};

use super::check::{TargetArgs, target};
use crate::console;
use crate::exit::{Exit, Failure, Outcome};

/// Remove what an interrupted run left on a target.
///
/// Everything whose name or title begins with `proofhouse-` goes, of every run: do not sweep a target while it is judged. Where a control
/// API is described, users whose address begins so go, too.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  proofhouse sweep --target staging.toml --dry-run
  proofhouse sweep --target staging.toml

Exit status:
  0  nothing is left
  2  usage
  3  the target or its description is not usable
  4  something is still there, or could not be looked for")]
pub(crate) struct Args {
    /// Shows what would be removed, and removes nothing.
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    target: TargetArgs,
}

pub(crate) async fn run(args: Args) -> Outcome {
    if !args.target.names_one() {
        return Err(Failure::usage(miette::miette!(
            "name a target with `--target FILE.toml`, or with `--url BASE --customer ID`"
        )));
    }
    let usable = args.target.usable()?;
    if usable.settings.configuration_client.is_none() {
        return Err(Failure::new(
            Exit::TargetUnusable,
            miette::miette!(
                "the target is not usable: configuration-client: is missing; a sweep needs credentials"
            ),
        ));
    }
    let session = doctor::open_to_sweep(&usable)
        .await
        .map_err(|problems| target::unusable(&problems))?;
    let unobserved = |broken| Failure::new(Exit::NotObserved, miette::miette!("{broken}"));
    let found = sweep::find(&session).await.map_err(unobserved)?;
    let mut people = people::find(&session).await.map_err(unobserved)?;
    if found.is_empty() && people.is_empty() {
        console::print("nothing is left")?;
    }
    if args.dry_run {
        print("would remove", &found)?;
        print_people("would remove", &people)?;
        return Ok(Exit::AsExpected);
    }
    let swept = sweep::remove(&session, found).await;
    let left = people::remove(&session, &people).await;
    people.retain(|person| !left.contains(person));
    print("removed", &swept.removed)?;
    print_people("removed", &people)?;
    print("could not remove", &swept.left)?;
    print_people("could not remove", &left)?;
    if swept.left.is_empty() && left.is_empty() {
        Ok(Exit::AsExpected)
    } else {
        Ok(Exit::NotObserved)
    }
}

fn print(what: &str, leftovers: &[Leftover]) -> Result<(), Failure> {
    for leftover in leftovers {
        console::print(format_args!(
            "{what} {} `{}`",
            leftover.object.path(),
            leftover.name.escape_debug()
        ))?;
    }
    Ok(())
}

fn print_people(what: &str, people: &[Person]) -> Result<(), Failure> {
    for person in people {
        console::print(format_args!(
            "{what} the user `{}`",
            person.address.escape_debug()
        ))?;
    }
    Ok(())
}
