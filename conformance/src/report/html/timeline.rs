//! Which check ran when, beside which others.

use std::time::Duration;

use crate::report::{Entry, Report};

/// The run from its beginning to its end, with a lane for each check at a time.
pub(super) struct Timeline {
    pub(super) bars: Vec<Bar>,
    /// The height of the picture.
    pub(super) height: usize,
    /// The marks below it, with their place in hundredths.
    pub(super) marks: Vec<String>,
}

/// One check.
pub(super) struct Bar {
    pub(super) id: &'static str,
    pub(super) verdict: &'static str,
    pub(super) told: String,
    pub(super) x: f64,
    pub(super) y: usize,
    pub(super) width: f64,
}

/// The width of the picture, which the page stretches to its own.
const WIDTH: f64 = 1_000.0;

/// The height of a lane.
const LANE: usize = 12;

/// How many lanes are drawn at most; what runs beside them shares the last.
const LANES: usize = 64;

impl Timeline {
    pub(super) fn new(report: &Report) -> Self {
        let mut made: Vec<&Entry> = report
            .entries
            .iter()
            .filter(|entry| !entry.duration.is_zero())
            .collect();
        made.sort_by_key(|entry| entry.offset);
        let ends = made.iter().map(|entry| entry.offset + entry.duration);
        let whole = ends.max().unwrap_or_default();
        let mut lanes: Vec<Duration> = Vec::new();
        let bars: Vec<Bar> = made
            .iter()
            .map(|entry| Bar::new(entry, lane(&mut lanes, entry), whole))
            .collect();
        let marks = (0..=4).map(|quarter| {
            let at = whole.as_secs_f64() * f64::from(quarter) / 4.0;
            format!("{at:.2} s")
        });
        Self {
            height: lanes.len() * LANE,
            marks: marks.collect(),
            bars,
        }
    }
}

/// Returns the first lane that is free when a check begins, and takes it.
fn lane(lanes: &mut Vec<Duration>, entry: &Entry) -> usize {
    let end = entry.offset + entry.duration;
    let free = lanes.iter().position(|until| *until <= entry.offset);
    match free {
        Some(lane) => lanes[lane] = end,
        None if lanes.len() < LANES => lanes.push(end),
        None => {}
    }
    free.unwrap_or(lanes.len() - 1)
}

impl Bar {
    fn new(entry: &Entry, lane: usize, whole: Duration) -> Self {
        let share = |part: Duration| WIDTH * part.as_secs_f64() / whole.as_secs_f64().max(1e-9);
        Self {
            id: entry.id,
            verdict: entry.verdict.as_str(),
            told: format!(
                "{}: {}, {} ms after {} ms",
                entry.id,
                entry.verdict.as_str(),
                entry.duration.as_millis(),
                entry.offset.as_millis()
            ),
            x: rounded(share(entry.offset)),
            y: lane * LANE + 1,
            // Wide enough to be seen and hit.
            width: rounded(share(entry.duration).max(1.5)),
        }
    }
}

fn rounded(length: f64) -> f64 {
    (length * 100.0).round() / 100.0
}
