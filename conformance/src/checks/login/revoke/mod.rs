//! Checks of `/{customerId}/login/token/revoke`.
//!
//! | module | what it looks at |
//! |---|---|
//! | `effect` | what a revocation ends |
//! | `extent` | what it leaves alone |
//! | `callers` | who may revoke |
//! | `requests` | what a request looks like |

mod callers;
mod effect;
mod extent;
mod requests;

use crate::check::Check;

/// Every list of checks of this area.
pub(super) const LISTS: &[&[Check]] = &[
    effect::CHECKS,
    extent::CHECKS,
    callers::CHECKS,
    requests::CHECKS,
];
