//! Checks of `/{customerId}/config/...`.

pub(super) mod bearer;
