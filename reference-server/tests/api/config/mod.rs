//! Below `/{customerId}/config`.
