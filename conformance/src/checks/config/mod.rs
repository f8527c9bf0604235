//! Checks of `/{customerId}/config/...`, and of the tokens that open it.

mod api;
mod bearer;
mod dependencies;
mod errors;
mod grants;
mod lists;
mod login_policies;
mod operations;
mod paths;
mod scopes;
mod secrets;
mod token_policies;
mod tokens;

use crate::check::Check;

/// Every list of checks of this area.
pub(super) const LISTS: &[&[Check]] = &[
    tokens::CHECKS,
    grants::CHECKS,
    bearer::CHECKS,
    scopes::documented::CHECKS,
    scopes::cross_product::CHECKS,
    scopes::inferred::CHECKS,
    paths::CHECKS,
    api::CHECKS,
    lists::CHECKS,
    errors::CHECKS,
    secrets::CHECKS,
    login_policies::CHECKS,
    token_policies::CHECKS,
    dependencies::CHECKS,
];
