//! The matrix for a terminal: a line a fault, then what is to be mended.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::matrix::{Matrix, Row};

/// Writes the matrix as text; with `is_quiet` only what is to be mended, and the verdict.
pub fn text(matrix: &Matrix, is_quiet: bool) -> String {
    let mut text = String::new();
    if !is_quiet {
        families(matrix, &mut text);
    }
    for row in matrix.survivors() {
        let met = match row.cells.len() {
            0 => "no check is aimed at it".to_owned(),
            1 => "the one check that met it did not notice".to_owned(),
            met => format!("none of the {met} checks that met it noticed"),
        };
        line(
            &mut text,
            format_args!("survivor  {}: {met}: {}", row.fault, row.title),
        );
    }
    for row in matrix.wronged() {
        let by: Vec<_> = row.noticed().collect();
        line(
            &mut text,
            format_args!("wronged   {}: blamed by {}", row.fault, by.join(", ")),
        );
    }
    for check in matrix.idle() {
        line(&mut text, format_args!("idle      {check}"));
    }
    for check in matrix.stale_controls() {
        line(
            &mut text,
            format_args!("stale     {check} notices a fault, or is no check: it is no control"),
        );
    }
    for (check, reason) in matrix.unmade.iter().filter(|_| !is_quiet) {
        line(&mut text, format_args!("not made  {check}: {reason}"));
    }
    line(
        &mut text,
        format_args!(
            "{} ({} checks, {} meetings, {:.1} s)",
            matrix.verdict(),
            matrix.checks.len(),
            matrix.rows.iter().map(|row| row.cells.len()).sum::<usize>(),
            matrix.duration.as_secs_f64()
        ),
    );
    text
}

/// Writes the faults by family, each with the areas of the checks that noticed it.
fn families(matrix: &Matrix, text: &mut String) {
    let mut families: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &matrix.rows {
        families.entry(&row.family).or_default().push(row);
    }
    let width = matrix
        .rows
        .iter()
        .map(|row| row.fault.len())
        .max()
        .unwrap_or_default();
    for (family, rows) in families {
        line(text, format_args!("{family}"));
        for row in rows {
            let sign = if row.is_right() { "✓" } else { "✗" };
            let count = format!("{}/{}", row.noticed().count(), row.cells.len());
            let noticed = match &row.harmless {
                Some(_) if row.is_right() => "harmless, and nobody is blamed".to_owned(),
                _ => areas(row),
            };
            line(
                text,
                format_args!("  {sign} {:<width$}  {count:>7}  {noticed}", row.fault),
            );
        }
    }
    text.push('\n');
}

/// Returns the areas of the checks that noticed a fault, with how many of each.
fn areas(row: &Row) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for check in row.noticed() {
        let area = check.rsplit_once('.').map_or(check, |(area, _)| area);
        *counts.entry(area).or_default() += 1;
    }
    let mut areas: Vec<_> = counts.into_iter().collect();
    areas.sort_by_key(|(area, count)| (std::cmp::Reverse(*count), *area));
    let more = areas.len().saturating_sub(3);
    let mut told: Vec<String> = areas
        .iter()
        .take(3)
        .map(|(area, count)| format!("{area} {count}"))
        .collect();
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told.join(", ")
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a string takes every line");
}

#[cfg(test)]
mod tests {
    use super::super::matrix::{Cell, tests};
    use super::*;

    #[test]
    fn it_says_what_is_to_be_mended_and_the_verdict_last() {
        let matrix = tests::matrix(vec![
            tests::row(
                "codes-work-twice",
                None,
                &[("a.b.c", Cell::Noticed), ("a.b.d", Cell::Missed)],
            ),
            tests::row("unseen", None, &[("a.b.d", Cell::Missed)]),
            tests::row("slow", Some("no promise"), &[("a.b.c", Cell::Missed)]),
        ]);
        insta::assert_snapshot!(text(&matrix, false), @r"
        scopes
          ✓ codes-work-twice      1/2  a.b 1
          ✗ unseen                0/1  
          ✓ slow                  0/1  harmless, and nobody is blamed

        survivor  unseen: the one check that met it did not notice: The server is wrong <here>
        idle      a.b.d
        killed 2 of 3, idle 1 (2 checks, 4 meetings, 0.0 s)
        ");
        assert_eq!(text(&matrix, true).lines().count(), 3);
    }
}
