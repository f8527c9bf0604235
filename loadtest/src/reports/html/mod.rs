//! The page for people who were not there: one file that needs no network and no script, for paper, too.
//!
//! Every chart has its numbers in words and in a table. A content security policy with the digest of the style lets nothing else in.
//!
//! | module | what it holds |
//! |---|---|
//! | `scale` | where a value stands on a chart |
//! | `curve` | latency by percentile |
//! | `over_time` | throughput, errors and latency over time |

mod curve;
mod over_time;
mod scale;

use std::io;

use askama::Template;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use super::{
    Run, Violation, Write,
    line::{Fault, HEADINGS, Line, facts},
    text,
};
use crate::baseline::{Change, Comparison};
use curve::Curves;
use over_time::OverTime;

/// Writes a page of HTML.
#[derive(Debug, Clone, Copy)]
pub struct Html;

impl Write for Html {
    fn write(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
        Page::new(run).write_into(&mut *out)?;
        writeln!(out)
    }
}

const STYLE: &str = include_str!("../../../templates/load.css");

#[derive(Template)]
#[template(path = "load.html")]
struct Page {
    style: &'static str,
    policy: String,
    headline: String,
    /// The word of the verdict that the headline speaks of.
    tone: &'static str,
    target: String,
    facts: Vec<(&'static str, String)>,
    notices: Vec<String>,
    violations: Vec<Violation>,
    limits: Vec<Limit>,
    compared: Option<Compared>,
    headings: [&'static str; 9],
    lines: Vec<Line>,
    faults: Vec<Fault>,
    curves: Curves,
    over_time: OverTime,
}

struct Limit {
    limit: String,
    told: String,
    is_met: bool,
}

struct Compared {
    told: String,
    tone: &'static str,
    sets: String,
    notes: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    subject: String,
    before: String,
    after: String,
    told: String,
    tone: &'static str,
}

impl Page {
    fn new(run: &Run) -> Self {
        let digest = STANDARD.encode(Sha256::digest(STYLE));
        let limits = run.judged.iter().map(|judged| Limit {
            limit: text::line(&judged.limit.to_string()),
            told: judged.told(),
            is_met: judged.is_met,
        });
        let violations = run.violations.iter().map(|violation| Violation {
            what: text::line(&violation.what),
            evidence: text::line(&violation.evidence),
        });
        Self {
            style: STYLE,
            // Content Security Policy 3, as far as a page may say it itself.
            policy: format!(
                "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
            ),
            headline: text::line(&run.headline()),
            tone: run.tone(),
            target: text::line(&run.setup.target),
            facts: facts(run),
            notices: run
                .notices()
                .iter()
                .map(|notice| text::line(notice))
                .collect(),
            violations: violations.collect(),
            limits: limits.collect(),
            compared: run.comparison.as_ref().map(Compared::new),
            headings: HEADINGS,
            lines: Line::all(run),
            faults: Fault::all(run),
            curves: Curves::new(run),
            over_time: OverTime::new(run),
        }
    }
}

impl Compared {
    fn new(comparison: &Comparison) -> Self {
        let rows = comparison.rows.iter().map(|row| Row {
            subject: text::line(&row.subject()),
            before: row.value(row.before),
            after: row.value(row.after),
            told: row.told(),
            tone: match row.change {
                Change::Worse => "fail",
                Change::Better => "pass",
                Change::None => "skip",
            },
        });
        Self {
            told: text::line(&comparison.told()),
            tone: match (comparison.obstacle.is_some(), comparison.is_worse()) {
                (true, _) => "broken",
                (_, true) => "fail",
                _ => "pass",
            },
            sets: format!(
                "The baseline is of {:.0}; {} repetitions before, {} after. The intervals hold all together.",
                comparison.before.started, comparison.repetitions.0, comparison.repetitions.1
            ),
            notes: comparison
                .notes
                .iter()
                .map(|note| text::line(note))
                .collect(),
            rows: rows.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_holds_nothing_that_html_would_take_for_its_end() {
        assert!(!STYLE.contains('<') && !STYLE.contains("url(") && !STYLE.contains("@import"));
    }
}
