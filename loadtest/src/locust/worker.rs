//! A worker from its first word to its last. It does what Locust's own workers do, with users of ours.

use std::{future::Future, pin::pin, time::Duration};

use rmpv::Value;
use tokio::time::{Instant, MissedTickBehavior};

use super::{
    account::{Account, KIND},
    link::{Link, LinkError, Master},
    message::{Message, map},
    shift::{Ending, Order, Shift},
    stats::counts,
    vitals::{self, Vitals},
};
use crate::{
    closed::ClosedError,
    mix::Mix,
    run::{Run, RunError},
    target::Target,
};

/// What a master takes for the version of a worker that is not Locust's own.
const FOREIGN: i64 = -1;

/// How long the last words may take to be on their way, where the master does not close the connection when it has them.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How often a worker does things, and how long it waits for others.
#[derive(Debug, Clone, Copy)]
pub struct Rhythm {
    /// Between two signs of life, each with what was measured since the one before.
    pub beat: Duration,
    /// For a master that does not listen yet, and for its first word.
    pub arrival: Duration,
    /// For a master that was heard before.
    pub silence: Duration,
    /// For journeys under way when the master ends the load; with none, as long as their requests may take.
    pub stop: Option<Duration>,
    /// For journeys under way when the master leaves: it waits half a second for what a worker still has to say.
    pub quit: Duration,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            beat: Duration::from_secs(1),
            arrival: Duration::from_secs(60),
            silence: Duration::from_secs(60),
            stop: None,
            quit: Duration::from_millis(200),
        }
    }
}

/// What a worker knows before it meets its master.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Where the master is.
    pub master: Master,
    /// The worker's name at the master; a number that nobody else has is added.
    pub name: String,
    /// Where the load goes. The master does not say.
    pub target: Target,
    /// Which journeys are made.
    pub mix: Mix,
    /// Seed of what is drawn by chance.
    pub seed: u64,
    /// How often it does things.
    pub rhythm: Rhythm,
}

/// Says why a worker left before its master told it to.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The target does not give what the load needs.
    #[error(transparent)]
    Run(#[from] RunError),
    /// There is no connection to the master, or none any more.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// Users cannot be let in.
    #[error(transparent)]
    Closed(#[from] ClosedError),
    /// The master does not answer.
    #[error("nothing was heard of the master for {} s", .0.as_secs_f64())]
    Silent(Duration),
    /// The master asks for what cannot be done.
    #[error("the master's order is refused: {0}")]
    Refused(String),
}

/// What a worker did, all its loads together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Worked {
    /// How many loads it had a part in.
    pub loads: u64,
    /// How many requests it sent that count.
    pub issued: u64,
    /// How many were answered wrongly.
    pub wrong: u64,
    /// How many were not answered.
    pub unanswered: u64,
    /// How often something did not hold across requests.
    pub violated: u64,
    /// What it made and could not remove, in words.
    pub leftovers: Vec<String>,
    /// Whether it left before its master did.
    pub is_interrupted: bool,
}

impl Worked {
    fn add(&mut self, account: &Account) {
        let whole = account.figures.whole();
        self.loads += 1;
        self.issued += account.issued;
        self.wrong += whole.wrong.values().sum::<u64>();
        self.unanswered += whole.unanswered.values().sum::<u64>();
        self.violated += account.violated;
        self.leftovers.extend(account.leftovers.iter().cloned());
    }
}

/// Works for a master until it leaves or `left` comes, and returns what all loads came to.
///
/// # Errors
///
/// When there is no master, or none any more, or it asks for what cannot be done. Whatever was under way has ended then, and what
/// was made is removed.
pub async fn work(terms: Terms, left: impl Future<Output = ()>) -> Result<Worked, WorkerError> {
    let prepared = Run::prepare(terms.target.clone(), terms.mix.clone(), terms.seed).await?;
    let node = format!("{}_{:032x}", terms.name, rand::random::<u128>());
    let mut left = pin!(left);
    let connecting = Link::connect(&terms.master, &node, terms.rhythm.arrival);
    let link = tokio::select! {
        link = connecting => link?,
        () = &mut left => return Ok(Worked { is_interrupted: true, ..Worked::default() }),
    };
    let mut worker = Worker {
        link,
        prepared: Some(prepared),
        shift: None,
        worked: Worked::default(),
        last_order: 0.0,
        heard: Instant::now(),
        is_known: false,
        vitals: Vitals::begin(),
        terms,
        node,
    };
    let result = worker.serve(left).await;
    if let (Err(_), Some(mut shift)) = (&result, worker.shift.take()) {
        shift.end(Ending::Quit, worker.terms.rhythm.quit);
        // Why it ends is known already.
        let _ = shift.over().await;
        shift.clean_up().await;
    }
    if !matches!(result, Err(WorkerError::Link(_))) {
        worker.link.linger(LAST_WORDS).await;
    }
    result.map(|()| worker.worked)
}

struct Worker {
    terms: Terms,
    node: String,
    link: Link,
    /// What the first load needs; every other one gets its own.
    prepared: Option<Run>,
    shift: Option<Shift>,
    worked: Worked,
    last_order: f64,
    heard: Instant,
    /// Whether the master has answered.
    is_known: bool,
    vitals: Vitals,
}

/// What a worker waits for.
enum Event {
    Heard(Message),
    Over,
    Beat,
    Left,
}

impl Worker {
    async fn serve(
        &mut self,
        mut left: std::pin::Pin<&mut impl Future<Output = ()>>,
    ) -> Result<(), WorkerError> {
        self.send("client_ready", FOREIGN.into()).await?;
        let mut beats = tokio::time::interval(self.terms.rhythm.beat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut has_left = false;
        loop {
            let (link, shift) = (&mut self.link, &mut self.shift);
            let over = async {
                match shift {
                    Some(shift) => shift.over().await,
                    None => std::future::pending().await,
                }
            };
            let event = tokio::select! {
                heard = link.receive() => Event::Heard(heard?),
                over = over => { over?; Event::Over }
                _ = beats.tick() => Event::Beat,
                () = &mut left, if !has_left => Event::Left,
            };
            let is_last = match event {
                Event::Heard(message) => self.hear(&message).await?,
                Event::Over => self.finish().await?,
                Event::Beat => {
                    self.beat().await?;
                    false
                }
                Event::Left => {
                    has_left = true;
                    self.worked.is_interrupted = true;
                    self.end(Ending::Interrupt).await?
                }
            };
            if is_last {
                return Ok(());
            }
        }
    }

    /// Does what the master says, and tells whether that was the last word.
    async fn hear(&mut self, message: &Message) -> Result<bool, WorkerError> {
        self.heard = Instant::now();
        self.is_known = true;
        match message.kind.as_str() {
            "spawn" => self.order(&message.data).await?,
            "stop" => return self.end(Ending::Stop).await,
            "quit" => return self.end(Ending::Quit).await,
            // It could not read something of ours. Nothing that we send is wrong, so nothing would be better the next time.
            "reconnect" => {
                let told = "it could not read what this worker sent".to_owned();
                return Err(WorkerError::Refused(told));
            }
            // `ack`, `heartbeat`, `spawning_complete` say nothing that is not known; others speak to workers of other kinds.
            _ => {}
        }
        Ok(false)
    }

    async fn order(&mut self, data: &Value) -> Result<(), WorkerError> {
        let order = match Order::read(data) {
            Ok(order) => order,
            Err(wrong) => return Err(self.refuse(wrong).await),
        };
        self.send("spawning", Value::Nil).await?;
        // One that was overtaken by another.
        if order.given <= self.last_order {
            return Ok(());
        }
        self.last_order = order.given;
        let mut shift = match self.shift.take() {
            Some(shift) if shift.ending.is_some() => {
                // It ends; whoever wants another load waits for its end.
                self.shift = Some(shift);
                return Ok(());
            }
            Some(shift) => shift,
            None => Shift::begin(self.prepared().await?, &order),
        };
        let followed = shift.follow(&order);
        let classes = shift.classes();
        self.shift = Some(shift);
        followed?;
        let told = map([
            ("user_classes_count", counts(&classes)),
            ("user_count", classes.values().sum::<u64>().into()),
        ]);
        self.send("spawning_complete", told).await
    }

    async fn prepared(&mut self) -> Result<Run, WorkerError> {
        if let Some(run) = self.prepared.take() {
            return Ok(run);
        }
        let Terms {
            target, mix, seed, ..
        } = &self.terms;
        let seed = seed.wrapping_add(self.worked.loads);
        Ok(Run::prepare(target.clone(), mix.clone(), seed).await?)
    }

    /// Tells the master what is wrong with its order.
    async fn refuse(&mut self, wrong: String) -> WorkerError {
        let told = map([("msg", wrong.as_str().into()), ("traceback", "".into())]);
        match self.send("exception", told).await {
            Ok(()) => WorkerError::Refused(wrong),
            Err(error) => error,
        }
    }

    /// Shows that it is there, and what was measured.
    async fn beat(&mut self) -> Result<(), WorkerError> {
        let Rhythm {
            arrival, silence, ..
        } = self.terms.rhythm;
        let patience = if self.is_known { silence } else { arrival };
        if self.heard.elapsed() > patience {
            return Err(WorkerError::Silent(patience));
        }
        let told = map([
            ("state", self.state().into()),
            ("current_cpu_usage", self.vitals.cpu().into()),
            ("current_memory_usage", vitals::memory().into()),
        ]);
        self.send("heartbeat", told).await?;
        if let Some(shift) = &mut self.shift {
            if shift.ending.is_none() {
                shift.look()?;
            }
            let told = shift.report().message(&shift.classes());
            self.send("stats", told).await?;
        }
        Ok(())
    }

    fn state(&self) -> &'static str {
        match &self.shift {
            None => "ready",
            Some(shift) if shift.ending.is_some() => "cleanup",
            Some(_) => "running",
        }
    }

    /// Ends the load, if there is one, and tells whether nothing is left to be done.
    async fn end(&mut self, ending: Ending) -> Result<bool, WorkerError> {
        let Rhythm { stop, quit, .. } = self.terms.rhythm;
        // A journey has a few requests, each of which takes no longer than this.
        let stop = stop.unwrap_or(self.terms.target.exchange * 4);
        match &mut self.shift {
            Some(shift) => {
                let patience = if ending == Ending::Quit { quit } else { stop };
                shift.end(ending, patience);
                Ok(false)
            }
            None => self.leave(ending).await,
        }
    }

    /// Closes the load that has ended, and tells whether nothing is left to be done.
    async fn finish(&mut self) -> Result<bool, WorkerError> {
        let Some(mut shift) = self.shift.take() else {
            return Ok(false);
        };
        let ending = shift.ending.map_or(Ending::Stop, |(ending, _)| ending);
        let (report, mut account) = shift.close(&self.node);
        let classes = shift.classes();
        // A master that leaves does not wait for it.
        if ending != Ending::Quit {
            account.leftovers = shift.clean_up().await;
        }
        self.send("stats", report.message(&classes)).await?;
        if let Ok(text) = serde_json::to_string(&account) {
            self.send(KIND, text.into()).await?;
        }
        if ending == Ending::Quit {
            account.leftovers = shift.clean_up().await;
        }
        self.worked.add(&account);
        self.leave(ending).await
    }

    /// Says the last word about a load, and tells whether it was the last one of all.
    async fn leave(&mut self, ending: Ending) -> Result<bool, WorkerError> {
        match ending {
            Ending::Stop => {
                self.send("client_stopped", Value::Nil).await?;
                self.send("client_ready", FOREIGN.into()).await?;
                Ok(false)
            }
            Ending::Quit => Ok(true),
            Ending::Interrupt => {
                self.send("quit", Value::Nil).await?;
                Ok(true)
            }
        }
    }

    async fn send(&mut self, kind: &str, data: Value) -> Result<(), WorkerError> {
        let message = Message::new(kind, data, &self.node);
        Ok(self.link.send(&message).await?)
    }
}
