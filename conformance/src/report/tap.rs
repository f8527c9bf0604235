//! The format for harnesses that read the Test Anything Protocol, version 14.
//!
//! What does not fail a run is a `TODO`: an inferred clause that is violated, a known deviation. So is a known deviation that
//! passes now, which harnesses call an unexpected success. What was not observed is a plain `not ok`, told apart from what
//! was wrong by its diagnostics.

use std::io;

use serde_json::{Value, json};

use super::{Entry, Report, Write, json::milliseconds, text};
use crate::verdict::Verdict;

/// Writes TAP 14.
#[derive(Debug, Clone, Copy)]
pub struct Tap;

impl Write for Tap {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(out, "TAP version 14")?;
        writeln!(out, "1..{}", report.entries.len())?;
        for (entry, number) in report.entries.iter().zip(1..) {
            point(report, entry, number, out)?;
        }
        for path in &report.leftovers {
            writeln!(out, "# could not remove {}", text::line(path))?;
        }
        if report.is_interrupted {
            writeln!(out, "# interrupted before the end")?;
        }
        Ok(())
    }
}

/// Writes a test point and, where the check did not pass, its diagnostics.
fn point(report: &Report, entry: &Entry, number: usize, out: &mut dyn io::Write) -> io::Result<()> {
    let is_ok = matches!(entry.verdict, Verdict::Pass | Verdict::Skip);
    let not = if is_ok { "" } else { "not " };
    let name = escaped(&format!("{}: {}", entry.id, entry.title));
    writeln!(out, "{not}ok {number} - {name}{}", directive(report, entry))?;
    if is_ok {
        return Ok(());
    }
    writeln!(out, "  ---")?;
    for (key, value) in diagnostics(entry) {
        // A JSON value on one line is a value of YAML 1.2, too, and cannot end the block.
        writeln!(out, "  {key}: {}", text::json(&value))?;
    }
    writeln!(out, "  ...")
}

fn directive(report: &Report, entry: &Entry) -> String {
    let reason = || escaped(entry.reason.as_deref().unwrap_or_default());
    match entry.verdict {
        Verdict::Skip => format!(" # SKIP {}", reason()),
        Verdict::Known => format!(" # TODO known deviation: {}", reason()),
        Verdict::Warn => " # TODO only inferred".to_owned(),
        Verdict::Pass if report.stale.iter().any(|id| id == entry.id) => {
            " # TODO a known deviation, and passes now".to_owned()
        }
        Verdict::Pass | Verdict::Fail | Verdict::Broken => String::new(),
    }
}

fn diagnostics(entry: &Entry) -> Vec<(&'static str, Value)> {
    let mut shown = vec![("verdict", json!(entry.verdict))];
    if let Some(reason) = &entry.reason {
        shown.push(("reason", json!(reason)));
    }
    if let Some(mismatch) = &entry.mismatch {
        shown.push(("what", json!(mismatch.what)));
        shown.push(("expected", json!(mismatch.expected)));
        shown.push(("actual", mismatch.actual.clone()));
        shown.push(("clauses", json!(entry.violated())));
    }
    if let Some(exchange) = entry.exchanges.last() {
        shown.push(("request", json!(exchange.curl)));
    }
    shown.push(("duration_ms", json!(milliseconds(entry.duration))));
    shown
}

/// Returns a description or reason on one line in which no `#` begins a directive.
fn escaped(text: &str) -> String {
    text::line(&text.replace('\\', "\\\\").replace('#', "\\#"))
}
