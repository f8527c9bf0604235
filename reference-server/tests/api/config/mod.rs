//! Below `/{customerId}/config`.

mod access;
mod bodies;
mod clients;
mod login_policies;
mod token_policies;
