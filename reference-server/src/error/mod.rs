//! Refusals, in the three shapes that the API speaks.
//!
//! | in | return | body |
//! |---|---|---|
//! | everything below `config/`, and wherever nobody knows the path | [`AdminError`] | `{"errors": "<text>"}` |
//! | everything below `login/token` | [`OAuthError`] | `{"error": "<code>", "error_description": "<text>"}` |
//! | wherever somebody looks at a page | [`PageError`] | HTML that names code and description |
//!
//! A handler's return type says which one it speaks; there is no conversion between them, so mixing them does not
//! compile.

mod admin;
mod oauth;
mod page;

pub(crate) use admin::AdminError;
pub(crate) use oauth::{OAuthCode, OAuthError};
pub(crate) use page::{Heading, PageError};
