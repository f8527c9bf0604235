//! The server as its callers see it. The URL is the address of a test: `config/clients/secret.rs` holds what is said
//! about `/{customerId}/config/clients/{id}/secret`.

mod auth_ui;
mod browser;
mod caller;
mod config;
mod control;
mod faults;
mod login;
mod paths;
mod profiles;
mod readings;
mod relying_party;
mod serve;
mod sessions;
mod webhooks;
