//! Refusals, in the two shapes that the API speaks.
//!
//! | in | return | body |
//! |---|---|---|
//! | everything below `config/`, and wherever nobody knows the path | [`AdminError`] | `{"errors": "<text>"}` |
//! | everything below `login/token` | [`OAuthError`] | `{"error": "<code>", "error_description": "<text>"}` |
//!
//! A handler's return type says which one it speaks; there is no conversion between the two, so mixing them does not
//! compile.

mod admin;
mod oauth;

pub(crate) use admin::AdminError;
pub(crate) use oauth::{OAuthCode, OAuthError};
