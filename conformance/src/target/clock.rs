//! The time of the target: moved where it offers its clock, else waited for.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    check::Check,
    http::{
        Request,
        client::{Client, Limits},
        proxy::Proxies,
        tls::{Roots, RootsError},
    },
    verdict::{Broken, NotPassed, Skip},
};

/// The longest wait that needs no leave.
const BRIEF: Duration = Duration::from_secs(5);

/// Lets time pass at the target, and knows how far it is ahead.
#[derive(Debug)]
pub(crate) struct Clock {
    control: Option<Client>,
    is_slow: bool,
    /// Whether a recording answers: what the run waited for has passed.
    is_over: bool,
    /// How far the clock was moved, in milliseconds.
    moved: AtomicU64,
}

impl Clock {
    /// Makes the clock of a target; nothing is sent yet.
    pub(super) fn new(
        control: Option<&str>,
        is_slow: bool,
        is_over: bool,
        roots: &Roots,
        proxies: &Proxies,
    ) -> Result<Self, RootsError> {
        let client = |url| Client::new(url, roots, proxies, Limits::default());
        Ok(Self {
            control: control.map(client).transpose()?,
            is_slow,
            is_over,
            moved: AtomicU64::new(0),
        })
    }

    /// Tells whether time passes by moving the clock.
    pub(crate) fn is_movable(&self) -> bool {
        self.control.is_some()
    }

    /// Returns how long a check really waits at the most.
    pub(crate) fn wait_for(&self, check: &Check) -> Duration {
        match self.control {
            Some(_) => Duration::ZERO,
            None if self.is_over => Duration::ZERO,
            None => check.takes().unwrap_or_default(),
        }
    }

    /// Returns the present as far as spans of time go: this machine's, and what the target was moved.
    pub(super) fn instant(&self) -> Instant {
        Instant::now() + self.moved()
    }

    /// Returns the present: the target's where it tells its time, else this machine's.
    pub(super) async fn now(&self) -> Timestamp {
        let here = Timestamp::now();
        let Some(control) = &self.control else {
            return here;
        };
        let told = control.send(&Request::get("/_control/clock")).await;
        let told = told.ok().and_then(|answer| answer.json().ok());
        let told = told.and_then(|told| told["now"].as_str()?.parse().ok());
        told.unwrap_or_else(|| here.saturating_add(self.moved()).unwrap_or(here))
    }

    /// Lets time pass.
    pub(super) async fn pass(&self, time: Duration) -> Result<(), NotPassed> {
        if self.is_over {
            return Ok(());
        }
        let Some(control) = &self.control else {
            if !self.is_slow && time > BRIEF {
                let reason = "it takes time: describe `control`, or let it wait with `--slow`";
                return Err(Skip::because(reason).into());
            }
            tokio::time::sleep(time).await;
            return Ok(());
        };
        let step = json!({ "seconds": time.as_secs_f64() });
        let request = Request::post("/_control/clock/advance").json(step);
        let answer = control.send(&request).await?;
        if answer.status() != 200 {
            let reason = format!("the clock was not moved: {}", answer.status());
            return Err(Broken::Prerequisite(reason).into());
        }
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.moved.fetch_add(millis, Ordering::Relaxed);
        Ok(())
    }

    /// Sends a request to the control API, and returns the body of its answer.
    pub(crate) async fn control(&self, request: &Request) -> Result<Value, Broken> {
        let control = self
            .control
            .as_ref()
            .ok_or_else(|| Broken::Prerequisite("no control API is described".to_owned()))?;
        let answer = control.send(request).await?;
        if (200..300).contains(&answer.status()) {
            return Ok(answer.json().unwrap_or_default());
        }
        let reason = format!("the control API answers {}", answer.status());
        Err(Broken::Prerequisite(reason))
    }

    fn moved(&self) -> Duration {
        Duration::from_millis(self.moved.load(Ordering::Relaxed))
    }
}
