//! How the load rises and falls: stages, each with its part of the time and of the load.

use std::time::Duration;

/// One stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// Its part of the time, of the sum of all parts.
    pub share: f64,
    /// Its part of the users or arrivals, from 0 to 1.
    pub load: f64,
}

/// How the load rises and falls.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape(Vec<Stage>);

impl Default for Shape {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Shape {
    /// Makes a shape of stages; without any, the load is the same all the time.
    pub fn new(stages: Vec<Stage>) -> Self {
        if stages.is_empty() {
            let share = 1.0;
            return Self(vec![Stage { share, load: share }]);
        }
        Self(stages)
    }

    /// Returns the part of the load at a moment of so long a time.
    pub fn at(&self, moment: Duration, whole: Duration) -> f64 {
        let mut end = 0.0;
        for (stage, share) in self.shares() {
            end += share * whole.as_secs_f64();
            if moment.as_secs_f64() < end {
                return stage.load;
            }
        }
        self.0.last().map_or(1.0, |stage| stage.load)
    }

    /// Returns how many arrivals there are in so long a time, at so many a second where the load is whole.
    pub fn arrivals(&self, rate: f64, whole: Duration) -> u64 {
        let parts = self
            .shares()
            .map(|(stage, share)| rate * stage.load * share * whole.as_secs_f64());
        // One at the very beginning; a hair is no arrival.
        (parts.sum::<f64>() - 1e-6).ceil() as u64
    }

    /// Returns the moment of an arrival, counted from 0; none after the last.
    pub fn arrival(&self, number: u64, rate: f64, whole: Duration) -> Option<Duration> {
        let mut left = number as f64;
        let mut begin = 0.0;
        for (stage, share) in self.shares() {
            let length = share * whole.as_secs_f64();
            let here = rate * stage.load * length;
            if left + 1e-6 < here {
                return Some(Duration::from_secs_f64(begin + left / (rate * stage.load)));
            }
            left -= here;
            begin += length;
        }
        None
    }

    fn shares(&self) -> impl Iterator<Item = (Stage, f64)> + '_ {
        let sum: f64 = self.0.iter().map(|stage| stage.share).sum();
        self.0.iter().map(move |stage| (*stage, stage.share / sum))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Duration = Duration::from_secs(10);

    fn spike() -> Shape {
        let stage = |share, load| Stage { share, load };
        Shape::new(vec![stage(4.0, 0.1), stage(2.0, 1.0), stage(4.0, 0.1)])
    }

    #[test]
    fn an_even_load_arrives_at_even_distances() {
        let even = Shape::default();
        assert_eq!(even.arrivals(100.0, WHOLE), 1000);
        assert_eq!(even.arrival(0, 100.0, WHOLE), Some(Duration::ZERO));
        assert_eq!(
            even.arrival(999, 100.0, WHOLE),
            Some(Duration::from_millis(9990))
        );
        assert_eq!(even.arrival(1000, 100.0, WHOLE), None);
        assert!((even.at(WHOLE, WHOLE) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_spike_arrives_when_it_is_due() {
        let spike = spike();
        let at = |seconds| spike.at(Duration::from_secs(seconds), WHOLE);
        assert_eq!([at(0), at(5), at(9)], [0.1, 1.0, 0.1]);
        assert_eq!(spike.arrivals(100.0, WHOLE), 40 + 200 + 40);
        let seconds = |number| {
            spike
                .arrival(number, 100.0, WHOLE)
                .map(|at| at.as_secs_f64())
        };
        assert_eq!(seconds(39), Some(3.9));
        assert_eq!(seconds(40), Some(4.0));
        assert_eq!(seconds(239), Some(5.99));
        assert_eq!(seconds(240), Some(6.0));
        assert_eq!(seconds(280), None);
    }

    #[test]
    fn arrivals_are_in_order_and_as_many_as_announced() {
        let spike = spike();
        let mut moments = Vec::new();
        while let Some(moment) = spike.arrival(moments.len() as u64, 333.3, WHOLE) {
            moments.push(moment);
        }
        assert_eq!(moments.len() as u64, spike.arrivals(333.3, WHOLE));
        assert!(moments.is_sorted());
    }
}
