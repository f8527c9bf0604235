//! A comparison for people: the two sides, then what is different.

use anstyle::{AnsiColor, Style};
use comfy_table::{Cell, ContentArrangement, Table, presets};
use conformance::{
    diff::{Change, Diff, Kind, Side},
    report::text::{beginning, json, line},
    verdict::Verdict,
};
use serde_json::Value;

/// How much of a value is shown, in characters.
const SHOWN: usize = 200;

/// Returns a comparison as text; the caller's stream takes the colours out where they do not belong.
pub(crate) fn text(diff: &Diff) -> String {
    let mut parts = vec![format!(
        "before  {}\nafter   {}",
        side(&diff.before),
        side(&diff.after)
    )];
    parts.extend(Kind::ALL.into_iter().filter_map(|kind| changes(diff, kind)));
    if !diff.readings.is_empty() {
        parts.push(readings(diff));
    }
    parts.push(ending(diff));
    parts.join("\n\n")
}

fn side(side: &Side) -> String {
    let interrupted = if side.interrupted {
        ", interrupted"
    } else {
        ""
    };
    line(&format!(
        "{} {} ({}, {} checks, {}{interrupted})",
        side.url, side.customer, side.mode, side.checks, side.started
    ))
}

/// Returns the changes of a kind, each with what is wrong now, or was wrong before.
fn changes(diff: &Diff, kind: Kind) -> Option<String> {
    let changes: Vec<&Change> = diff
        .changes
        .iter()
        .filter(|change| change.kind == kind)
        .collect();
    if changes.is_empty() {
        return None;
    }
    let style = style(kind);
    let mut lines = vec![format!(
        "{}{} ({}){}",
        style.render(),
        kind.as_str(),
        changes.len(),
        style.render_reset()
    )];
    for change in changes {
        let word = |verdict: Option<Verdict>| verdict.map_or("-", Verdict::as_str);
        lines.push(format!(
            "  {:<6} -> {:<6}  {}",
            word(change.before),
            word(change.after),
            line(&change.id)
        ));
        let told = change
            .mismatch_after
            .as_ref()
            .or(change.mismatch_before.as_ref());
        if let Some(mismatch) = told {
            lines.push(format!("      {}", compared(mismatch)));
        } else if let Some(reason) = &change.reason_after {
            lines.push(format!("      {}", beginning(&line(reason), SHOWN)));
        }
    }
    Some(lines.join("\n"))
}

fn compared(mismatch: &Value) -> String {
    let what = mismatch["what"].as_str().unwrap_or_default();
    let expected: Vec<String> = mismatch["expected"]
        .as_array()
        .map(|values| values.iter().map(json).collect())
        .unwrap_or_default();
    format!(
        "{}: expected {}, actual {}",
        beginning(&line(what), SHOWN),
        beginning(&expected.join(" or "), SHOWN),
        beginning(&json(&mismatch["actual"]), SHOWN)
    )
}

fn readings(diff: &Diff) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(["reading", "before", "after"]);
    for change in &diff.readings {
        let cell = |answer: &Option<String>| Cell::new(line(answer.as_deref().unwrap_or("-")));
        table.add_row([
            Cell::new(line(&change.id)),
            cell(&change.before),
            cell(&change.after),
        ]);
    }
    table.trim_fmt()
}

fn ending(diff: &Diff) -> String {
    let words = Kind::ALL.map(Kind::as_str).into_iter().chain(["same"]);
    let counts: Vec<String> = words
        .map(|word| {
            format!(
                "{} {word}",
                diff.summary.get(word).copied().unwrap_or_default()
            )
        })
        .collect();
    let durations = &diff.durations;
    let ratio = durations.ratio.map_or(String::new(), |ratio| {
        format!(
            "; {} checks of both took {} ms before and {} ms after ({ratio} times)",
            durations.checks, durations.before_ms, durations.after_ms
        )
    });
    format!("{}{ratio}", counts.join(", "))
}

fn style(kind: Kind) -> Style {
    let colour = match kind {
        Kind::Regression => AnsiColor::Red,
        Kind::Changed => AnsiColor::Yellow,
        Kind::Fixed => AnsiColor::Green,
        Kind::New | Kind::Gone => AnsiColor::Cyan,
    };
    colour.on_default().bold()
}
