//! The open model: journeys begin when they are due, whatever became of those before.
//!
//! A request that is due counts as late from that moment on: a target that stands still shows in every latency that it should show
//! in. The moments come from a thread of their own, since a runtime's timers are only good to the millisecond.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

use crate::{
    figures::{Name, Outcome, Sample},
    load::Load,
    mix::Mix,
    visit::Visit,
    wire::{Connection, connection::Connector},
};

/// How often is looked whether the load was stopped.
const LOOK: Duration = Duration::from_millis(20);

/// What the visits of a load share with the thread that lets them begin.
struct Arrivals {
    connector: Connector,
    rate: f64,
    begun: Instant,
    /// Has a permit for every journey that is due.
    due: Semaphore,
    /// The number of the next journey that somebody begins.
    next: AtomicU64,
    /// How many there are in all.
    all: AtomicU64,
    /// Connections that nobody uses; the last one used is used first.
    idle: Mutex<Vec<Connection>>,
}

/// Begins journeys of a mix at a rate until the load is over. As many as the mix has users are under way at a time; others wait,
/// and are late.
pub async fn run(load: &Arc<Load>, mix: &Arc<Mix>, connector: &Connector, rate: f64) {
    let arrivals = Arc::new(Arrivals {
        connector: connector.clone(),
        rate,
        begun: load.begin(),
        due: Semaphore::new(0),
        next: AtomicU64::new(0),
        all: AtomicU64::new(mix.shape.arrivals(rate, load.planned())),
        idle: Mutex::default(),
    });
    let clock = {
        let (load, mix, arrivals) = (load.clone(), mix.clone(), arrivals.clone());
        tokio::task::spawn_blocking(move || arrivals.keep_time(&load, &mix))
    };
    let visitors: Vec<_> = (0..mix.users)
        .map(|_| {
            let (load, mix, arrivals) = (load.clone(), mix.clone(), arrivals.clone());
            tokio::spawn(async move { arrivals.visit(&load, &mix).await })
        })
        .collect();
    // A task ends otherwise only where it panics; then so does the load.
    for task in visitors.into_iter().chain([clock]) {
        if let Err(error) = task.await
            && error.is_panic()
        {
            std::panic::resume_unwind(error.into_panic());
        }
    }
}

/// Returns how long nobody has to be let in, if the next one is due after that time, and so many have been let in whom nobody has
/// begun: no machine begins more than a million journeys a second, so those last for as many microseconds. While a load is behind,
/// the thread that keeps its time only takes a processor from it.
fn pause(wait: Duration, waiting: usize) -> Duration {
    let lasts = Duration::from_micros(waiting.try_into().unwrap_or(u64::MAX));
    wait.max(lasts.min(LOOK))
}

impl Arrivals {
    /// Lets every journey begin when it is due.
    fn keep_time(&self, load: &Load, mix: &Mix) {
        let all = self.all.load(Ordering::Relaxed);
        let mut let_in = 0;
        while let_in < all && !load.is_stopped() {
            let elapsed = self.begun.elapsed();
            let mut due = 0;
            let mut wait = LOOK;
            while let Some(moment) = mix.shape.arrival(let_in + due, self.rate, load.planned()) {
                if moment > elapsed {
                    wait = wait.min(moment - elapsed);
                    break;
                }
                due += 1;
            }
            self.due.add_permits(due as usize);
            let_in += due;
            if let_in < all {
                thread::sleep(pause(wait, self.due.available_permits()));
            }
        }
        self.all.store(let_in, Ordering::Release);
        // Whoever waits for a journey finds that there is none any more.
        self.due.add_permits(mix.users);
    }

    /// Makes one journey after the other, each as soon as it is due.
    async fn visit(&self, load: &Load, mix: &Mix) {
        loop {
            match self.due.acquire().await {
                Ok(permit) => permit.forget(),
                Err(_) => return,
            }
            let number = self.next.fetch_add(1, Ordering::AcqRel);
            if number >= self.all.load(Ordering::Acquire) {
                return;
            }
            let Some(journey) = mix.at(load.number(number) % mix.weight().max(1)) else {
                return;
            };
            let Some(moment) = mix.shape.arrival(number, self.rate, load.planned()) else {
                return;
            };
            // What was due before the end is sent after it, too, as long as anybody would wait for an answer.
            if load.is_stopped() || load.elapsed() >= load.planned() + load.target.exchange {
                self.never_begun(load, journey.requests, moment);
                continue;
            }
            let mut connection = self.connection();
            let due = self.begun + moment;
            let mut visit = Visit::new(load, &mut connection, Some(due));
            // What went wrong is recorded already.
            let _ = journey.make(&mut visit).await;
            self.idle().push(connection);
        }
    }

    /// Records a journey that was due while all users were under way, to the end.
    fn never_begun(&self, load: &Load, requests: &[&'static str], moment: Duration) {
        const NEVER: &str = "not sent: all users were busy";
        let Some(name) = requests.first().filter(|_| !load.is_stopped()) else {
            return;
        };
        load.findings.add(name, NEVER, moment);
        load.recorder.record(Sample {
            name: Name::known(name),
            started: moment,
            took: self.begun.elapsed().saturating_sub(moment),
            outcome: Outcome::Unanswered(Name::known(NEVER)),
        });
    }

    fn connection(&self) -> Connection {
        let idle = self.idle().pop();
        idle.unwrap_or_else(|| self.connector.connection())
    }

    /// Held for a push or a pop alone.
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_behind_is_not_disturbed() {
        let micros = Duration::from_micros;
        for (wait, waiting, expected) in [
            (micros(1), 0, micros(1)),
            (micros(100), 99, micros(100)),
            (micros(1), 99, micros(99)),
            (micros(1), 1 << 40, LOOK),
            (LOOK, 5, LOOK),
        ] {
            assert_eq!(pause(wait, waiting), expected, "{wait:?}, {waiting}");
        }
    }
}
