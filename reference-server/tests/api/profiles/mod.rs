//! Below `/{customerId}/profiles`.

mod oidc;
