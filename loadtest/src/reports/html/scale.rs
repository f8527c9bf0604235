//! Scales: where a value stands on a chart, and which values are written beside it.

/// The length of each side of a chart, which the page stretches to its own.
pub(super) const WHOLE: f64 = 1_000.0;

/// A value that is written beside the chart, and its place in hundredths of the side.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
}

/// An axis from one value to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    from: f64,
    to: f64,
    is_logarithmic: bool,
}

impl Scale {
    /// From 0 to a round value that is no less than the greatest.
    pub(super) fn from_zero(greatest: f64) -> Self {
        Self::exactly(round_up(greatest.max(1e-9)))
    }

    /// From 0 to exactly that value.
    pub(super) fn exactly(to: f64) -> Self {
        Self {
            from: 0.0,
            to: to.max(1e-9),
            is_logarithmic: false,
        }
    }

    /// Between round values, each decade as long.
    pub(super) fn logarithmic(smallest: f64, greatest: f64) -> Self {
        let from = round_down(smallest.max(1.0));
        Self {
            from,
            to: round_up(greatest.max(1.0)).max(from * 2.0),
            is_logarithmic: true,
        }
    }

    /// Returns where a value stands, in parts of the whole.
    pub(super) fn place(&self, value: f64) -> f64 {
        let share = if self.is_logarithmic {
            (value.max(self.from) / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        rounded(WHOLE * share.clamp(0.0, 1.0))
    }

    /// Returns where a value stands when the whole is at the bottom.
    pub(super) fn height(&self, value: f64) -> f64 {
        rounded(WHOLE - self.place(value))
    }

    /// Returns round values between both ends, from the bottom, and their places from the top.
    pub(super) fn ticks(&self, label: impl Fn(f64) -> String) -> Vec<Tick> {
        let mut values: Vec<f64> = if self.is_logarithmic {
            steps(self.from, self.to).collect()
        } else {
            let shares = [0.0, 0.25, 0.5, 0.75, 1.0];
            shares.iter().map(|share| share * self.to).collect()
        };
        // Not more than can be told apart.
        while values.len() > 7 {
            values = values.into_iter().step_by(2).collect();
        }
        let tick = |value: f64| Tick {
            at: rounded(self.height(value) / 10.0),
            label: label(value),
        };
        values.into_iter().map(tick).collect()
    }
}

/// 1, 2, 5, 10, 20, 50 and so on, between two of them.
fn steps(from: f64, to: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(from), |value| Some(next(*value)))
        .take_while(move |value| *value <= to * 1.000_001)
}

/// Returns the step after one of them.
fn next(step: f64) -> f64 {
    let decade = 10_f64.powf((step * 1.000_001).log10().floor());
    match step / decade {
        lead if lead < 1.5 => 2.0 * decade,
        lead if lead < 3.0 => 5.0 * decade,
        _ => 10.0 * decade,
    }
}

fn round_down(value: f64) -> f64 {
    let decade = 10_f64.powf(value.log10().floor());
    match value / decade {
        lead if lead >= 5.0 => 5.0 * decade,
        lead if lead >= 2.0 => 2.0 * decade,
        _ => decade,
    }
}

fn round_up(value: f64) -> f64 {
    let down = round_down(value);
    if down >= value { down } else { next(down) }
}

/// Cuts a place to what a picture shows of it.
pub(super) fn rounded(place: f64) -> f64 {
    (place * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_round_and_values_between_them() {
        for (value, up) in [
            (1.0, 1.0),
            (1.2, 2.0),
            (3.0, 5.0),
            (7.0, 10.0),
            (999.0, 1_000.0),
        ] {
            assert!((round_up(value) - up).abs() < 1e-6, "{value}");
        }
        let scale = Scale::logarithmic(130.0, 40_000.0);
        assert_eq!((scale.place(100.0), scale.place(50_000.0)), (0.0, WHOLE));
        assert_eq!(scale.place(1.0), 0.0, "what is too small stands at the end");
        let ticks = scale.ticks(|value| format!("{value:.0}"));
        assert_eq!((ticks[0].at, ticks[0].label.as_str()), (100.0, "100"));
        assert!((2..=7).contains(&ticks.len()), "{ticks:?}");
        let ticks = Scale::from_zero(0.0).ticks(|value| format!("{value:.0}"));
        assert!(ticks.iter().all(|tick| tick.at.is_finite()), "{ticks:?}");
    }
}
