//! The format for people: grouped by area, with the evidence for everything that did not pass.

use std::{fmt::Write as _, io};

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use super::{
    Entry, Report, Write,
    entry::ShownResponse,
    text::{beginning, line, printable},
};
use crate::{
    browser::html,
    verdict::{Mismatch, Verdict},
};

/// Writes text. The colours are ANSI sequences; the caller's stream takes them out where they do not belong.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal {
    /// Leaves out what passed and what was skipped.
    pub is_quiet: bool,
    /// Shows every exchange of what did not pass, not only the last.
    pub is_verbose: bool,
}

impl Write for Terminal {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        for area in areas(report) {
            let entries: Vec<&Entry> = report
                .entries
                .iter()
                .filter(|entry| entry.area == area && !self.leaves_out(entry))
                .collect();
            if entries.is_empty() {
                continue;
            }
            writeln!(out, "{}{area}{}", BOLD.render(), BOLD.render_reset())?;
            for entry in entries {
                self.entry(entry, out)?;
            }
            writeln!(out)?;
        }
        self.ending(report, out)
    }
}

/// How much of a body or of a value is shown, in characters.
const SHOWN: usize = 500;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

impl Terminal {
    /// What was cut off has nothing to show; the ending counts it.
    fn leaves_out(self, entry: &Entry) -> bool {
        let is_quiet = self.is_quiet && matches!(entry.verdict, Verdict::Pass | Verdict::Skip);
        is_quiet || entry.is_cut_off
    }

    fn entry(self, entry: &Entry, out: &mut dyn io::Write) -> io::Result<()> {
        let (mark, style) = mark(entry.verdict);
        let name = entry
            .id
            .strip_prefix(entry.area)
            .map_or(entry.id, |name| name.trim_start_matches('.'));
        writeln!(
            out,
            "  {}{mark}{} {name}  {}{}{}",
            style.render(),
            style.render_reset(),
            DIM.render(),
            entry.title,
            DIM.render_reset()
        )?;
        let shown = match entry.verdict {
            Verdict::Pass => String::new(),
            Verdict::Skip | Verdict::Known => {
                printable(entry.reason.as_deref().unwrap_or_default())
            }
            _ if self.is_verbose => evidence_of(entry, usize::MAX),
            _ => evidence(entry),
        };
        for line in shown.lines() {
            writeln!(out, "      {line}")?;
        }
        Ok(())
    }

    fn ending(self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        if !report.readings.is_empty() && !self.is_quiet {
            writeln!(out, "{}readings{}", BOLD.render(), BOLD.render_reset())?;
            for (id, seen) in &report.readings {
                writeln!(out, "  {id} = {}", line(&seen.answer))?;
            }
            writeln!(out)?;
        }
        for id in &report.stale {
            writeln!(
                out,
                "known deviation `{id}` passes now: remove it from the file"
            )?;
        }
        for path in &report.leftovers {
            let path = line(path);
            writeln!(out, "could not remove `{path}`: run `proofhouse sweep`")?;
        }
        if report.is_interrupted {
            let cut_off = report.entries.iter().filter(|entry| entry.is_cut_off);
            writeln!(
                out,
                "interrupted: {} checks were not made to their end, and count as broken",
                cut_off.count()
            )?;
        }
        let summary = report.summary();
        let counts: Vec<String> = Verdict::ALL
            .into_iter()
            .map(|verdict| format!("{} {}", summary.count(verdict), verdict.as_str()))
            .collect();
        writeln!(
            out,
            "{} checks in {:.2} s: {} (seed {})",
            summary.total(),
            report.duration.as_secs_f64(),
            counts.join(", "),
            report.seed
        )
    }
}

/// Returns the areas of a report, each once, in order.
pub(super) fn areas(report: &Report) -> Vec<&'static str> {
    let mut areas: Vec<&str> = report.entries.iter().map(|entry| entry.area).collect();
    areas.sort_unstable();
    areas.dedup();
    areas
}

/// Returns what shows that a check did not pass: what, expected, actual, the clauses, and the line that repeats it.
pub fn evidence(entry: &Entry) -> String {
    evidence_of(entry, 1)
}

fn evidence_of(entry: &Entry, exchanges: usize) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = match (&entry.mismatch, &entry.reason) {
        (Some(mismatch), _) => compared(mismatch, &mut text),
        (None, Some(reason)) => writeln!(text, "{reason}"),
        (None, None) => Ok(()),
    };
    for id in entry.violated() {
        if let Some(clause) = fixtures::clauses::find(id) {
            let _ = writeln!(text, "clause    {id}: {} ({})", clause.text, clause.source);
        }
    }
    let first = entry.exchanges.len().saturating_sub(exchanges);
    for exchange in &entry.exchanges[first..] {
        let _ = writeln!(text, "request   {}", exchange.curl);
        let _ = match (&exchange.response, &exchange.failure) {
            (Some(response), _) => {
                writeln!(text, "answer    {} {}", response.status, body(response))
            }
            (None, Some(failure)) => writeln!(text, "answer    none: {failure}"),
            (None, None) => Ok(()),
        };
    }
    printable(&text)
}

/// Returns the beginning of an answer's body; of a page, what it says.
fn body(response: &ShownResponse) -> String {
    let content_type = response.headers.get("content-type");
    if content_type.is_some_and(|value| html::is_page(value)) {
        let page = html::parse(&response.body);
        let visible = html::visible(&page);
        if let Some(title) = html::title(&page) {
            return beginning(&format!("page `{title}`: {visible}"), SHOWN);
        }
        if !visible.is_empty() {
            return beginning(&format!("page: {visible}"), SHOWN);
        }
    }
    beginning(&response.body, SHOWN)
}

fn compared(mismatch: &Mismatch, text: &mut String) -> std::fmt::Result {
    writeln!(text, "what      {}", mismatch.what)?;
    let expected: Vec<String> = mismatch.expected.iter().map(value).collect();
    writeln!(text, "expected  {}", expected.join(" or "))?;
    writeln!(text, "actual    {}", value(&mismatch.actual))?;
    match &mismatch.contract {
        Some(pointer) => writeln!(text, "contract  {pointer}"),
        None => Ok(()),
    }
}

fn value(value: &Value) -> String {
    beginning(&value.to_string(), SHOWN)
}

fn mark(verdict: Verdict) -> (&'static str, Style) {
    let (mark, colour) = match verdict {
        Verdict::Pass => ("✓ pass  ", AnsiColor::Green),
        Verdict::Fail => ("✗ fail  ", AnsiColor::Red),
        Verdict::Warn => ("! warn  ", AnsiColor::Yellow),
        Verdict::Skip => ("- skip  ", AnsiColor::BrightBlack),
        Verdict::Broken => ("? broken", AnsiColor::Magenta),
        Verdict::Known => ("~ known ", AnsiColor::Cyan),
    };
    (mark, colour.on_default())
}
