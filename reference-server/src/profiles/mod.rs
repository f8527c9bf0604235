//! Below `/{customerId}/profiles`: what clients may know of users.

pub(crate) mod oidc;
