//! Throughput, errors and latency over time.

use super::{
    curve::short,
    scale::{Scale, Tick, WHOLE, rounded},
};
use crate::{
    figures::{Percentile, Point},
    limit::judged::{rate, time},
    reports::Run,
};

/// The charts, which share their horizontal axis, and the numbers behind them.
pub(super) struct OverTime {
    pub(super) throughput: Chart,
    /// Nothing where there was no error.
    pub(super) errors: Option<Chart>,
    pub(super) latency: Chart,
    pub(super) columns: Vec<Tick>,
    pub(super) moments: Vec<Moment>,
}

/// One chart.
pub(super) struct Chart {
    /// The whole in words, for who does not see it.
    pub(super) told: String,
    pub(super) rows: Vec<Tick>,
    /// Class and points of each line.
    pub(super) lines: Vec<(&'static str, String)>,
}

/// One step of the run, in words.
pub(super) struct Moment {
    pub(super) from: String,
    pub(super) rate: String,
    pub(super) errors: u64,
    pub(super) p50: String,
    pub(super) p99: String,
}

/// A step of the run, in seconds, and what came of it.
struct Step<'a> {
    from: f64,
    length: f64,
    point: &'a Point,
}

impl OverTime {
    pub(super) fn new(run: &Run) -> Self {
        let steps = steps(run);
        let end = run.elapsed().as_secs_f64();
        let across = Scale::exactly(end);
        let columns = (0..=4).map(|quarter| Tick {
            at: f64::from(quarter) * 25.0,
            label: format!("{} s", rounded(end * f64::from(quarter) / 4.0)),
        });
        Self {
            throughput: throughput(&steps, &across),
            errors: errors(&steps, &across),
            latency: latency(&steps, &across),
            columns: columns.collect(),
            moments: steps.iter().map(Moment::new).collect(),
        }
    }
}

/// Returns the steps; the last as long as it truly was, and not if it was too short to say a rate.
fn steps(run: &Run) -> Vec<Step<'_>> {
    let step = run.figures.series.step().as_secs_f64();
    let end = run.elapsed().as_secs_f64();
    let points = run.figures.series.points().iter().enumerate();
    let mut steps: Vec<Step<'_>> = points
        .map(|(index, point)| {
            let from = index as f64 * step;
            let length = (end - from).min(step);
            Step {
                from,
                length,
                point,
            }
        })
        .filter(|one| one.length > 0.0)
        .collect();
    if steps.len() > 1 {
        steps.retain(|one| one.length > step / 4.0);
    }
    steps
}

impl Step<'_> {
    fn rate(&self) -> f64 {
        self.point.good as f64 / self.length
    }

    /// Returns a share of the requests in per cent.
    fn percent(&self, of: u64) -> Option<f64> {
        let count = self.point.count();
        (count > 0).then(|| 100.0 * of as f64 / count as f64)
    }

    fn micros(&self, percentile: Percentile) -> Option<f64> {
        let took = self.point.percentile(percentile)?;
        Some(took.as_secs_f64() * 1e6)
    }
}

fn throughput(steps: &[Step<'_>], across: &Scale) -> Chart {
    let most = steps.iter().map(Step::rate).fold(0.0, f64::max);
    let least = steps.iter().map(Step::rate).fold(most, f64::min);
    let scale = Scale::from_zero(most);
    let points = line(steps, across, |step| Some(scale.height(step.rate())));
    Chart {
        told: format!(
            "Right answers in a second: between {} and {}",
            rate(least),
            rate(most)
        ),
        rows: scale.ticks(|value| format!("{}/s", rounded(value))),
        lines: vec![("good", points)],
    }
}

fn errors(steps: &[Step<'_>], across: &Scale) -> Option<Chart> {
    let all: u64 = steps.iter().map(|step| step.point.errors()).sum();
    if all == 0 {
        return None;
    }
    let most = steps
        .iter()
        .filter_map(|step| step.percent(step.point.errors()))
        .fold(0.0, f64::max);
    let scale = Scale::from_zero(most);
    let of = |errors: fn(&Point) -> u64| {
        line(steps, across, |step| {
            step.percent(errors(step.point))
                .map(|value| scale.height(value))
        })
    };
    Some(Chart {
        told: format!("Errors: {all} in all, at most {most:.2} % in one step"),
        rows: scale.ticks(|value| format!("{} %", (value * 1e3).round() / 1e3)),
        lines: vec![
            ("wrong", of(Point::errors)),
            ("unanswered", of(|point| point.unanswered)),
        ],
    })
}

fn latency(steps: &[Step<'_>], across: &Scale) -> Chart {
    let of = |percentile| steps.iter().filter_map(move |step| step.micros(percentile));
    let all = || of(Percentile::P50).chain(of(Percentile::P99));
    let most = all().fold(1.0, f64::max);
    let scale = Scale::logarithmic(all().fold(most, f64::min), most);
    let drawn = |percentile| {
        line(steps, across, |step| {
            // Later than any answer stands at the upper edge.
            let unanswered = (step.point.count() > 0).then_some(0.0);
            step.micros(percentile)
                .map_or(unanswered, |micros| Some(scale.height(micros)))
        })
    };
    let worst = of(Percentile::P99).fold(0.0, f64::max);
    let lost = steps
        .iter()
        .filter(|step| step.point.count() > 0 && step.micros(Percentile::P99).is_none())
        .count();
    let mut told = format!(
        "Latency over time: the p99 of one step is {} at most",
        time(worst)
    );
    if lost > 0 {
        told.push_str(&format!(
            ", but for {lost} of {} whose p99 was not answered",
            steps.len()
        ));
    }
    Chart {
        told,
        rows: scale.ticks(short),
        lines: vec![
            ("p50", drawn(Percentile::P50)),
            ("p99", drawn(Percentile::P99)),
        ],
    }
}

/// Returns the points of a line; a single one is drawn as wide as the chart.
fn line(steps: &[Step<'_>], across: &Scale, height: impl Fn(&Step<'_>) -> Option<f64>) -> String {
    let mut points: Vec<(f64, f64)> = steps
        .iter()
        .filter_map(|step| Some((across.place(step.from + step.length / 2.0), height(step)?)))
        .collect();
    if let [(_, y)] = points[..] {
        points = vec![(0.0, y), (WHOLE, y)];
    }
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
    points.join(" ")
}

impl Moment {
    fn new(step: &Step<'_>) -> Self {
        let latency = |percentile| step.micros(percentile).map_or("no answer".to_owned(), time);
        Self {
            from: format!("{} s", rounded(step.from)),
            rate: rate(step.rate()),
            errors: step.point.errors(),
            p50: latency(Percentile::P50),
            p99: latency(Percentile::P99),
        }
    }
}
