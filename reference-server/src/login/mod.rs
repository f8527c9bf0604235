//! Below `/{customerId}/login`: how tokens are had.

pub(crate) mod token;
