//! The event store: what it shows, what it sends again, and what it writes to files.

pub(super) mod again;
pub(super) mod exports;
pub(super) mod history;
pub(super) mod store;
pub(super) mod summary;
