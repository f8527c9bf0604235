//! Checks of sessions: `/{customerId}/sessions...`, and the session that devices share.

mod administration;
mod devices;

use crate::check::Check;

/// Every list of checks of this area.
pub(super) const LISTS: &[&[Check]] = &[devices::CHECKS, administration::CHECKS];
