//! One visit: a journey through the target, by whichever engine.

use std::{
    borrow::Cow,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use rand::rngs::StdRng;

use crate::{
    figures::{Name, Outcome, Sample},
    load::Load,
    wire::{Answer, Connection, Request, Wrong},
};

/// Says that a request did not come to what the rest of the journey needs; what went wrong is recorded already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed;

/// A journey under way: it sends, measures to the end of the body, checks, and records.
#[derive(Debug)]
pub struct Visit<'a> {
    load: &'a Load,
    connection: &'a mut Connection,
    /// When the first request was meant to be sent, where that is not left to the visit.
    due: Option<Instant>,
    chance: Option<StdRng>,
    /// Whether anything is recorded: not while the load is prepared or cleaned up.
    is_recorded: bool,
    /// What went wrong last.
    last: Option<(&'static str, Cow<'static, str>)>,
}

impl<'a> Visit<'a> {
    /// Begins a visit. With `due`, its first request is late from that moment on.
    pub(crate) fn new(
        load: &'a Load,
        connection: &'a mut Connection,
        due: Option<Instant>,
    ) -> Self {
        Self {
            load,
            connection,
            due,
            chance: None,
            is_recorded: true,
            last: None,
        }
    }

    /// Begins a visit before or after the load: nothing is recorded.
    pub(crate) fn aside(load: &'a Load, connection: &'a mut Connection) -> Self {
        Self {
            is_recorded: false,
            ..Self::new(load, connection, None)
        }
    }

    /// Returns what all visits share.
    pub(crate) fn load(&self) -> &'a Load {
        self.load
    }

    /// Returns how far the load is, for evidence.
    pub(crate) fn now(&self) -> Duration {
        self.load.elapsed()
    }

    /// Returns chance of this visit's own.
    pub(crate) fn chance(&mut self) -> &mut StdRng {
        let load = self.load;
        self.chance.get_or_insert_with(|| load.chance())
    }

    /// Returns what went wrong last, and with which request.
    pub(crate) fn last(&self) -> Option<(&'static str, &str)> {
        let (name, what) = self.last.as_ref()?;
        Some((name, what))
    }

    /// Sends a request, reads the whole answer and checks it. What the check takes does not count.
    ///
    /// # Errors
    ///
    /// When there is no answer, or a wrong one; that is recorded.
    pub async fn send<T>(
        &mut self,
        name: &'static str,
        request: Request,
        check: impl FnOnce(&Answer) -> Result<T, Wrong> + Send,
    ) -> Result<T, Missed> {
        self.load.pace.turn().await;
        let begun = self.due.take().unwrap_or_else(Instant::now);
        let counts = self.counts(begun);
        if counts {
            self.load.issued.fetch_add(1, Ordering::Relaxed);
        }
        let answered = self.connection.send(request).await;
        let took = begun.elapsed();
        let (outcome, result) = match answered {
            Err(unanswered) => {
                let what = unanswered.as_str();
                self.last = Some((name, what.into()));
                (Outcome::Unanswered(Name::known(what)), Err(Missed))
            }
            Ok(answer) => match check(&answer) {
                Ok(value) => (Outcome::Good, Ok(value)),
                Err(wrong) => {
                    let what = wrong.into_words();
                    self.last = Some((name, what.clone()));
                    (Outcome::Wrong(kind(what)), Err(Missed))
                }
            },
        };
        if counts {
            self.record(name, begun, took, outcome);
        }
        result
    }

    /// Tells whether a request that begins then is one of the load: what a journey still sends after the end, to come to its own
    /// end, is none.
    fn counts(&self, begun: Instant) -> bool {
        self.is_recorded && begun.saturating_duration_since(self.load.begin()) < self.load.planned()
    }

    fn record(&self, name: &'static str, begun: Instant, took: Duration, outcome: Outcome) {
        let started = begun.saturating_duration_since(self.load.begin());
        if let Outcome::Wrong(what) | Outcome::Unanswered(what) = &outcome {
            self.load.findings.add(name, what.as_str(), started);
        }
        self.load.recorder.record(Sample {
            name: Name::known(name),
            started,
            took,
            outcome,
        });
    }
}

fn kind(what: Cow<'static, str>) -> Name {
    match what {
        Cow::Borrowed(what) => Name::known(what),
        Cow::Owned(what) => Name::from(what),
    }
}
