//! The format for scripts: what `load.schema.json` describes. Only additions are made to it.
//!
//! What is derived stands beside what it is derived from: under `figures` are all histograms, and those of several reports can be merged.

use std::{collections::BTreeMap, io, time::Duration};

use serde::Serialize;

use super::{Run, Violation, Write};
use crate::{
    baseline::{Change, Comparison, Row},
    figures::{Figures, Kind, Percentile, Requests},
    limit::{Judged, Seen},
    setup::Setup,
};

/// Writes JSON.
#[derive(Debug, Clone, Copy)]
pub struct Json;

impl Write for Json {
    fn write(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &Document::new(run))?;
        writeln!(out)
    }
}

#[derive(Serialize)]
struct Document<'a> {
    headline: String,
    missed: bool,
    interrupted: bool,
    incomplete: &'a [String],
    setup: &'a Setup,
    duration_ms: u64,
    repetitions: usize,
    requests: Vec<Shown<'a>>,
    over_time: OverTime,
    limits: Vec<Limit>,
    hopeless: Option<String>,
    comparison: Option<Compared<'a>>,
    violations: &'a [Violation],
    notes: Vec<String>,
    figures: &'a Figures,
}

/// The requests of one name.
#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    count: u64,
    good: u64,
    rate: Option<f64>,
    errors_percent: Option<f64>,
    p50_us: Option<u64>,
    p95_us: Option<u64>,
    p99_us: Option<u64>,
    p999_us: Option<u64>,
    max_us: Option<u64>,
    mean_us: Option<u64>,
    wrong: &'a BTreeMap<Kind, u64>,
    unanswered: &'a BTreeMap<Kind, u64>,
}

#[derive(Serialize)]
struct OverTime {
    step_s: u64,
    points: Vec<Moment>,
}

#[derive(Serialize)]
struct Moment {
    good: u64,
    wrong: u64,
    unanswered: u64,
    p50_us: Option<u64>,
    p99_us: Option<u64>,
}

#[derive(Serialize)]
struct Limit {
    limit: String,
    met: bool,
    measured: Option<f64>,
    told: String,
}

#[derive(Serialize)]
struct Compared<'a> {
    told: String,
    worse: bool,
    before: &'a Setup,
    repetitions: [usize; 2],
    machine: Option<f64>,
    obstacle: Option<&'a str>,
    notes: &'a [String],
    rows: Vec<Difference<'a>>,
}

#[derive(Serialize)]
struct Difference<'a> {
    name: Option<&'a str>,
    figure: String,
    before: f64,
    after: f64,
    by: f64,
    interval: [f64; 2],
    noticed: f64,
    change: Change,
    told: String,
}

impl<'a> Document<'a> {
    fn new(run: &'a Run) -> Self {
        let figures = &run.figures;
        let shown = |(name, requests): (&'a crate::figures::Name, &'a Requests)| {
            Shown::new(name.as_str(), requests, figures.elapsed)
        };
        Self {
            headline: run.headline(),
            missed: run.is_missed(),
            interrupted: run.is_interrupted,
            incomplete: &run.incomplete,
            setup: &run.setup,
            duration_ms: u64::try_from(figures.elapsed.as_millis()).unwrap_or(u64::MAX),
            repetitions: run.repetitions,
            requests: figures.requests.iter().map(shown).collect(),
            over_time: OverTime::new(figures),
            limits: run.judged.iter().map(Limit::new).collect(),
            hopeless: run.hopeless.as_ref().map(ToString::to_string),
            comparison: run.comparison.as_ref().map(Compared::new),
            violations: &run.violations,
            notes: run.notices(),
            figures,
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

impl<'a> Shown<'a> {
    fn new(name: &'a str, requests: &'a Requests, elapsed: Duration) -> Self {
        let percentile = |percentile| requests.percentile(percentile).map(micros);
        Self {
            name,
            count: requests.count(),
            good: requests.good,
            rate: requests.rate(elapsed),
            errors_percent: requests.error_share().map(|share| 100.0 * share),
            p50_us: percentile(Percentile::P50),
            p95_us: percentile(Percentile::P95),
            p99_us: percentile(Percentile::P99),
            p999_us: percentile(Percentile::P999),
            max_us: requests.latency.longest().map(micros),
            mean_us: requests.mean().map(micros),
            wrong: &requests.wrong,
            unanswered: &requests.unanswered,
        }
    }
}

impl OverTime {
    fn new(figures: &Figures) -> Self {
        let points = figures.series.points().iter().map(|point| Moment {
            good: point.good,
            wrong: point.wrong,
            unanswered: point.unanswered,
            p50_us: point.percentile(Percentile::P50).map(micros),
            p99_us: point.percentile(Percentile::P99).map(micros),
        });
        Self {
            step_s: figures.series.step().as_secs(),
            points: points.collect(),
        }
    }
}

impl Limit {
    fn new(judged: &Judged) -> Self {
        Self {
            limit: judged.limit.to_string(),
            met: judged.is_met,
            measured: match judged.seen {
                Seen::Value(value) => Some(value),
                Seen::Never | Seen::Nothing => None,
            },
            told: judged.told(),
        }
    }
}

impl<'a> Compared<'a> {
    fn new(comparison: &'a Comparison) -> Self {
        Self {
            told: comparison.told(),
            worse: comparison.is_worse(),
            before: &comparison.before,
            repetitions: comparison.repetitions.into(),
            machine: comparison.machine,
            obstacle: comparison.obstacle.as_deref(),
            notes: &comparison.notes,
            rows: comparison.rows.iter().map(Difference::new).collect(),
        }
    }
}

impl<'a> Difference<'a> {
    fn new(row: &'a Row) -> Self {
        Self {
            name: row.name.as_ref().map(crate::figures::Name::as_str),
            figure: row.figure.to_string(),
            before: row.before,
            after: row.after,
            by: row.by,
            interval: row.interval.into(),
            noticed: row.noticed,
            change: row.change,
            told: row.told(),
        }
    }
}
