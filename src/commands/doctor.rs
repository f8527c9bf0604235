//! `proofhouse doctor`: is the target usable, before any verdict.

use conformance::doctor;

use super::check::{TargetArgs, target};
use crate::console;
use crate::exit::{Exit, Failure, Outcome};

/// Find out whether a target is usable, before any verdict.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  proofhouse doctor --target staging.toml
  proofhouse doctor --url https://id.example.test --customer ID

Exit status:
  0  usable
  2  usage
  3  not usable; each line names the field that has to change")]
pub(crate) struct Args {
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
    doctor::open(&usable)
        .await
        .map_err(|problems| target::unusable(&problems))?;
    let settings = &usable.settings;
    let client = match &settings.configuration_client {
        Some(client) => format!("client {}", client.id),
        None => "no credentials".to_owned(),
    };
    console::print(format_args!(
        "usable: {} mode {} {client}",
        settings.place(),
        usable.mode
    ))?;
    match settings.proxy() {
        Some(proxy) => console::print(format_args!("proxy: {proxy}"))?,
        None => console::print("proxy: none")?,
    }
    Ok(Exit::AsExpected)
}
