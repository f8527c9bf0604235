//! The flags that say which target is meant.

use std::path::{Path, PathBuf};

use conformance::description::{Description, Problem, Usable, tenant::Served};

use super::{environment, listener::ListenerArgs};
use crate::exit::{Exit, Failure};

/// Which target, and how to treat it.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct TargetArgs {
    /// Address of the target; its credentials are PROOFHOUSE_CLIENT_ID and PROOFHOUSE_CLIENT_SECRET, and those for signing in
    /// PROOFHOUSE_PUBLIC_CLIENT_ID, PROOFHOUSE_CONFIDENTIAL_CLIENT_ID, PROOFHOUSE_CONFIDENTIAL_CLIENT_SECRET, PROOFHOUSE_USER
    /// and PROOFHOUSE_PASSWORD.
    #[arg(long, value_name = "BASE", requires = "customer")]
    url: Option<String>,

    /// The customer: the first segment of every path.
    #[arg(long, value_name = "ID", requires = "url")]
    customer: Option<String>,

    /// Description of the target, with everything in it.
    #[arg(long, value_name = "FILE.toml", conflicts_with = "url")]
    target: Option<PathBuf>,

    /// What may be done to the target: `read-only` sends no write, `own-objects` makes objects and removes them, `full` also ends
    /// sessions of the user [default: full on loopback, else read-only].
    #[arg(long, value_name = "MODE", value_parser = ["read-only", "own-objects", "full"])]
    mode: Option<String>,

    /// Requests a second at most, 0.01 to 100000, evenly and without bursts.
    #[arg(long, value_name = "N", value_parser = rate, allow_negative_numbers = true)]
    rate: Option<f64>,

    /// Checks at a time, 1 to 256 [default: 16].
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(i64).range(1..=256),
        allow_negative_numbers = true
    )]
    jobs: Option<i64>,

    /// Holds the target to one answer where the documentation leaves several open; repeatable.
    #[arg(long = "reading", value_name = "ID=ANSWER", value_parser = reading)]
    readings: Vec<(String, String)>,

    /// Waits for what takes minutes or hours to show, where the target has no clock that can be moved.
    #[arg(long)]
    slow: bool,

    #[command(flatten)]
    listener: ListenerArgs,

    /// Seed of what is drawn by chance, to repeat a run; without a target, of the built-in server as well, whose clock the run
    /// alone moves then.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

impl TargetArgs {
    /// Makes the flags of a command that has only some of them.
    pub(crate) fn of(
        url: Option<String>,
        customer: Option<String>,
        target: Option<PathBuf>,
        rate: Option<f64>,
        listener: ListenerArgs,
    ) -> Self {
        Self {
            url,
            customer,
            target,
            mode: None,
            rate,
            jobs: None,
            readings: Vec::new(),
            slow: false,
            listener,
            seed: None,
        }
    }

    /// Returns the seed that was given.
    pub(crate) fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// Tells whether the flags name a target at all.
    pub(crate) fn names_one(&self) -> bool {
        self.url.is_some() || self.target.is_some()
    }

    /// Returns the same flags for another target, which a file describes.
    pub(crate) fn described_by(&self, file: &Path) -> Self {
        Self {
            url: None,
            customer: None,
            target: Some(file.to_owned()),
            ..self.clone()
        }
    }

    /// Looks up everything that the flags and the file say; nothing is sent for it.
    pub(crate) fn usable(&self) -> Result<Usable, Failure> {
        let description = self.describe().map_err(|problem| unusable(&[problem]))?;
        let variable = |name: &str| std::env::var(name).ok();
        let usable = self.complete(description, &variable)?;
        usable
            .through_proxies(&variable)
            .map_err(|problems| unusable(&problems))
    }

    /// Looks up everything about a server of our own, whose secrets are no secrets of the user.
    pub(crate) fn usable_embedded(&self, served: &Served) -> Result<Usable, Failure> {
        self.complete(served.description.clone(), &|name| served.variable(name))
    }

    fn complete(
        &self,
        mut description: Description,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Usable, Failure> {
        if self.mode.is_some() {
            description.mode.clone_from(&self.mode);
        }
        description.listener = self.listener.over(description.listener.take());
        description.limits.rate = self.rate.or(description.limits.rate);
        description.limits.jobs = self.jobs.or(description.limits.jobs);
        description.readings.extend(self.readings.iter().cloned());
        let mut usable = Usable::new(&description, self.seed, variable)
            .map_err(|problems| unusable(&problems))?;
        usable.settings.is_slow = self.slow;
        Ok(usable)
    }

    fn describe(&self) -> Result<Description, Problem> {
        if let Some(file) = &self.target {
            return Description::read(file);
        }
        Ok(Description {
            url: self.url.clone(),
            customer: self.customer.clone(),
            ..environment::describe(&|name| std::env::var_os(name).is_some())
        })
    }
}

/// Turns what makes a target unusable into the end of the command.
pub(crate) fn unusable(problems: &[Problem]) -> Failure {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("the target is not usable: {problem}"))
        .collect();
    Failure::new(
        Exit::TargetUnusable,
        miette::miette!("{}", lines.join("\n")),
    )
}

/// Parses a number of requests a second.
pub(crate) fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.01..=100_000.0).contains(&rate) => Ok(rate),
        _ => Err("it is not a number from 0.01 to 100000".to_owned()),
    }
}

/// Parses a reading with its answer.
pub(crate) fn reading(text: &str) -> Result<(String, String), String> {
    let (id, answer) = text
        .split_once('=')
        .ok_or("it is not of the form `ID=ANSWER`")?;
    let reading = fixtures::readings::find(id)
        .ok_or_else(|| format!("`{id}` is not a reading; see `proofhouse list --readings`"))?;
    if reading.answers.iter().any(|listed| listed == answer) {
        Ok((id.to_owned(), answer.to_owned()))
    } else {
        Err(format!(
            "`{answer}` is not an answer; listed: `{}`",
            reading.answers.join("`, `")
        ))
    }
}
