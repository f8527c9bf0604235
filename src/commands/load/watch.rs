//! A load under way: it is shown, it is interrupted by a signal, and it ends early when a limit cannot be met any more.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use loadtest::{
    limit::{Hopeless, Limits, Planned},
    load::Load,
    run::{Ran, Run, RunError},
};

use super::progress::Progress;
use crate::commands::check::signals;
use crate::console;

/// How often figures are taken.
const LOOK: Duration = Duration::from_millis(500);

/// Watches a load.
pub(super) struct Watch<'a> {
    run: &'a Run,
    limits: &'a Limits,
    progress: Progress,
    hopeless: Mutex<Option<Hopeless>>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(run: &'a Run, limits: &'a Limits, is_quiet: bool) -> Self {
        Self {
            run,
            limits,
            progress: Progress::new(is_quiet),
            hopeless: Mutex::default(),
        }
    }

    /// Makes the load.
    pub(super) async fn make(&self) -> Result<Ran, RunError> {
        let signals = tokio::spawn(stop_by_signal(self.run.load().clone()));
        let ran = tokio::select! {
            ran = self.run.make() => ran,
            () = self.look() => unreachable!("it looks for ever"),
        };
        signals.abort();
        self.progress.finish();
        ran
    }

    /// Returns the limit for which the load ended early.
    pub(super) fn hopeless(&self) -> Option<Hopeless> {
        let hopeless = self.hopeless.lock().unwrap_or_else(PoisonError::into_inner);
        hopeless.clone()
    }

    async fn look(&self) {
        let load = self.run.load();
        let planned = Planned::lasting(load.planned());
        let mut every = tokio::time::interval(LOOK);
        loop {
            every.tick().await;
            let is_seen = self.progress.is_shown() || !self.limits.is_empty();
            if load.is_over() || !is_seen {
                continue;
            }
            let elapsed = load.elapsed();
            let figures = load.recorder().figures().lasting(elapsed);
            self.progress
                .show(&figures, load.planned(), load.invariants().count());
            if let Some(found) = self.limits.hopeless(&figures, elapsed, &planned) {
                let mut hopeless = self.hopeless.lock().unwrap_or_else(PoisonError::into_inner);
                *hopeless = Some(found);
                load.stop();
            }
        }
    }
}

/// Ends the load at the first signal, and the program at the second.
async fn stop_by_signal(load: Arc<Load>) {
    if signals::wait().await.is_err() {
        return;
    }
    console::tell("stopping, and removing what was made; once more to leave at once");
    load.stop();
    if signals::wait().await.is_ok() {
        console::tell("what was made is still there: run `proofhouse sweep`");
        std::process::exit(signals::AT_ONCE);
    }
}
