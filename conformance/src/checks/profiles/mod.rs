//! Checks of `/{customerId}/profiles/...`.

pub(super) mod userinfo;
