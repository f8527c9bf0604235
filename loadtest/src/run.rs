//! A run: what it needs is got, the load is made, and what it left is removed.

use std::{sync::Arc, time::Duration};

use crate::{
    closed::{self, ClosedError},
    figures::Figures,
    findings::Finding,
    invariants::Violation,
    journeys,
    load::Load,
    mix::Mix,
    notifications::{NotBegun, NotControlled, Notifications},
    open,
    setup::{Demand, Setup},
    target::Target,
    visit::Visit,
    wire::connection::{Connector, ConnectorError},
};

/// The most users who are signed in before the load, so that others may refresh their tokens.
const SIGNED_IN: usize = 16;

/// Says why there is no load.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// What the load needs cannot be got.
    #[error("the load cannot begin: `{request}`: {what}")]
    Unprepared {
        /// The name of the request that failed.
        request: String,
        /// What went wrong with it.
        what: String,
    },
    /// What is to listen does not.
    #[error("the load cannot begin: cannot listen on {0}")]
    Listener(std::io::Error),
    /// Notifications cannot be waited for, because the target's clock or users cannot be reached.
    #[error("the notifications cannot be judged: {0}")]
    Notifications(#[from] NotControlled),
    /// The target cannot be connected to at all.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// Goose does not start.
    #[error(transparent)]
    Closed(#[from] ClosedError),
}

/// Says what is run, for reports and comparisons.
pub fn setup(mix: &Mix, target: &Target) -> Setup {
    let (demand, engine) = match mix.arrivals {
        Some(rate) => (Demand::Arrivals(rate), "open"),
        None => (
            Demand::Users(u32::try_from(mix.users).unwrap_or(u32::MAX)),
            "goose",
        ),
    };
    Setup {
        mix: mix.name.clone(),
        demand,
        planned: mix.duration.as_secs_f64(),
        engine: engine.to_owned(),
        target: format!("{} customer {}", target.url, target.customer),
        proofhouse: env!("CARGO_PKG_VERSION").to_owned(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        started: jiff::Timestamp::now(),
    }
}

/// A run that is ready to begin.
#[derive(Debug)]
pub struct Run {
    load: Arc<Load>,
    mix: Arc<Mix>,
    connector: Connector,
}

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    /// What was measured.
    pub figures: Figures,
    /// What was wrong with single answers, the most frequent first.
    pub findings: Vec<Finding>,
    /// How often something did not hold across requests.
    pub violated: u64,
    /// The first of those, with their evidence.
    pub violations: Vec<Violation>,
    /// What it made and could not remove, in words.
    pub leftovers: Vec<String>,
    /// Whether it ended early.
    pub is_stopped: bool,
}

impl Run {
    /// Gets what the journeys need: a token of the administrator, users who are signed in.
    ///
    /// # Errors
    ///
    /// When the target does not give it.
    pub async fn prepare(target: Target, mix: Mix, seed: u64) -> Result<Self, RunError> {
        let connector = Connector::new(&target)?;
        let load = Arc::new(Load::new(target, mix.duration, seed));
        let run = Self {
            load,
            mix: Arc::new(mix),
            connector,
        };
        let journeys = || run.mix.journeys.iter().map(|(journey, _)| journey);
        let mut connection = run.connector.connection();
        let mut visit = Visit::aside(&run.load, &mut connection);
        let mut users = 0;
        if journeys().any(|journey| journey.needs_user()) {
            users = run.mix.users.min(SIGNED_IN);
        }
        let needs_listeners = journeys().any(|journey| journey.needs_listeners());
        let got = async {
            if journeys().any(|journey| journey.needs_administrator()) {
                journeys::administrator(&mut visit).await?;
            }
            for _ in 0..users {
                let grant = journeys::sign_in(&mut visit).await?;
                run.load.wallet.put(grant);
            }
            Ok::<(), crate::visit::Missed>(())
        };
        let mut got = got.await;
        if got.is_ok() && needs_listeners {
            got = match Notifications::begin(&mut visit).await {
                // There were none before.
                Ok(notifications) => run.load.notifications.set(notifications).or(Ok(())),
                Err(NotBegun::Listener(error)) => return Err(RunError::Listener(error)),
                Err(NotBegun::Subscriptions) => Err(crate::visit::Missed),
            };
        }
        if got.is_err() {
            let (request, what) = visit.last().unwrap_or(("sign-in", "it came to no end"));
            return Err(RunError::Unprepared {
                request: request.to_owned(),
                what: what.to_owned(),
            });
        }
        drop(visit);
        Ok(run)
    }

    /// Returns the load, to watch it and to stop it.
    pub fn load(&self) -> &Arc<Load> {
        &self.load
    }

    /// Returns what is made.
    pub(crate) fn mix(&self) -> &Mix {
        &self.mix
    }

    /// Returns by what its users connect.
    pub(crate) fn connector(&self) -> &Connector {
        &self.connector
    }

    /// Makes the load, and removes what it left.
    ///
    /// # Errors
    ///
    /// When the engine does not start, or notifications cannot be judged.
    pub async fn make(&self) -> Result<Ran, RunError> {
        match self.mix.arrivals {
            Some(rate) => open::run(&self.load, &self.mix, &self.connector, rate).await,
            None => closed::run(&self.load, &self.mix, &self.connector).await?,
        }
        let lasted = self.load.planned().min(self.load.elapsed());
        let figures = self.load.recorder.figures().lasting(lasted);
        // First, since notifications show the invariants what they come to.
        let leftovers = self.clean_up().await?;
        Ok(Ran {
            figures,
            findings: self.load.findings.all(),
            violated: self.load.invariants.count(),
            violations: self.load.invariants.violations(),
            leftovers,
            is_stopped: self.load.is_stopped(),
        })
    }

    /// Returns how long the load has been running, and how long it will.
    pub fn progress(&self) -> (Duration, Duration) {
        (self.load.elapsed(), self.load.planned())
    }

    /// Removes what visits could not, and returns what is still there.
    pub(crate) async fn clean_up(&self) -> Result<Vec<String>, NotControlled> {
        let mut connection = self.connector.connection();
        let mut visit = Visit::aside(&self.load, &mut connection);
        for id in self.load.owned.left() {
            if journeys::remove(&mut visit, &id).await.is_err() {
                break;
            }
        }
        let policies = self.load.owned.left().into_iter();
        let mut left: Vec<String> = policies
            .map(|id| format!("the token policy `{id}`"))
            .collect();
        if let Some(notifications) = self.load.notifications.get() {
            left.extend(notifications.end(&self.load, &mut visit).await?);
        }
        Ok(left)
    }
}
