//! The matrix for scripts.

use serde_json::{Map, Value, json};

use super::matrix::Matrix;

/// Returns the matrix as JSON, in the form of `fixtures/schemas/teeth.schema.json`.
pub fn json(matrix: &Matrix) -> Value {
    let faults: Vec<Value> = matrix
        .rows
        .iter()
        .map(|row| {
            let checks: Map<String, Value> = row
                .cells
                .iter()
                .map(|(check, cell)| ((*check).to_owned(), cell.as_str().into()))
                .collect();
            json!({
                "fault": row.fault,
                "family": row.family,
                "title": row.title,
                "harmless": row.harmless,
                "right": row.is_right(),
                "checks": checks,
            })
        })
        .collect();
    let unmade: Map<String, Value> = matrix
        .unmade
        .iter()
        .map(|(check, reason)| ((*check).to_owned(), reason.as_str().into()))
        .collect();
    json!({
        "proofhouse": env!("CARGO_PKG_VERSION"),
        "duration_ms": u64::try_from(matrix.duration.as_millis()).unwrap_or(u64::MAX),
        "killed": matrix.right(),
        "of": matrix.rows.len(),
        "whole": matrix.is_whole,
        "idle": matrix.idle(),
        "stale_controls": matrix.stale_controls(),
        "controls": matrix.controls,
        "unmade": unmade,
        "checks": matrix.checks,
        "faults": faults,
    })
}
