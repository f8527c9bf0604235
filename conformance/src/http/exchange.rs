//! What was sent and what came back, kept for the report.

use std::time::Duration;

use super::{Answer, Request};
use crate::verdict::Broken;

/// The largest part of a body that is kept as evidence, in bytes.
pub const EVIDENCE_LIMIT: usize = 16 * 1024;

/// One request with what came back. Holds secrets as they went over the wire: only the report, which masks, may print it.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub(crate) request: Request,
    pub(crate) result: Result<Answer, Broken>,
    pub(crate) duration: Duration,
}

impl Exchange {
    /// Records an exchange; of a long body only the beginning is kept.
    pub(crate) fn new(
        request: Request,
        result: &Result<Answer, Broken>,
        duration: Duration,
    ) -> Self {
        let result = result.clone().map(|mut answer| {
            answer.body.truncate(EVIDENCE_LIMIT);
            answer
        });
        Self {
            request,
            result,
            duration,
        }
    }
}
