//! Summaries: how many events of a subscription came to what.

use super::event::{Event, State};
use crate::clock::Moment;

/// How many events there were of which kind when somebody counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) updated_at: Moment,
    pub(crate) succeeded: usize,
    /// Those that are neither delivered nor given up.
    pub(crate) retrying: usize,
    pub(crate) failed: usize,
    /// Those that failed and stand in no file yet.
    pub(crate) exportable: usize,
}

impl Summary {
    pub(super) fn of<'a>(events: impl Iterator<Item = &'a Event>, now: Moment) -> Self {
        let mut summary = Self {
            updated_at: now,
            succeeded: 0,
            retrying: 0,
            failed: 0,
            exportable: 0,
        };
        for event in events {
            match event.state {
                State::Success => summary.succeeded += 1,
                State::Failure => {
                    summary.failed += 1;
                    summary.exportable += usize::from(!event.is_exported);
                }
                _ => summary.retrying += 1,
            }
        }
        summary
    }

    pub(crate) fn total(&self) -> usize {
        self.succeeded + self.retrying + self.failed
    }
}
