//! Checks of the pages: `/{customerId}/auth-ui/...`.

mod cookies;
mod languages;
mod logout;
mod pages;
mod sign_in;

use crate::check::Check;

/// Every list of checks of this area.
pub(super) const LISTS: &[&[Check]] = &[
    sign_in::CHECKS,
    pages::CHECKS,
    languages::CHECKS,
    cookies::CHECKS,
    logout::CHECKS,
];
