//! Webhooks: subscriptions, the events that they captured, and what arrives at their listeners.

mod bearer;
mod bounds;
mod deeds;
mod deliveries;
mod events;
mod filters;
mod ground;
mod scopes;
mod subscriptions;
mod told;

use crate::check::Check;

pub(super) const LISTS: &[&[Check]] = &[
    subscriptions::create::CHECKS,
    subscriptions::refused::CHECKS,
    subscriptions::endpoints::CHECKS,
    subscriptions::lists::CHECKS,
    subscriptions::pages::CHECKS,
    subscriptions::modify::CHECKS,
    subscriptions::modify_refused::CHECKS,
    subscriptions::delete::CHECKS,
    filters::CHECKS,
    deliveries::request::CHECKS,
    deliveries::token::CHECKS,
    deliveries::outcomes::CHECKS,
    deliveries::retries::CHECKS,
    deliveries::entities::CHECKS,
    deliveries::causes::CHECKS,
    deliveries::filtered::CHECKS,
    events::store::CHECKS,
    events::history::CHECKS,
    events::again::CHECKS,
    events::summary::CHECKS,
    events::exports::CHECKS,
    bearer::CHECKS,
    bounds::CHECKS,
    scopes::CHECKS,
];
