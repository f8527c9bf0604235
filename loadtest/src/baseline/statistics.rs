//! How sure a difference is: Welch's test for each figure, and Holm's correction over all of them.

use statrs::distribution::{ContinuousCDF as _, StudentsT};

/// Two groups of values, as far as their difference is concerned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Difference {
    /// The mean of the second less that of the first.
    pub(super) mean: f64,
    /// The standard error of that.
    error: f64,
    /// Degrees of freedom, by Welch and Satterthwaite.
    freedom: f64,
}

impl Difference {
    /// Compares two groups of at least two values. No group is taken to vary less than its values can be told apart.
    pub(super) fn new(before: &[f64], after: &[f64], resolution: f64) -> Option<Self> {
        let (one, other) = (
            Group::new(before, resolution)?,
            Group::new(after, resolution)?,
        );
        let (a, b) = (one.variance / one.count, other.variance / other.count);
        let freedom = (a + b).powi(2) / (a * a / (one.count - 1.0) + b * b / (other.count - 1.0));
        let difference = Self {
            mean: other.mean - one.mean,
            error: (a + b).sqrt(),
            freedom,
        };
        (difference.mean.is_finite() && freedom.is_finite() && difference.error > 0.0)
            .then_some(difference)
    }

    /// Returns the chance of such a difference, or a greater one, where there is none.
    pub(super) fn chance(&self) -> f64 {
        let t = (self.mean / self.error).abs();
        StudentsT::new(0.0, 1.0, self.freedom).map_or(1.0, |student| 2.0 * student.sf(t))
    }

    /// Returns how far the truth may lie to each side, at most with that chance of being beyond.
    pub(super) fn reach(&self, level: f64) -> f64 {
        self.error * self.student(1.0 - level / 2.0)
    }

    /// Returns how large a difference is noticed four times out of five at that level.
    pub(super) fn noticed(&self, level: f64) -> f64 {
        self.reach(level) + self.error * self.student(0.8)
    }

    fn student(&self, quantile: f64) -> f64 {
        StudentsT::new(0.0, 1.0, self.freedom)
            .map_or(f64::INFINITY, |student| student.inverse_cdf(quantile))
    }
}

struct Group {
    count: f64,
    mean: f64,
    variance: f64,
}

impl Group {
    fn new(values: &[f64], resolution: f64) -> Option<Self> {
        if values.len() < 2 {
            return None;
        }
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Self {
            count,
            mean,
            variance: (squares / (count - 1.0)).max(resolution * resolution),
        })
    }
}

/// Returns for each chance the level at which it is judged, and whether it is below: by Holm, so that all together are wrong with at
/// most the chance `family`.
pub(super) fn holm(chances: &[f64], family: f64) -> Vec<(f64, bool)> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|one, other| chances[*one].total_cmp(&chances[*other]));
    let mut judged = vec![(family, false); chances.len()];
    let mut stopped = None;
    for (place, index) in order.into_iter().enumerate() {
        let level = stopped.unwrap_or(family / (chances.len() - place) as f64);
        let is_below = stopped.is_none() && chances[index] <= level;
        if !is_below {
            stopped = Some(level);
        }
        judged[index] = (level, is_below);
    }
    judged
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked out by hand; the chance by summing up the density.
    #[test]
    fn the_test_is_welchs() {
        let before = [10.1, 9.8, 10.0, 10.3, 9.9];
        let after = [10.9, 10.6, 11.2, 10.8, 11.1];
        let difference = Difference::new(&before, &after, 0.0).expect("two groups");
        assert!((difference.mean - 0.9).abs() < 1e-9);
        // t = 0.9 / sqrt(0.037 / 5 + 0.057 / 5), with 7.65 degrees of freedom
        assert!(
            (difference.error - 0.137_113).abs() < 1e-6,
            "{difference:?}"
        );
        assert!(
            (difference.freedom - 7.653_5).abs() < 1e-3,
            "{difference:?}"
        );
        let chance = difference.chance();
        assert!((2e-4..3e-4).contains(&chance), "{chance}");
        // The interval at the level of the chance ends at nothing.
        assert!((difference.reach(chance) - difference.mean).abs() < 1e-6);
    }

    /// Two-sided quantiles from the printed tables.
    #[test]
    fn quantiles_are_students() {
        let difference = Difference {
            mean: 0.0,
            error: 1.0,
            freedom: 8.0,
        };
        assert!((difference.reach(0.05) - 2.306).abs() < 1e-3);
        assert!((difference.reach(0.001) - 5.041).abs() < 1e-3);
    }

    #[test]
    fn holm_is_strict_with_the_first_and_stops_at_the_first_that_fails() {
        let judged = holm(&[0.04, 0.001, 0.013, 0.9], 0.05);
        let is_below: Vec<bool> = judged.iter().map(|(_, is_below)| *is_below).collect();
        assert_eq!(is_below, [false, true, true, false]);
        assert_eq!(judged[1].0, 0.05 / 4.0);
        assert_eq!(judged[0].0, 0.05 / 2.0);
        assert_eq!(
            judged[3].0,
            0.05 / 2.0,
            "what comes after is judged no more mildly"
        );
    }

    #[test]
    fn values_that_do_not_vary_are_not_certain() {
        let difference = Difference::new(&[1.0; 5], &[1.001; 5], 0.001).expect("two groups");
        assert!(difference.chance() > 0.1);
        assert!(Difference::new(&[1.0], &[1.0; 5], 0.001).is_none());
    }
}
