//! Webhooks: subscriptions, the events that they captured, and what arrives at their listeners.

mod bearer;
mod deeds;
mod filters;
mod ground;
mod scopes;
mod subscriptions;

use crate::check::Check;

pub(super) const LISTS: &[&[Check]] = &[
    subscriptions::create::CHECKS,
    subscriptions::refused::CHECKS,
    subscriptions::endpoints::CHECKS,
    subscriptions::lists::CHECKS,
    subscriptions::modify::CHECKS,
    subscriptions::modify_refused::CHECKS,
    subscriptions::delete::CHECKS,
    filters::CHECKS,
    bearer::CHECKS,
    scopes::CHECKS,
];
