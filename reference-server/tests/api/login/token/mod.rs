//! `/{customerId}/login/token` and what is below it; one grant, one file.

mod access_jwt;
mod authorization_code;
mod client_credentials;
mod introspect;
mod races;
mod refresh_token;
mod revoke;
