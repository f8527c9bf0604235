//! `proofhouse load`: loads a target; without one, the built-in reference server in a process of its own.

mod baseline;
mod ending;
mod folder;
mod guard;
#[cfg(test)]
mod guide;
mod limits;
mod locust;
mod machines;
mod part;
mod progress;
mod served;
mod target;
mod told;
mod watch;
mod whole;
mod worker;

use std::time::Duration;

use loadtest::{
    figures::Name,
    mix::{Mix, span},
    run::{Run, RunError, setup},
};

use crate::console;
use crate::exit::{Exit, Failure, Outcome};
use baseline::BaselineArgs;
use limits::LimitArgs;
use locust::Locust;
use machines::{Engine, MachineArgs};
use part::Part;
use progress::Progress;
use served::Served;
use target::TargetArgs;
use told::ReportArgs;
use watch::Watch;
use whole::Whole;

/// Load a target; without one, the built-in reference server in a process of its own.
///
/// Every answer is checked, not only counted, and so is what must hold across requests: no code, token or `jti` is issued twice,
/// no token is accepted after its revocation was acknowledged, no answer is another customer's, no notification of webhooks is lost
/// or doubled.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  proofhouse load
  proofhouse load --mix steady --users 64 --duration 30s
  proofhouse load --arrivals 500 --duration 10s --limit 'token.p99 < 50ms'
  proofhouse load --save before.json
  proofhouse load --baseline before.json --report html=load.html
  proofhouse load --target staging.toml --rate 100 --i-own-this-target
  proofhouse load --engine locust --workers 2 --duration 10s
  proofhouse load --worker 10.0.0.7 --target staging.toml --rate 50

Exit status:
  0  as expected
  1  an answer is wrong and no limit on errors says how many may be, or something does not hold across requests
  2  usage, or a file that the command line names
  3  the target or its description is not usable, or the load may not be made
  4  something could not be observed: requests without an answer, or the load was interrupted,
     or a worker gave no account
  6  a limit is missed, or something became worse than the baseline
  7  nothing was selected")]
pub(crate) struct Args {
    /// What is done: smoke, steady, spike, soak, webhooks, or a file.
    #[arg(long, value_name = "MIX|FILE.toml", default_value = "smoke")]
    mix: String,

    /// Users at a time, each of whom waits for each answer; with arrivals, the most journeys that are under way at a time
    /// [default: the mix's, at least 1000 with arrivals].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    users: Option<u32>,

    /// How long, for example 500ms, 30s, 5m [default: the mix's].
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    duration: Option<Duration>,

    /// Begins so many journeys a second, whatever became of those before; a request is late from the moment when it was due.
    #[arg(long, value_name = "N[/s]", value_parser = arrivals)]
    arrivals: Option<f64>,

    /// Seed of what is drawn by chance, to repeat a run.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    #[command(flatten)]
    limits: LimitArgs,

    #[command(flatten)]
    baseline: BaselineArgs,

    #[command(flatten)]
    reports: ReportArgs,

    #[command(flatten)]
    machines: MachineArgs,

    // Last, because what follows a flattened group would come under its heading.
    #[command(flatten)]
    target: TargetArgs,
}

pub(crate) async fn run(args: Args) -> Outcome {
    args.reports.check()?;
    let limits = args.limits.limits()?;
    let before = args.baseline.before()?;
    let mut mix = args.mix()?;
    args.machines.check(mix.arrivals.is_some())?;
    if args.machines.has_workers() {
        for journey in mix.without_listeners() {
            console::tell(format_args!(
                "`{}` is left out: workers would move the target's clock under each other",
                journey.name
            ));
        }
    }
    // The server lives as long as this binding: to the end of the load.
    let (target, server) = args.target(&mix).await?;
    for (journey, need) in mix.fit(&target) {
        console::tell(format_args!(
            "`{}` is left out: {}",
            journey.name,
            need.lacking()
        ));
    }
    if mix.journeys.is_empty() {
        return Err(Failure::new(
            Exit::NothingSelected,
            miette::miette!("no journey of `{}` is left", mix.name),
        ));
    }
    let seed = args.seed.unwrap_or_else(drawn);
    if let Some(master) = &args.machines.worker {
        let is_quiet = args.reports.is_quiet();
        return worker::run(master, &args.machines, target, mix, seed, is_quiet).await;
    }
    limits
        .check(&names(&mix))
        .map_err(|error| Failure::usage(miette::miette!("{error}")))?;
    let locust = args.locust(&mix, server.as_ref())?;
    let mut setup = setup(&mix, &target);
    if let Some(locust) = &locust {
        setup = locust.setup(setup);
    }
    let mut whole = Whole::new(setup);
    for repetition in 0..args.baseline.repetitions() as u64 {
        let yardstick = args.baseline.yardstick().await;
        let seed = seed.wrapping_add(repetition);
        let part = match &locust {
            Some(locust) => {
                let progress = Progress::new(args.reports.is_quiet());
                locust.make(&target, &mix, seed, &progress).await?
            }
            None => {
                let run = Run::prepare(target.clone(), mix.clone(), seed)
                    .await
                    .map_err(|error| impossible(&error))?;
                let watch = Watch::new(&run, &limits, args.reports.is_quiet());
                let ran = watch.make().await.map_err(|error| impossible(&error))?;
                Part::of(ran, watch.hopeless())
            }
        };
        if !whole.add(part, yardstick) {
            break;
        }
    }
    let comparison = match whole.is_stopped() {
        // What ended early is neither saved nor compared.
        true => None,
        false => args.baseline.finish(before.as_ref(), &whole.saved())?,
    };
    let report = whole.report(&limits, comparison);
    args.reports.publish(&report)?;
    Ok(ending::exit(&whole, &report, &limits))
}

impl Args {
    /// Returns the mix with what the command line says of it.
    fn mix(&self) -> Result<Mix, Failure> {
        /// As many as that wait for a target that stands still for a second at the usual rates.
        const UNDER_WAY: usize = 1000;

        let mut mix =
            Mix::find(&self.mix).map_err(|error| Failure::usage(miette::miette!("{error}")))?;
        mix.arrivals = self.arrivals.or(mix.arrivals);
        mix.duration = self.duration.unwrap_or(mix.duration);
        mix.users = match (self.users, mix.arrivals) {
            (Some(users), _) => users as usize,
            (None, Some(_)) => mix.users.max(UNDER_WAY),
            (None, None) => mix.users,
        };
        Ok(mix)
    }

    /// Finds Locust, where it counts the users.
    fn locust(&self, mix: &Mix, served: Option<&Served>) -> Result<Option<Locust>, Failure> {
        if self.machines.engine == Engine::Goose {
            return Ok(None);
        }
        if mix.duration.subsec_nanos() != 0 || mix.duration.is_zero() {
            return Err(Failure::usage(miette::miette!(
                "Locust counts whole seconds, and `{:?}` is no number of them",
                mix.duration
            )));
        }
        let mut words = match served {
            Some(served) => target::described(served.description()).to_vec(),
            None => self.target.words(),
        };
        words.extend(["--mix".to_owned(), self.mix.clone()]);
        Locust::find(&self.machines, words).map(Some)
    }

    /// Returns the target that the flags name and that may be loaded, or a server of our own.
    async fn target(
        &self,
        mix: &Mix,
    ) -> Result<(loadtest::target::Target, Option<Served>), Failure> {
        if self.target.names_one() {
            let target = self.target.usable()?;
            guard::allow(&target, &self.target, mix.arrivals)?;
            return Ok((target, None));
        }
        if self.machines.worker.is_some() || self.machines.workers().1 > 0 {
            return Err(Failure::usage(miette::miette!(
                "workers of more than one machine have no built-in server in common: say with `--target` or `--url` where the load goes"
            )));
        }
        let mut journeys = mix.journeys.iter().map(|(journey, _)| journey);
        let has_listeners = journeys.any(|journey| journey.needs_listeners());
        let served = Served::start(has_listeners).await?;
        let target = self.target.of_file(served.description())?;
        Ok((target, Some(served)))
    }
}

/// Returns the names of the requests that a mix makes.
fn names(mix: &Mix) -> Vec<Name> {
    let mut names: Vec<Name> = mix
        .journeys
        .iter()
        .flat_map(|(journey, _)| journey.requests)
        .map(|name| Name::known(name))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn impossible(error: &RunError) -> Failure {
    Failure::new(Exit::TargetUnusable, miette::miette!("{error}"))
}

fn drawn() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};

    // Half of it is easier to type, and enough.
    RandomState::new().hash_one("seed") >> 32
}

fn arrivals(text: &str) -> Result<f64, String> {
    match text.trim_end_matches("/s").trim().parse() {
        Ok(rate) if (0.01..=1_000_000.0).contains(&rate) => Ok(rate),
        _ => Err("it is not a number from 0.01 to 1000000, as in `500/s`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_are_written_with_or_without_their_unit() {
        assert_eq!(arrivals("500"), Ok(500.0));
        assert_eq!(arrivals("0.5/s"), Ok(0.5));
        for wrong in ["", "/s", "0", "-1", "500/m", "NaN"] {
            assert!(arrivals(wrong).is_err(), "{wrong}");
        }
    }
}
