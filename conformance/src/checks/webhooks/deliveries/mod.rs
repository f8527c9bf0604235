//! What arrives at a listener, and what becomes of it.

pub(super) mod causes;
pub(super) mod entities;
pub(super) mod filtered;
pub(super) mod outcomes;
pub(super) mod request;
pub(super) mod retries;
pub(super) mod token;
