//! The format for scripts; `fixtures/schemas/report.schema.json` describes it. Changes only add.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    time::Duration,
};

use serde::Serialize;

use super::{Entry, Evidence, Observation, Report, Shown, Write};
use crate::verdict::{Mismatch, Verdict};

/// Writes JSON, indented.
#[derive(Debug, Clone, Copy)]
pub struct Json;

impl Write for Json {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &Document::new(report))?;
        writeln!(out)
    }
}

#[derive(Serialize)]
struct Document<'r> {
    proofhouse: &'static str,
    started: String,
    duration_ms: u64,
    run: &'r str,
    seed: u64,
    interrupted: bool,
    target: Target<'r>,
    summary: BTreeMap<&'static str, usize>,
    readings: BTreeMap<&'r str, &'r str>,
    readings_seen_by: BTreeMap<&'r str, &'r BTreeSet<String>>,
    readings_shown_by: BTreeMap<&'r str, EvidenceObject<'r>>,
    leftovers: &'r [String],
    stale: &'r [String],
    checks: Vec<CheckObject<'r>>,
}

#[derive(Serialize)]
struct Target<'r> {
    url: &'r str,
    customer: &'r str,
    mode: &'static str,
}

#[derive(Serialize)]
struct EvidenceObject<'r> {
    check: &'r str,
    exchange: &'r Shown,
}

#[derive(Serialize)]
struct CheckObject<'r> {
    id: &'r str,
    title: &'r str,
    verdict: Verdict,
    clauses: &'r [&'r str],
    offset_ms: u64,
    duration_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mismatch: Option<&'r Mismatch>,
    exchanges: &'r [Shown],
}

impl<'r> Document<'r> {
    fn new(report: &'r Report) -> Self {
        let summary = report.summary();
        Self {
            proofhouse: env!("CARGO_PKG_VERSION"),
            started: report.started.to_string(),
            duration_ms: milliseconds(report.duration),
            run: &report.run,
            seed: report.seed,
            interrupted: report.is_interrupted,
            target: Target {
                url: &report.url,
                customer: &report.customer,
                mode: report.mode.as_str(),
            },
            summary: Verdict::ALL
                .into_iter()
                .map(|verdict| (verdict.as_str(), summary.count(verdict)))
                .collect(),
            readings: readings(report, |seen| seen.answer.as_str()),
            readings_seen_by: readings(report, |seen| &seen.checks),
            readings_shown_by: report
                .readings
                .iter()
                .filter_map(|(id, seen)| Some((id.as_str(), seen.evidence.as_ref()?.into())))
                .collect(),
            leftovers: &report.leftovers,
            stale: &report.stale,
            checks: report.entries.iter().map(CheckObject::new).collect(),
        }
    }
}

impl<'r> From<&'r Evidence> for EvidenceObject<'r> {
    fn from(evidence: &'r Evidence) -> Self {
        Self {
            check: &evidence.check,
            exchange: &evidence.exchange,
        }
    }
}

impl<'r> CheckObject<'r> {
    fn new(entry: &'r Entry) -> Self {
        Self {
            id: entry.id,
            title: entry.title,
            verdict: entry.verdict,
            clauses: entry.clauses,
            offset_ms: milliseconds(entry.offset),
            duration_ms: milliseconds(entry.duration),
            reason: entry.reason.as_deref(),
            mismatch: entry.mismatch.as_ref(),
            exchanges: &entry.exchanges,
        }
    }
}

fn readings<'r, T>(report: &'r Report, part: fn(&'r Observation) -> T) -> BTreeMap<&'r str, T> {
    let readings = report.readings.iter();
    readings
        .map(|(id, seen)| (id.as_str(), part(seen)))
        .collect()
}

/// Returns a duration in whole milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
