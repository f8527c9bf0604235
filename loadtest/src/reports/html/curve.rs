//! The latencies of each name by percentile: the horizontal axis gives every further nine the same room.

use super::scale::{Scale, Tick, WHOLE, rounded};
use crate::{
    figures::Requests,
    limit::judged::time,
    reports::{Run, text},
};

/// The chart.
pub(super) struct Curves {
    pub(super) curves: Vec<Curve>,
    pub(super) rows: Vec<Tick>,
    pub(super) columns: Vec<Tick>,
    /// The whole in words, for who does not see it.
    pub(super) told: String,
    /// How many names are not drawn.
    pub(super) left_out: usize,
}

/// One name.
pub(super) struct Curve {
    pub(super) name: String,
    /// The number of its colour.
    pub(super) colour: usize,
    pub(super) points: String,
}

/// How many names are drawn: as many as there are colours that can be told apart.
const MOST: usize = 8;

/// How many nines are drawn at most.
const NINES: f64 = 5.0;

/// In how many pieces a curve is drawn.
const PIECES: u32 = 120;

impl Curves {
    pub(super) fn new(run: &Run) -> Self {
        let drawn: Vec<(String, Vec<(f64, f64)>)> = run
            .figures
            .requests
            .iter()
            .take(MOST)
            .map(|(name, requests)| (text::line(name.as_str()), values(requests)))
            .filter(|(_, values)| !values.is_empty())
            .collect();
        let all = || drawn.iter().flat_map(|(_, values)| values);
        let nines = all().map(|(x, _)| *x).fold(1.0, f64::max);
        let most = all().map(|(_, y)| *y).fold(1.0, f64::max);
        let least = all().map(|(_, y)| *y).fold(most, f64::min);
        let scale = Scale::logarithmic(least, most);
        let across = Scale::exactly(nines);
        let curves = drawn.iter().enumerate().map(|(colour, (name, values))| {
            let points: Vec<String> = values
                .iter()
                .map(|(x, y)| format!("{},{}", across.place(*x), scale.height(*y)))
                .collect();
            Curve {
                name: name.clone(),
                colour,
                points: points.join(" "),
            }
        });
        let told: Vec<String> = drawn
            .iter()
            .filter_map(|(name, values)| {
                let ((_, first), (_, last)) = (values.first()?, values.last()?);
                Some(format!("{name} from {} to {}", time(*first), time(*last)))
            })
            .collect();
        Self {
            curves: curves.collect(),
            rows: scale.ticks(short),
            columns: columns(nines, &across),
            told: format!("Latency by percentile: {}", told.join("; ")),
            left_out: run.figures.requests.len().saturating_sub(MOST),
        }
    }
}

/// Returns nines and microseconds, as far as there were requests, and answers.
fn values(requests: &Requests) -> Vec<(f64, f64)> {
    let count = requests.count();
    let end = (count.max(1) as f64).log10().min(NINES);
    let mut values = Vec::new();
    for piece in 0..=PIECES {
        let nines = end * f64::from(piece) / f64::from(PIECES);
        let share = 1.0 - 10_f64.powf(-nines);
        let rank = ((share * count as f64).ceil() as u64).clamp(1, count.max(1));
        let Some(took) = requests.latency.at_rank(rank) else {
            break;
        };
        values.push((nines, took.as_secs_f64() * 1e6));
    }
    values
}

/// Returns a time without decimals that say nothing.
pub(super) fn short(micros: f64) -> String {
    match micros {
        micros if micros < 1e3 => format!("{} us", rounded(micros)),
        micros if micros < 1e6 => format!("{} ms", rounded(micros / 1e3)),
        micros => format!("{} s", rounded(micros / 1e6)),
    }
}

fn columns(nines: f64, across: &Scale) -> Vec<Tick> {
    let marks = [
        (std::f64::consts::LOG10_2, "50 %"),
        (1.0, "90 %"),
        (2.0, "99 %"),
        (3.0, "99.9 %"),
        (4.0, "99.99 %"),
        (5.0, "99.999 %"),
    ];
    marks
        .into_iter()
        .filter(|(at, _)| *at <= nines)
        .map(|(at, label)| Tick {
            at: rounded(across.place(at) * 100.0 / WHOLE),
            label: label.to_owned(),
        })
        .collect()
}
