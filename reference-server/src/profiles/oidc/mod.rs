//! Below `/{customerId}/profiles/oidc`: profiles as OpenID Connect has them.
//!
//! | module | what it holds |
//! |---|---|
//! | [`userinfo`] | the endpoint |
//! | [`claims`] | which claims are delivered, and what they say |
//! | [`standard`] | the claims that the documentation names, from the attributes of the profile store |

pub(crate) mod claims;
mod standard;
pub(crate) mod userinfo;
