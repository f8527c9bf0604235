//! The format for a comment on a pull request: failures first, details folded, and never longer than a comment may be.
//!
//! Whatever a target said stands in a fence that is longer than any in it: no mark-up of a target's is one of the comment's.

use std::{fmt::Write as _, io};

use super::{Entry, Observation, Report, Write, terminal, text};
use crate::verdict::Verdict;

/// Writes Markdown as GitHub and GitLab read it.
#[derive(Debug, Clone, Copy)]
pub struct Markdown;

/// The longest that a report is, in bytes; the shortest limit of a comment is 65536 characters.
pub const LONGEST: usize = 60_000;

/// The longest that the evidence of one check is, in characters.
const LONGEST_EVIDENCE: usize = 4_000;

/// Of this verdict what did not pass is shown with its evidence, in this order.
const SHOWN: [(Verdict, &str); 4] = [
    (Verdict::Fail, "Fail"),
    (Verdict::Broken, "Not observed"),
    (Verdict::Warn, "Warn: only inferred clauses are violated"),
    (Verdict::Known, "Known deviations"),
];

impl Write for Markdown {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(document(report).as_bytes())
    }
}

fn document(report: &Report) -> String {
    let mut page = Page {
        text: head(report),
        left_out: 0,
    };
    for (verdict, heading) in SHOWN {
        let mut entries = report
            .entries
            .iter()
            .filter(|entry| entry.verdict == verdict)
            .peekable();
        if entries.peek().is_some() {
            page.add(&format!("### {heading}\n\n"), 0);
        }
        for entry in entries {
            page.add(&finding(entry), 1);
        }
    }
    page.add(&readings(report), 0);
    page.add(&skipped(report), 0);
    page.ended()
}

/// A text that stays within its limit.
struct Page {
    text: String,
    /// How many checks did not fit.
    left_out: usize,
}

impl Page {
    /// Adds a part about so many checks, if it fits and nothing before it was too long.
    fn add(&mut self, part: &str, checks: usize) {
        const ENDING: usize = 200;
        if self.left_out == 0 && self.text.len() + part.len() + ENDING <= LONGEST {
            self.text.push_str(part);
        } else {
            self.left_out += checks;
        }
    }

    fn ended(mut self) -> String {
        if self.left_out > 0 {
            self.text.push_str(&format!(
                "{} more did not pass and do not fit here; the other formats have them.\n",
                self.left_out
            ));
        }
        self.text
    }
}

fn head(report: &Report) -> String {
    let summary = report.summary();
    let count = |verdict| summary.count(verdict);
    let (sign, told) = if count(Verdict::Fail) > 0 {
        (
            "❌",
            format!(
                "{} of {} checks fail",
                count(Verdict::Fail),
                summary.total()
            ),
        )
    } else if report.is_interrupted {
        ("❓", "interrupted before the end".to_owned())
    } else if count(Verdict::Broken) > 0 {
        (
            "❓",
            format!(
                "{} of {} checks observed nothing",
                count(Verdict::Broken),
                summary.total()
            ),
        )
    } else {
        ("✅", format!("none of {} checks fails", summary.total()))
    };
    let mut text = format!("## {sign} Proofhouse: {told}\n\n");
    let words = Verdict::ALL.map(Verdict::as_str);
    let counts = Verdict::ALL.map(|verdict| count(verdict).to_string());
    // Writing to a string cannot fail.
    let _ = writeln!(text, "| {} |", words.join(" | "));
    let _ = writeln!(text, "|{}", "---:|".repeat(words.len()));
    let _ = writeln!(text, "| {} |\n", counts.join(" | "));
    let target = format!(
        "{} {} ({}), {:.2} s, seed {}",
        report.url,
        report.customer,
        report.mode,
        report.duration.as_secs_f64(),
        report.seed
    );
    let _ = writeln!(text, "{}\n", code(&target));
    for id in &report.stale {
        let _ = writeln!(
            text,
            "- known deviation {} passes now: remove it from the file",
            code(id)
        );
    }
    for path in &report.leftovers {
        let _ = writeln!(
            text,
            "- could not remove {}: run `proofhouse sweep`",
            code(path)
        );
    }
    if !report.stale.is_empty() || !report.leftovers.is_empty() {
        text.push('\n');
    }
    text
}

/// Returns one check, folded, with what shows that it did not pass.
fn finding(entry: &Entry) -> String {
    let evidence = text::beginning(&terminal::evidence(entry), LONGEST_EVIDENCE);
    let reason = match (&entry.reason, entry.verdict) {
        (Some(reason), Verdict::Known) => format!("reason    {}\n", text::line(reason)),
        _ => String::new(),
    };
    format!(
        "<details><summary><code>{}</code> {}</summary>\n\n{}\n</details>\n\n",
        html(entry.id),
        html(entry.title),
        fenced(&format!("{reason}{evidence}"))
    )
}

fn readings(report: &Report) -> String {
    if report.readings.is_empty() {
        return String::new();
    }
    let mut text = "<details><summary>How this deployment reads the documentation</summary>\n\n\
                    | reading | answer | seen by | for example |\n|---|---|---:|---|\n"
        .to_owned();
    for (id, seen) in &report.readings {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            cell(id),
            cell(&seen.answer),
            seen.checks.len(),
            example(seen, &report.url)
        );
    }
    text.push_str("\n</details>\n\n");
    text
}

/// Returns the exchange that shows an answer, as the content of a cell.
fn example(seen: &Observation, base: &str) -> String {
    let Some(evidence) = &seen.evidence else {
        return String::new();
    };
    format!(
        "{}: {}",
        cell(&evidence.asked(base)),
        cell(&evidence.answered())
    )
}

fn skipped(report: &Report) -> String {
    let lines: Vec<String> = report
        .entries
        .iter()
        .filter(|entry| entry.verdict == Verdict::Skip)
        .map(|entry| {
            let reason = entry.reason.as_deref().unwrap_or_default();
            format!("{}: {}", entry.id, text::line(reason))
        })
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "<details><summary>{} skipped</summary>\n\n{}\n</details>\n\n",
        lines.len(),
        fenced(&text::printable(&lines.join("\n")))
    )
}

/// Returns a block of code with a fence that nothing in it can close.
fn fenced(content: &str) -> String {
    let fence = "`".repeat((longest_run(content) + 1).max(3));
    format!("{fence}text\n{}\n{fence}\n", content.trim_end())
}

/// Returns a span of code that nothing in it can close.
fn code(content: &str) -> String {
    let content = text::line(content);
    let fence = "`".repeat(longest_run(&content) + 1);
    // A space keeps its own backquotes off the fence; readers take it out. Nothing at all would be no span.
    let is_plain = !content.is_empty() && !content.contains('`') && content.trim() == content;
    let space = if is_plain { "" } else { " " };
    format!("{fence}{space}{content}{space}{fence}")
}

/// Returns a span of code for a cell of a table, whose borders count even within code.
fn cell(content: &str) -> String {
    code(content).replace('|', "\\|")
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`');
    runs.map(str::len).max().unwrap_or_default()
}

/// Returns a text on one line as HTML.
fn html(text: &str) -> String {
    text::line(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
