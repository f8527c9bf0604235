//! Subscriptions: made, shown, listed, modified and deleted.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod endpoints;
pub(super) mod lists;
pub(super) mod modify;
pub(super) mod modify_refused;
pub(super) mod pages;
pub(super) mod refused;
