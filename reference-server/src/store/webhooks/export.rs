//! Exports: all failed events of a subscription in one file.

use std::sync::Arc;

use super::event::Event;
use crate::clock::Moment;
use crate::ids::Id;

/// An export, from its start on.
#[derive(Debug, Clone)]
pub(crate) struct Export {
    pub(crate) id: Id,
    pub(crate) created_at: Moment,
    pub(crate) updated_at: Moment,
    pub(crate) state: ExportState,
    /// The numbers of the events that there were at the start.
    pub(super) chosen: Vec<u64>,
    /// What is in the file, once there is one.
    pub(crate) file: Vec<Arc<Event>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportState {
    Processing,
    Completed,
    Canceled,
}

impl ExportState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Canceled => "canceled",
        }
    }
}
