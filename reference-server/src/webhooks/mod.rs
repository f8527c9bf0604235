//! Below `/{customerId}/webhooks`: subscriptions to what happens to users, and what became of their events.

pub(crate) mod cause;
mod collection;
pub(crate) mod events;
pub(crate) mod exports;
mod filter;
pub(crate) mod subscriptions;
pub(crate) mod summary;
pub(crate) mod test;

pub(crate) use filter::Filter;
