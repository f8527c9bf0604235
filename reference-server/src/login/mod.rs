//! Below `/{customerId}/login`: how users sign in, and how tokens are had.

pub(crate) mod discovery;
pub(crate) mod jwk;
mod response_type;
pub(crate) mod token;
