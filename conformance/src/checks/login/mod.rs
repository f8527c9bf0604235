//! Checks of Hosted Login: `/{customerId}/login/...`.

mod access_jwt;
mod authorize;
mod discovery;
mod end_session;
mod expiry;
mod id_token;
mod introspect;
mod jwk;
mod races;
mod revoke;
pub(super) mod token;

use crate::check::Check;

/// Every list of checks of this area, by subject.
pub(super) const LISTS: &[&[&[Check]]] = &[
    authorize::LISTS,
    &[end_session::CHECKS],
    token::LISTS,
    introspect::LISTS,
    revoke::LISTS,
    discovery::LISTS,
    &[jwk::CHECKS],
    id_token::LISTS,
    &[access_jwt::CHECKS, races::CHECKS, expiry::CHECKS],
];
