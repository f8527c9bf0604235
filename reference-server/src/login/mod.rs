//! Below `/{customerId}/login`: how users sign in, and how tokens are had.
//!
//! | module | what it holds |
//! |---|---|
//! | [`authorize`], [`token`], [`end_session`], [`jwk`], [`discovery`] | the endpoints |
//! | [`response_type`], [`pkce`], [`claims_request`], [`demands`] | parameters that more than one endpoint is about |
//! | [`access_token`], [`id_token`] | what is issued |

mod access_token;
pub(crate) mod authorize;
pub(crate) mod claims_request;
mod demands;
pub(crate) mod discovery;
pub(crate) mod end_session;
mod id_token;
pub(crate) mod jwk;
pub(crate) mod pkce;
pub(crate) mod response_type;
pub(crate) mod token;
