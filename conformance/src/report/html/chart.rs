//! The counts as one bar, a piece for each verdict.

use crate::{report::Summary, verdict::Verdict};

/// The bar.
pub(super) struct Chart {
    pub(super) pieces: Vec<Piece>,
    /// The whole in words, for who does not see it.
    pub(super) told: String,
}

/// What one verdict takes of the bar.
pub(super) struct Piece {
    pub(super) verdict: &'static str,
    pub(super) count: usize,
    /// Where it begins and how wide it is, in thousandths of the bar.
    pub(super) begin: usize,
    pub(super) width: usize,
}

/// The width of the bar.
const WHOLE: usize = 1_000;

/// What is there is seen: the narrowest piece, in thousandths of the bar.
const NARROWEST: usize = 8;

/// Gravest first, as on the page.
const ORDER: [Verdict; 6] = [
    Verdict::Fail,
    Verdict::Broken,
    Verdict::Warn,
    Verdict::Known,
    Verdict::Skip,
    Verdict::Pass,
];

impl Chart {
    pub(super) fn new(summary: &Summary) -> Self {
        let counts: Vec<usize> = ORDER
            .iter()
            .map(|verdict| summary.count(*verdict))
            .collect();
        let widths = widths(&counts);
        let mut begin = 0;
        let mut pieces = Vec::new();
        for ((verdict, count), width) in ORDER.iter().zip(counts).zip(widths) {
            pieces.push(Piece {
                verdict: verdict.as_str(),
                count,
                begin,
                width,
            });
            begin += width;
        }
        let told: Vec<String> = pieces
            .iter()
            .map(|piece| format!("{} {}", piece.count, piece.verdict))
            .collect();
        Self {
            told: told.join(", "),
            pieces,
        }
    }
}

/// Shares the bar out: nothing takes nothing, something at least the narrowest piece, and the widest gives way.
fn widths(counts: &[usize]) -> Vec<usize> {
    let total = counts.iter().sum::<usize>().max(1);
    let mut widths: Vec<usize> = counts
        .iter()
        .map(|count| match count {
            0 => 0,
            count => (count * WHOLE / total).max(NARROWEST),
        })
        .collect();
    let taken: usize = widths.iter().sum();
    if let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > 0) {
        *widest = (*widest + WHOLE).saturating_sub(taken);
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_full_and_nothing_in_it_is_invisible() {
        for counts in [
            &[1, 0, 0, 0, 0, 9_999][..],
            &[1, 1, 1, 1, 1, 1],
            &[0, 0, 0, 0, 0, 1],
            &[3, 2, 0, 1, 40, 500],
        ] {
            let widths = widths(counts);
            assert_eq!(widths.iter().sum::<usize>(), WHOLE, "{counts:?}");
            for (count, width) in counts.iter().zip(widths) {
                assert_eq!(*count > 0, width >= NARROWEST, "{counts:?}");
            }
        }
        assert_eq!(widths(&[0, 0]), [0, 0]);
    }
}
