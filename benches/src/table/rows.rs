//! A table in Markdown, as wide as it has to be.

use std::fmt;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

/// Rows under a heading: names at the left, figures at the right.
#[derive(Debug)]
pub struct Rows(Table);

impl Rows {
    pub(super) fn under<const N: usize>(heading: [&str; N]) -> Self {
        let mut table = Table::new();
        table
            .load_style(presets::ASCII_MARKDOWN)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(aligned(heading.map(str::to_owned)));
        Self(table)
    }

    pub(super) fn add<const N: usize>(&mut self, row: [String; N]) {
        self.0.add_row(aligned(row));
    }
}

fn aligned<const N: usize>(row: [String; N]) -> impl Iterator<Item = Cell> {
    row.into_iter().enumerate().map(|(column, text)| {
        Cell::new(text).set_alignment(match column {
            0 => CellAlignment::Left,
            _ => CellAlignment::Right,
        })
    })
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut rows = Rows::under(["server", "p99"]);
        rows.add(["ours".to_owned(), "1,000".to_owned()]);
        let shown = "| server |   p99 |\n|--------|-------|\n| ours   | 1,000 |\n";
        assert_eq!(rows.to_string(), shown);
    }
}
