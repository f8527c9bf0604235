//! Checks of the pages: `/{customerId}/auth-ui/...`.

mod attempts;
mod cookies;
mod languages;
mod logout;
pub(super) mod newcomer;
mod pages;
mod profile;
mod refused;
mod registration;
mod sign_in;

pub(super) use sign_in::{filled, form_of};

use crate::check::Check;

/// Every list of checks of this area.
pub(super) const LISTS: &[&[Check]] = &[
    sign_in::CHECKS,
    attempts::CHECKS,
    registration::CHECKS,
    refused::CHECKS,
    profile::CHECKS,
    pages::CHECKS,
    languages::CHECKS,
    cookies::CHECKS,
    logout::CHECKS,
];
