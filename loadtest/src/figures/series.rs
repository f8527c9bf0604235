//! What all requests came to, second by second; in a long run in steps of more seconds.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::{Latency, Outcome, Percentile};

/// How many points a series has at most: when there would be more, the steps double.
pub const MOST_POINTS: usize = 600;

/// The doublings beyond which no run goes: a step of more than a year.
const MOST_DOUBLINGS: u32 = 25;

/// Points in time, all as far apart.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Series {
    /// The step as a number of doublings of one second.
    doublings: u32,
    /// One for each step from the beginning to the last answer.
    points: Vec<Point>,
}

/// What the requests came to that ended within one step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// How many were answered rightly.
    pub good: u64,
    /// How many were answered wrongly.
    pub wrong: u64,
    /// How many were not answered.
    pub unanswered: u64,
    /// How long the answers took, to the second significant digit.
    pub latency: Latency,
}

impl Default for Point {
    fn default() -> Self {
        Self {
            good: 0,
            wrong: 0,
            unanswered: 0,
            latency: Latency::coarse(),
        }
    }
}

impl Point {
    fn merge(&mut self, other: &Self) {
        self.good += other.good;
        self.wrong += other.wrong;
        self.unanswered += other.unanswered;
        self.latency.merge(&other.latency);
    }

    /// Returns how many requests ended.
    pub fn count(&self) -> u64 {
        self.good + self.errors()
    }

    /// Returns how many were answered wrongly or not at all.
    pub fn errors(&self) -> u64 {
        self.wrong + self.unanswered
    }

    /// Returns a percentile of the latency, where it does not fall on a request without an answer.
    pub fn percentile(&self, percentile: Percentile) -> Option<Duration> {
        match percentile.rank(self.count()) {
            0 => None,
            rank => self.latency.at_rank(rank),
        }
    }
}

impl Series {
    /// Returns how much time lies between two points.
    pub fn step(&self) -> Duration {
        Duration::from_secs(1 << self.doublings)
    }

    /// Returns the points, from the beginning.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Adds a request that ended so long after the beginning.
    pub fn record(&mut self, ended: Duration, took: Duration, outcome: &Outcome) {
        let point = self.point(ended.as_secs());
        match outcome {
            Outcome::Good => point.good += 1,
            Outcome::Wrong(_) => point.wrong += 1,
            Outcome::Unanswered(_) => {
                point.unanswered += 1;
                return;
            }
        }
        point.latency.record(took);
    }

    /// Adds what another part of the same run measured.
    pub fn merge(&mut self, other: &Self) {
        while self.doublings < other.doublings {
            self.coarsen();
        }
        for (index, point) in other.points.iter().enumerate() {
            let seconds = (index as u64) << other.doublings;
            // Its place may have moved while another was added, never its time.
            self.point(seconds).merge(point);
        }
    }

    /// Returns the point of a second, and makes room for it.
    fn point(&mut self, second: u64) -> &mut Point {
        let index = loop {
            let index = usize::try_from(second >> self.doublings).unwrap_or(usize::MAX);
            if index < MOST_POINTS {
                break index;
            }
            if self.doublings == MOST_DOUBLINGS {
                break MOST_POINTS - 1;
            }
            self.coarsen();
        };
        if self.points.len() <= index {
            self.points.resize_with(index + 1, Point::default);
        }
        &mut self.points[index]
    }

    /// Makes the steps twice as long.
    fn coarsen(&mut self) {
        self.doublings += 1;
        let mut kept = Vec::with_capacity(MOST_POINTS);
        for pair in std::mem::take(&mut self.points).chunks(2) {
            let mut point = pair[0].clone();
            if let Some(second) = pair.get(1) {
                point.merge(second);
            }
            kept.push(point);
        }
        self.points = kept;
    }
}

impl<'de> Deserialize<'de> for Series {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            doublings: u32,
            points: Vec<Point>,
        }
        let Written { doublings, points } = Written::deserialize(from)?;
        if doublings > MOST_DOUBLINGS {
            return Err(D::Error::custom(format!(
                "`doublings` is above {MOST_DOUBLINGS}"
            )));
        }
        if points.len() > MOST_POINTS {
            return Err(D::Error::custom(format!(
                "a series has at most {MOST_POINTS} points"
            )));
        }
        Ok(Self { doublings, points })
    }
}
