//! Below `/{customerId}/login`.

mod authorize;
mod discovery;
mod end_session;
mod jwk;
mod token;
