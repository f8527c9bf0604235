//! Checks of Hosted Login: `/{customerId}/login/...`, the pages, sessions and profiles.

mod discovery;
mod jwk;

use crate::check::Check;

/// Every list of checks of this area, by subject.
pub(super) const LISTS: &[&[&[Check]]] = &[discovery::LISTS, &[jwk::CHECKS]];
