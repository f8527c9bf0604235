//! `/{customerId}/login/authorize`.

mod codes;
mod errors;
mod front_channel;
mod login_page;
mod parameters;
mod pkce;
mod prompts;
mod redirect_uris;
mod response_modes;
mod response_types;
mod spelling;

use crate::check::Check;

/// Every list of checks of the authorization endpoint.
pub(super) const LISTS: &[&[Check]] = &[
    codes::CHECKS,
    login_page::CHECKS,
    parameters::CHECKS,
    redirect_uris::CHECKS,
    errors::CHECKS,
    pkce::CHECKS,
    prompts::CHECKS,
    response_types::CHECKS,
    response_modes::CHECKS,
    front_channel::CHECKS,
    spelling::CHECKS,
];
