//! Checks of `/{customerId}/config/...`, and of the tokens that open it.

mod addresses;
mod api;
mod bearer;
mod clients;
mod dependencies;
mod errors;
mod expiry;
mod grants;
mod lists;
mod login_policies;
mod login_policy_settings;
mod operations;
mod paths;
mod scopes;
mod secrets;
mod token_policies;
mod tokens;

pub(super) use login_policy_settings::{allowed_response_types, enable_push_claims};

use crate::check::Check;

/// Every list of checks of this area.
pub(super) const LISTS: &[&[Check]] = &[
    tokens::CHECKS,
    grants::CHECKS,
    bearer::CHECKS,
    expiry::CHECKS,
    scopes::documented::CHECKS,
    scopes::cross_product::CHECKS,
    scopes::inferred::CHECKS,
    paths::CHECKS,
    api::CHECKS,
    lists::CHECKS,
    errors::CHECKS,
    clients::CHECKS,
    addresses::CHECKS,
    secrets::CHECKS,
    login_policies::CHECKS,
    login_policy_settings::CHECKS,
    token_policies::CHECKS,
    dependencies::CHECKS,
];
