//! Faults by checks, and what they say of the judge.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::{run::Record, verdict::Verdict};

/// What a judge noticed of servers that are wrong in one known way each.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    /// One row a fault.
    pub rows: Vec<Row>,
    /// Every check that passes where nothing is wrong, in the order of ids.
    pub checks: Vec<&'static str>,
    /// Checks that do not, with the reason: they can notice nothing.
    pub unmade: Vec<(&'static str, String)>,
    /// Why a check may notice nothing, by its id.
    pub controls: BTreeMap<String, String>,
    /// Whether every check met every fault that it is meant for, so that one that noticed nothing is idle.
    pub is_whole: bool,
    /// How long it took.
    pub duration: Duration,
}

/// One fault, and what each check made of it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Name of the fault.
    pub fault: String,
    /// Family of the fault.
    pub family: String,
    /// What the server does wrong.
    pub title: String,
    /// Why nobody must notice it, if that is so.
    pub harmless: Option<String>,
    /// What became of the checks that met it, by their ids.
    pub cells: BTreeMap<&'static str, Cell>,
}

/// What a check made of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// It blamed the server.
    Noticed,
    /// It passed.
    Missed,
    /// It observed nothing, and so blamed nobody; or the server no longer offered what it needs.
    Blind,
}

impl Cell {
    /// Reads what became of a check. `is_transport` tells whether the fault is one of those that let nothing be observed.
    ///
    /// A run that observed nothing is not green either, so for such a fault that is all that can be asked.
    pub fn of(record: &Record, is_transport: bool) -> Self {
        match record.verdict() {
            Verdict::Fail | Verdict::Warn | Verdict::Known => Self::Noticed,
            Verdict::Broken if is_transport => Self::Noticed,
            Verdict::Broken | Verdict::Skip => Self::Blind,
            Verdict::Pass => Self::Missed,
        }
    }

    /// Returns the word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Noticed => "noticed",
            Self::Missed => "missed",
            Self::Blind => "blind",
        }
    }
}

impl Row {
    /// Returns the checks that noticed the fault.
    pub fn noticed(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.cells
            .iter()
            .filter(|(_, cell)| **cell == Cell::Noticed)
            .map(|(check, _)| *check)
    }

    /// Tells whether the judge did what it should: noticed what is wrong, or blamed nobody for what is not.
    pub fn is_right(&self) -> bool {
        let is_noticed = self.noticed().next().is_some();
        is_noticed != self.harmless.is_some() && !self.cells.is_empty()
    }
}

impl Matrix {
    /// Returns the faults that the judge did not notice.
    pub fn survivors(&self) -> impl Iterator<Item = &Row> {
        self.rows
            .iter()
            .filter(|row| row.harmless.is_none() && !row.is_right())
    }

    /// Returns the faults that break nothing, and were blamed.
    pub fn wronged(&self) -> impl Iterator<Item = &Row> {
        self.rows
            .iter()
            .filter(|row| row.harmless.is_some() && !row.is_right())
    }

    /// Returns the checks that noticed nothing, and have no reason not to; none where not every check met its faults.
    pub fn idle(&self) -> Vec<&'static str> {
        if !self.is_whole {
            return Vec::new();
        }
        let at_work = self.at_work();
        self.checks
            .iter()
            .copied()
            .filter(|check| !at_work.contains(check) && !self.controls.contains_key(*check))
            .collect()
    }

    /// Returns the controls that are none: they notice a fault, or are no checks.
    pub fn stale_controls(&self) -> Vec<&str> {
        if !self.is_whole {
            return Vec::new();
        }
        let at_work = self.at_work();
        self.controls
            .keys()
            .map(String::as_str)
            .filter(|check| at_work.contains(check) || !self.checks.contains(check))
            .collect()
    }

    /// Counts the faults that the judge was right about.
    pub fn right(&self) -> usize {
        self.rows.iter().filter(|row| row.is_right()).count()
    }

    /// Tells whether there is nothing to mend.
    pub fn has_teeth(&self) -> bool {
        self.right() == self.rows.len()
            && self.idle().is_empty()
            && self.stale_controls().is_empty()
    }

    /// Returns the line that says it all: `killed 120 of 120, idle 0`.
    pub fn verdict(&self) -> String {
        let idle = match self.is_whole {
            true => format!(", idle {}", self.idle().len()),
            false => String::new(),
        };
        format!("killed {} of {}{idle}", self.right(), self.rows.len())
    }

    fn at_work(&self) -> BTreeSet<&'static str> {
        self.rows
            .iter()
            .filter(|row| row.harmless.is_none())
            .flat_map(Row::noticed)
            .collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::teeth) fn row(
        fault: &str,
        harmless: Option<&str>,
        cells: &[(&'static str, Cell)],
    ) -> Row {
        Row {
            fault: fault.to_owned(),
            family: "scopes".to_owned(),
            title: "The server is wrong <here>".to_owned(),
            harmless: harmless.map(str::to_owned),
            cells: cells.iter().copied().collect(),
        }
    }

    pub(in crate::teeth) fn matrix(rows: Vec<Row>) -> Matrix {
        Matrix {
            rows,
            checks: vec!["a.b.c", "a.b.d"],
            is_whole: true,
            ..Matrix::default()
        }
    }

    #[test]
    fn a_judge_with_teeth_notices_each_fault_and_wrongs_nobody() {
        let kept = matrix(vec![
            row(
                "x",
                None,
                &[("a.b.c", Cell::Noticed), ("a.b.d", Cell::Missed)],
            ),
            row("y", None, &[("a.b.d", Cell::Noticed)]),
            row("slow", Some("no promise"), &[("a.b.c", Cell::Missed)]),
        ]);
        assert!(kept.has_teeth());
        assert_eq!(kept.verdict(), "killed 3 of 3, idle 0");
    }

    #[test]
    fn survivors_idle_checks_wronged_servers_and_stale_controls_are_told_apart() {
        let mut matrix = matrix(vec![
            row("x", None, &[("a.b.c", Cell::Blind)]),
            row("unaimed", None, &[]),
            row("slow", Some("no promise"), &[("a.b.c", Cell::Noticed)]),
        ]);
        let names = |rows: Vec<&Row>| -> Vec<String> {
            rows.into_iter().map(|row| row.fault.clone()).collect()
        };
        assert_eq!(names(matrix.survivors().collect()), ["x", "unaimed"]);
        assert_eq!(names(matrix.wronged().collect()), ["slow"]);
        // What a wronged server brings up is no work done.
        assert_eq!(matrix.idle(), ["a.b.c", "a.b.d"]);
        assert_eq!(matrix.verdict(), "killed 0 of 3, idle 2");

        let reason = "nothing could be wrong".to_owned();
        matrix.controls.insert("a.b.c".to_owned(), reason.clone());
        matrix.controls.insert("a.b.gone".to_owned(), reason);
        assert_eq!(matrix.idle(), ["a.b.d"]);
        assert_eq!(matrix.stale_controls(), ["a.b.gone"]);
        assert!(!matrix.has_teeth());

        matrix.is_whole = false;
        assert!(matrix.idle().is_empty());
        assert_eq!(matrix.verdict(), "killed 0 of 3");
    }
}
