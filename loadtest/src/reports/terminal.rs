//! The table for people.

use std::io;

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, Table, presets};

use super::{
    Run, Write,
    line::{Fault, HEADINGS, Line, facts},
    text,
};
use crate::baseline::{Change, Comparison};

/// Writes text. The colours are ANSI sequences; the caller's stream takes them out where they do not belong.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal;

const BOLD: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const DIM: Style = Style::new().dimmed();

/// How many kinds of errors are shown.
const MOST_FAULTS: usize = 20;

impl Write for Terminal {
    fn write(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
        let facts: Vec<String> = facts(run)
            .into_iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        writeln!(out, "{BOLD}{}{BOLD:#}", text::line(&run.setup.target))?;
        writeln!(out, "{DIM}{}{DIM:#}\n", facts.join(", "))?;
        writeln!(out, "{}\n", table(run))?;
        faults(run, out)?;
        for violation in &run.violations {
            let (what, evidence) = (text::line(&violation.what), text::line(&violation.evidence));
            writeln!(out, "{BAD}violated{BAD:#} {what}: {evidence}")?;
        }
        for judged in &run.judged {
            let (style, word) = if judged.is_met {
                (GOOD, "met   ")
            } else {
                (BAD, "missed")
            };
            let limit = text::line(&judged.limit.to_string());
            writeln!(out, "{style}{word}{style:#} {limit}  {}", judged.told())?;
        }
        if let Some(comparison) = &run.comparison {
            compared(comparison, out)?;
        }
        for notice in run.notices() {
            writeln!(out, "note: {}", text::line(&notice))?;
        }
        let style = match run.tone() {
            "pass" => GOOD,
            _ => BAD,
        };
        writeln!(out, "{style}{}{style:#}", run.headline())
    }
}

fn table(run: &Run) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(HEADINGS);
    for line in Line::all(run) {
        let mut cells = vec![line.name];
        cells.extend(line.cells);
        table.add_row(cells);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn faults(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    let faults = Fault::all(run);
    for fault in faults.iter().take(MOST_FAULTS) {
        let (name, kind, word) = (&fault.name, &fault.kind, fault.word());
        writeln!(out, "{} {name} {word}: {kind}", fault.count)?;
    }
    if faults.len() > MOST_FAULTS {
        let more = faults.len() - MOST_FAULTS;
        writeln!(
            out,
            "{more} more kinds of errors: the other formats have them"
        )?;
    }
    if !faults.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

/// What changed, and in one line how sure it is that nothing else did.
fn compared(comparison: &Comparison, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(
        out,
        "against the baseline of {:.0} ({} and {} repetitions): {}",
        comparison.before.started,
        comparison.repetitions.0,
        comparison.repetitions.1,
        text::line(&comparison.told())
    )?;
    for row in &comparison.rows {
        let style = match row.change {
            Change::Worse => BAD,
            Change::Better => GOOD,
            Change::None => DIM,
        };
        writeln!(
            out,
            "  {style}{}{style:#} {}, {} before: {}",
            text::line(&row.subject()),
            row.value(row.after),
            row.value(row.before),
            row.told()
        )?;
    }
    for note in &comparison.notes {
        writeln!(out, "  note: {}", text::line(note))?;
    }
    Ok(())
}
