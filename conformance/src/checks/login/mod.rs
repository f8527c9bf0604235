//! Checks of Hosted Login: `/{customerId}/login/...`, the pages, sessions and profiles.

use crate::check::Check;

/// Every list of checks of this area.
pub(super) const LISTS: &[&[Check]] = &[];
