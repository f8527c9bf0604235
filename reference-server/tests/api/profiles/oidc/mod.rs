//! Below `/{customerId}/profiles/oidc`.

mod cors;
mod userinfo;
