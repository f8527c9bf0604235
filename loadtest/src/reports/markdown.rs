//! The format for a comment on a pull request: the outcome first, what is long folded, and never longer than a comment may be.

use std::{fmt::Write as _, io};

use super::{
    Run, Write,
    line::{Fault, HEADINGS, Line, facts},
    text,
};
use crate::baseline::{Change, Comparison};

/// Writes Markdown as GitHub and GitLab read it.
#[derive(Debug, Clone, Copy)]
pub struct Markdown;

/// The longest that a report is, in bytes; the shortest limit of a comment is 65536 characters.
pub const LONGEST: usize = 60_000;

impl Write for Markdown {
    fn write(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(document(run).as_bytes())
    }
}

fn document(run: &Run) -> String {
    let sign = match run.tone() {
        "pass" => "✅",
        "fail" => "❌",
        _ => "❓",
    };
    let mut page = Page(format!(
        "## {sign} Proofhouse load: {}\n\n",
        text::markdown(&run.headline())
    ));
    page.add(&violations(run));
    page.add(&limits(run));
    if let Some(comparison) = &run.comparison {
        page.add(&changed(comparison));
    }
    page.add(&requests(run));
    page.add(&errors(run));
    for notice in run.notices() {
        page.add(&format!("> {}\n\n", text::markdown(&notice)));
    }
    if let Some(comparison) = &run.comparison {
        page.add(&unchanged(comparison));
    }
    let facts: Vec<String> = facts(run)
        .iter()
        .map(|(name, value)| format!("{name} {}", text::markdown(value)))
        .collect();
    page.add(&format!(
        "{}, {}\n",
        text::markdown(&run.setup.target),
        facts.join(", ")
    ));
    page.0
}

/// A text that stays within its limit.
struct Page(String);

impl Page {
    /// Adds a part, or what of its lines fits.
    fn add(&mut self, part: &str) {
        const ENDING: usize = 200;
        if self.0.len() + part.len() + ENDING <= LONGEST {
            self.0.push_str(part);
        } else if !self.0.ends_with(LEFT_OUT) {
            self.0.push_str(LEFT_OUT);
        }
    }
}

const LEFT_OUT: &str = "More does not fit here; the other formats have it.\n\n";

fn violations(run: &Run) -> String {
    let mut part = String::new();
    for violation in &run.violations {
        let (what, evidence) = (
            text::markdown(&violation.what),
            text::markdown(&violation.evidence),
        );
        // Writing to a string cannot fail.
        let _ = writeln!(part, "- **{what}**: {evidence}");
    }
    ended(part)
}

fn limits(run: &Run) -> String {
    let rows = run.judged.iter().map(|judged| {
        let sign = if judged.is_met { "met" } else { "**missed**" };
        let limit = text::markdown(&judged.limit.to_string());
        vec![limit, judged.told(), sign.to_owned()]
    });
    table(&["limit", "measured", ""], rows)
}

fn requests(run: &Run) -> String {
    let rows = Line::all(run).into_iter().map(|line| {
        let mut cells = vec![text::markdown(&line.name)];
        cells.extend(line.cells);
        cells
    });
    table(&HEADINGS, rows)
}

fn errors(run: &Run) -> String {
    let faults = Fault::all(run);
    let rows = faults.iter().take(100).map(|fault| {
        let (name, kind) = (text::markdown(&fault.name), text::markdown(&fault.kind));
        vec![name, fault.word().to_owned(), kind, fault.count.to_string()]
    });
    table(&["request", "", "error", "count"], rows)
}

fn changed(comparison: &Comparison) -> String {
    let told = text::markdown(&comparison.told());
    let mut part = format!(
        "Against the baseline of {:.0}: **{told}** ({} and {} repetitions).\n\n",
        comparison.before.started, comparison.repetitions.0, comparison.repetitions.1
    );
    let is_changed = |row: &&crate::baseline::Row| row.change != Change::None;
    let rows = comparison.rows.iter().filter(is_changed);
    part.push_str(&compared(rows));
    for note in &comparison.notes {
        // Writing to a string cannot fail.
        let _ = writeln!(part, "- {}", text::markdown(note));
    }
    ended(part)
}

fn unchanged(comparison: &Comparison) -> String {
    let is_same = |row: &&crate::baseline::Row| row.change == Change::None;
    let rows = compared(comparison.rows.iter().filter(is_same));
    if rows.is_empty() {
        return rows;
    }
    format!("<details><summary>No difference seen</summary>\n\n{rows}</details>\n\n")
}

fn compared<'a>(rows: impl Iterator<Item = &'a crate::baseline::Row>) -> String {
    let rows = rows.map(|row| {
        vec![
            text::markdown(&row.subject()),
            row.value(row.before),
            row.value(row.after),
            row.told(),
        ]
    });
    table(&["figure", "before", "after", ""], rows)
}

/// Returns a table; the first column is text, and nothing where there is no row.
fn table(headings: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let rows: Vec<String> = rows
        .map(|row| format!("| {} |\n", row.join(" | ")))
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let rule = "---:|".repeat(headings.len() - 1);
    format!(
        "| {} |\n|---|{rule}\n{}\n",
        headings.join(" | "),
        rows.concat()
    )
}

fn ended(mut part: String) -> String {
    if !part.is_empty() && !part.ends_with("\n\n") {
        part.push('\n');
    }
    part
}
