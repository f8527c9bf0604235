//! Checks of Hosted Login: `/{customerId}/login/...`.

mod authorize;
mod discovery;
mod end_session;
mod jwk;

use crate::check::Check;

/// Every list of checks of this area, by subject.
pub(super) const LISTS: &[&[&[Check]]] = &[
    authorize::LISTS,
    &[end_session::CHECKS],
    discovery::LISTS,
    &[jwk::CHECKS],
];
