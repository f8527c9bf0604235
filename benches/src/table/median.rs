//! The middle of several measurements.

/// Returns the median; of an even number the upper of the two in the middle, of none 0.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Returns the median of the ratios of what was measured in the same rounds.
pub(super) fn ratio(ours: &[f64], limit: &[f64]) -> f64 {
    median(ours.iter().zip(limit).map(|(ours, limit)| ours / limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disturbed_round_counts_for_nothing() {
        assert!((median([3.0, 900.0, 1.0]) - 3.0).abs() < f64::EPSILON);
        let ratio = ratio(&[10.0, 1.0, 12.0], &[20.0, 30.0, 20.0]);
        assert!((ratio - 0.5).abs() < f64::EPSILON);
        assert!(median([]).abs() < f64::EPSILON);
    }
}
