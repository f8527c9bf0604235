//! `GET /{customerId}/login/.well-known/openid-configuration`: what it says, and whether that is so.
//!
//! Field by field the document stands in scenario files. Here is what takes more than one field or more than one request.

mod advertised;
mod document;
mod unadvertised;
mod understood;

use crate::check::Check;

/// Every list of checks of the discovery document.
pub(super) const LISTS: &[&[Check]] = &[document::CHECKS, advertised::CHECKS, unadvertised::CHECKS];
