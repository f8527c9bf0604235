//! Two repeated runs side by side.

use std::collections::BTreeSet;

use super::{
    Change, Repetition, Row, Saved,
    saved::{FEWEST_REPETITIONS, Values},
    statistics::{Difference, holm},
};
use crate::{
    figures::{Name, Percentile},
    limit::Figure,
    setup::Setup,
};

/// The chance that a comparison of two runs without a difference raises an alarm, over all its figures together. Ten in a row stay
/// silent 98 times of 100.
pub const FALSE_ALARM: f64 = 0.002;

/// A change below this is not called one, however sure it is: the same program, started twice, differs by as much. A ratio.
pub const SMALLEST_RATIO: f64 = 1.05;

/// The same for errors, in percentage points.
pub const SMALLEST_POINTS: f64 = 0.1;

/// Two runs, and what differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What was run before.
    pub before: Setup,
    /// What was run after.
    pub after: Setup,
    /// How many repetitions there are before and after.
    pub repetitions: (usize, usize),
    /// How the machine changed: its yardstick after, divided by that before.
    pub machine: Option<f64>,
    /// Why the runs cannot be compared; then there are no rows.
    pub obstacle: Option<String>,
    /// What may explain a difference, or is not compared.
    pub notes: Vec<String>,
    /// The figures.
    pub rows: Vec<Row>,
}

impl Comparison {
    /// Tells whether something became worse.
    pub fn is_worse(&self) -> bool {
        self.rows.iter().any(|row| row.change == Change::Worse)
    }

    /// Tells whether something changed.
    pub fn has_change(&self) -> bool {
        self.rows.iter().any(|row| row.change != Change::None)
    }

    /// Returns the outcome in one line.
    pub fn told(&self) -> String {
        if let Some(obstacle) = &self.obstacle {
            return format!("cannot be compared: {obstacle}");
        }
        let count = |change| self.rows.iter().filter(|row| row.change == change).count();
        match (count(Change::Worse), count(Change::Better)) {
            (0, 0) => "no difference seen".to_owned(),
            (worse, 0) => format!("worse in {worse} of {} figures", self.rows.len()),
            (0, better) => format!("better in {better} of {} figures", self.rows.len()),
            (worse, better) => format!(
                "worse in {worse} and better in {better} of {} figures",
                self.rows.len()
            ),
        }
    }
}

/// Compares a run with one that was saved before.
pub fn compare(before: &Saved, after: &Saved) -> Comparison {
    let mut comparison = Comparison {
        before: before.setup.clone(),
        after: after.setup.clone(),
        repetitions: (before.repetitions.len(), after.repetitions.len()),
        machine: machine(before, after),
        obstacle: obstacle(before, after),
        notes: Vec::new(),
        rows: Vec::new(),
    };
    if comparison.obstacle.is_some() {
        return comparison;
    }
    comparison.notes = notes(&comparison);
    let mut found = Vec::new();
    for (name, figure) in figures(before, after) {
        let (old, new) = (
            values(before, name.as_ref(), figure),
            values(after, name.as_ref(), figure),
        );
        let compared = match (old, new) {
            (Some(old), Some(new)) => Pair::new(figure, &old, &new).map(|pair| (pair, old, new)),
            _ => None,
        };
        match compared {
            Some((pair, old, new)) => found.push((name, figure, pair, middle(&old), middle(&new))),
            None => comparison.notes.push(format!(
                "{} {figure} is not compared: not every repetition has it",
                name.as_ref().map_or("all", Name::as_str)
            )),
        }
    }
    let chances: Vec<f64> = found
        .iter()
        .map(|(_, _, pair, ..)| pair.difference.chance())
        .collect();
    let levels = holm(&chances, FALSE_ALARM);
    let machine = comparison.machine.map_or(0.0, |ratio| ratio.ln().abs());
    comparison.rows = found
        .into_iter()
        .zip(levels)
        .map(|((name, figure, pair, before, after), (level, is_sure))| {
            pair.row(name, figure, (before, after), level, is_sure, machine)
        })
        .collect();
    comparison
}

/// A figure in both runs.
struct Pair {
    difference: Difference,
    is_ratio: bool,
}

impl Pair {
    fn new(figure: Figure, before: &[f64], after: &[f64]) -> Option<Self> {
        let is_ratio = figure != Figure::Errors;
        if !is_ratio {
            let difference = Difference::new(before, after, SMALLEST_POINTS / 10.0)?;
            return Some(Self {
                difference,
                is_ratio,
            });
        }
        let logarithms = |values: &[f64]| values.iter().map(|value| value.ln()).collect::<Vec<_>>();
        // A histogram tells the third digit, and no less than a microsecond.
        let smallest = before.iter().chain(after).copied().fold(f64::MAX, f64::min);
        let resolution = match figure {
            Figure::Rate => 0.001,
            _ => (0.5 / smallest).max(0.001),
        };
        let difference = Difference::new(&logarithms(before), &logarithms(after), resolution)?;
        Some(Self {
            difference,
            is_ratio,
        })
    }

    fn row(
        &self,
        name: Option<Name>,
        figure: Figure,
        (before, after): (f64, f64),
        level: f64,
        is_sure: bool,
        machine: f64,
    ) -> Row {
        let mean = self.difference.mean;
        let reach = self.difference.reach(level);
        let smallest = if self.is_ratio {
            SMALLEST_RATIO.ln() + machine
        } else {
            SMALLEST_POINTS
        };
        let told = |value: f64| if self.is_ratio { value.exp() } else { value };
        let is_up = mean > 0.0;
        let change = match is_sure && mean.abs() >= smallest {
            false => Change::None,
            true if is_up == (figure == Figure::Rate) => Change::Better,
            true => Change::Worse,
        };
        Row {
            name,
            figure,
            before,
            after,
            by: told(mean),
            interval: (told(mean - reach), told(mean + reach)),
            noticed: told(self.difference.noticed(level).max(smallest)),
            change,
        }
    }
}

fn obstacle(before: &Saved, after: &Saved) -> Option<String> {
    let fewest = before.repetitions.len().min(after.repetitions.len());
    if fewest < FEWEST_REPETITIONS {
        return Some(format!(
            "{fewest} repetitions say too little, both runs need {FEWEST_REPETITIONS} or more"
        ));
    }
    before.setup.obstacle(&after.setup)
}

fn notes(comparison: &Comparison) -> Vec<String> {
    let (before, after) = (&comparison.before, &comparison.after);
    let mut notes = Vec::new();
    if before.cores != after.cores {
        notes.push(format!(
            "the machine is another: {} cores and {}",
            before.cores, after.cores
        ));
    }
    if let Some(ratio) = comparison.machine.filter(|ratio| ratio.ln().abs() > 0.1) {
        notes.push(format!(
            "the machine itself was {ratio:.2} times as slow as before: what differs by less is not the target's"
        ));
    }
    if before.proofhouse != after.proofhouse {
        notes.push(format!(
            "proofhouse is another: {} and {}",
            before.proofhouse, after.proofhouse
        ));
    }
    notes
}

/// Returns how the machine changed, as its yardstick says.
fn machine(before: &Saved, after: &Saved) -> Option<f64> {
    let yardstick = |saved: &Saved| {
        let all = saved.repetitions.iter().map(|one| one.yardstick_us);
        let all = all.collect::<Option<Vec<f64>>>()?;
        Some(middle(&all)).filter(|yardstick| *yardstick > 0.0)
    };
    Some(yardstick(after)? / yardstick(before)?)
}

/// Returns what is compared: of all requests the rate, of those of each name the latencies and the errors.
fn figures(before: &Saved, after: &Saved) -> Vec<(Option<Name>, Figure)> {
    let names: BTreeSet<&Name> = [before, after]
        .into_iter()
        .flat_map(|saved| &saved.repetitions)
        .flat_map(|repetition| repetition.requests.keys())
        .collect();
    let mut figures = vec![(None, Figure::Rate)];
    for name in names {
        for figure in [
            Figure::Percentile(Percentile::P50),
            Figure::Percentile(Percentile::P95),
            Figure::Percentile(Percentile::P99),
            Figure::Errors,
        ] {
            figures.push((Some(name.clone()), figure));
        }
    }
    figures
}

/// Returns the value of each repetition, if each has one.
fn values(saved: &Saved, name: Option<&Name>, figure: Figure) -> Option<Vec<f64>> {
    saved
        .repetitions
        .iter()
        .map(|repetition| value(of(repetition, name)?, figure))
        .collect()
}

fn of<'a>(repetition: &'a Repetition, name: Option<&Name>) -> Option<&'a Values> {
    match name {
        None => Some(&repetition.whole),
        Some(name) => repetition.requests.get(name),
    }
}

fn value(values: &Values, figure: Figure) -> Option<f64> {
    let positive = |value: Option<f64>| value.filter(|value| *value > 0.0);
    match figure {
        Figure::Rate => positive(Some(values.rate)),
        Figure::Errors => Some(values.errors_percent),
        Figure::Percentile(Percentile::P50) => positive(values.p50_us),
        Figure::Percentile(Percentile::P95) => positive(values.p95_us),
        Figure::Percentile(Percentile::P99) => positive(values.p99_us),
        _ => None,
    }
}

/// Returns the median.
fn middle(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        count if count % 2 == 1 => sorted[half],
        _ => f64::midpoint(sorted[half - 1], sorted[half]),
    }
}
