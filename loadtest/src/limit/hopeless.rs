//! When a run can stop, because a limit cannot be met any more, whatever comes.

use std::{fmt, time::Duration};

use super::{Judged, Limit, Limits, Seen};
use crate::figures::Figures;

/// What is still to come, at most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Planned {
    /// How long the run is to take; nothing where only a number ends it.
    pub duration: Option<Duration>,
    /// How many requests it makes at most, where that is known.
    pub requests: Option<u64>,
    /// How many requests a second can come, at most.
    pub pace: f64,
    /// How many can be under way at the end.
    pub waiting: u64,
}

/// Requests a second that no core can make over a network of any kind: system calls alone take longer.
const PACE_OF_A_CORE: f64 = 1_000_000.0;

impl Planned {
    /// Makes the plan of a run that takes so long, at whatever pace this machine is capable of.
    pub fn lasting(duration: Duration) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let pace = PACE_OF_A_CORE * cores as f64;
        Self {
            duration: Some(duration),
            requests: None,
            pace,
            waiting: pace as u64,
        }
    }

    /// Returns how many requests can still come when so many have ended.
    fn more(&self, ended: u64, elapsed: Duration) -> u64 {
        /// More than any run makes, and far from the end of the numbers.
        const ENDLESS: u64 = 1 << 60;
        let by_number = self
            .requests
            .map_or(ENDLESS, |requests| requests.saturating_sub(ended));
        let by_time = self.duration.map_or(ENDLESS, |duration| {
            let left = duration.saturating_sub(elapsed).as_secs_f64();
            // A float beyond the whole numbers becomes the greatest of them.
            ((left * self.pace).ceil() as u64).saturating_add(self.waiting)
        });
        by_number.min(by_time).min(ENDLESS)
    }

    /// Returns the shortest that the run can take.
    fn shortest(&self, elapsed: Duration) -> Duration {
        match (self.duration, self.requests) {
            (Some(duration), None) => duration.max(elapsed),
            _ => elapsed,
        }
    }
}

/// A limit that cannot be met any more.
#[derive(Debug, Clone, PartialEq)]
pub struct Hopeless {
    /// The limit.
    pub limit: Limit,
    /// What was measured until now.
    pub now: Seen,
    /// The best that it can come to.
    pub best: Seen,
}

impl fmt::Display for Hopeless {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figure = self.limit.figure;
        write!(
            formatter,
            "{} cannot be met any more: it stands at {}, and would end at {} at best",
            self.limit,
            self.now.told(figure),
            self.best.told(figure)
        )
    }
}

impl Limits {
    /// Returns a limit that is missed even if every request that can still come is answered at once and rightly. A run without such a
    /// limit may still keep to all of them.
    pub fn hopeless(
        &self,
        figures: &Figures,
        elapsed: Duration,
        planned: &Planned,
    ) -> Option<Hopeless> {
        let whole = figures.whole();
        let more = planned.more(whole.count(), elapsed);
        let shortest = planned.shortest(elapsed);
        self.all().iter().find_map(|limit| {
            // About a request that was not made yet nothing is lost.
            let requests = limit.requests(figures, &whole)?;
            let best = limit.figure.best(requests, more, shortest)?;
            if Judged::new(limit, best).is_met {
                return None;
            }
            Some(Hopeless {
                limit: limit.clone(),
                now: limit.figure.seen(requests, elapsed)?,
                best,
            })
        })
    }
}
