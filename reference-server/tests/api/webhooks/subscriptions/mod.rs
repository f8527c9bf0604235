//! `/{customerId}/webhooks/subscriptions`.

mod create;
mod endpoint;
mod items;
mod list;
mod patch;
