//! The matrix as a page: one file that needs no network and no script.

use std::collections::BTreeMap;

use askama::Template;

use super::matrix::{Cell, Matrix, Row};

/// Returns the matrix as a page of HTML.
pub fn html(matrix: &Matrix) -> String {
    Page::new(matrix)
        .render()
        .expect("a template of texts and numbers can be written into a string")
}

#[derive(Template)]
#[template(path = "teeth.html")]
struct Page<'m> {
    verdict: String,
    has_teeth: bool,
    seconds: String,
    matrix: &'m Matrix,
    idle: Vec<&'static str>,
    stale: Vec<&'m str>,
    families: Vec<Family<'m>>,
    areas: Vec<Area>,
}

/// A family of faults.
struct Family<'m> {
    name: &'m str,
    lines: Vec<Line<'m>>,
}

/// A fault as a line: one square an area of checks, as dark as the share of its checks that noticed.
struct Line<'m> {
    row: &'m Row,
    is_right: bool,
    squares: Vec<Square>,
    noticed: Vec<&'static str>,
    missed: Vec<&'static str>,
    blind: Vec<&'static str>,
}

struct Square {
    /// From 0, where no check of the area met the fault, and 1, where none of them noticed, to 5.
    shade: usize,
    told: String,
}

/// An area of checks: a column.
struct Area {
    name: String,
    checks: usize,
}

impl<'m> Page<'m> {
    fn new(matrix: &'m Matrix) -> Self {
        let areas = areas(matrix);
        let mut families: BTreeMap<&str, Vec<Line<'_>>> = BTreeMap::new();
        for row in &matrix.rows {
            let line = Line::new(row, &areas);
            families.entry(&row.family).or_default().push(line);
        }
        let families = families.into_iter();
        Self {
            verdict: matrix.verdict(),
            has_teeth: matrix.has_teeth(),
            seconds: format!("{:.1}", matrix.duration.as_secs_f64()),
            idle: matrix.idle(),
            stale: matrix.stale_controls(),
            families: families
                .map(|(name, lines)| Family { name, lines })
                .collect(),
            areas,
            matrix,
        }
    }
}

impl<'m> Line<'m> {
    fn new(row: &'m Row, areas: &[Area]) -> Self {
        let of = |wanted: Cell| -> Vec<&'static str> {
            let cells = row.cells.iter().filter(|(_, cell)| **cell == wanted);
            cells.map(|(check, _)| *check).collect()
        };
        Self {
            is_right: row.is_right(),
            squares: areas.iter().map(|area| Square::new(row, area)).collect(),
            noticed: of(Cell::Noticed),
            missed: of(Cell::Missed),
            blind: of(Cell::Blind),
            row,
        }
    }
}

impl Square {
    fn new(row: &Row, area: &Area) -> Self {
        let cells = row.cells.iter().filter(|(check, _)| of(check) == area.name);
        let (mut met, mut noticed) = (0, 0);
        for (_, cell) in cells {
            met += 1;
            noticed += usize::from(*cell == Cell::Noticed);
        }
        let shade = match (met, noticed) {
            (0, _) => 0,
            (_, 0) => 1,
            (met, noticed) => 2 + noticed * 3 / met,
        };
        Self {
            shade,
            told: format!(
                "{} and {}: {noticed} of {met} noticed",
                row.fault, area.name
            ),
        }
    }
}

fn areas(matrix: &Matrix) -> Vec<Area> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for check in &matrix.checks {
        *counts.entry(of(check)).or_default() += 1;
    }
    let areas = counts.into_iter().map(|(name, checks)| Area {
        name: name.to_owned(),
        checks,
    });
    areas.collect()
}

/// Returns the area of a check: the first two words of its id.
fn of(check: &str) -> &str {
    let end = check
        .match_indices('.')
        .nth(1)
        .map_or(check.len(), |(at, _)| at);
    &check[..end]
}

#[cfg(test)]
mod tests {
    use super::super::matrix::tests;
    use super::*;

    #[test]
    fn the_page_shows_every_fault_and_lets_no_markup_in() {
        let page = html(&tests::matrix(vec![
            tests::row("codes-work-twice", None, &[("a.b.c", Cell::Noticed)]),
            tests::row("unseen", None, &[("a.b.c", Cell::Missed)]),
        ]));
        for text in [
            "codes-work-twice",
            "unseen",
            "killed 1 of 2, idle 1",
            "a.b.d",
        ] {
            assert!(page.contains(text), "`{text}` in {page}");
        }
        assert!(page.contains("wrong &#60;here&#62;") && !page.contains("<here>"));
        assert!(!page.contains("<script") && !page.contains("http://"));
    }
}
