//! Refusals, in the shapes that the API speaks.
//!
//! | in | return | body |
//! |---|---|---|
//! | everything below `config/` and `webhooks/`, and wherever nobody knows the path | [`AdminError`] | `{"errors": "<text>"}` |
//! | `login/token` and what is below it, the key set, the discovery document | [`OAuthError`] | `{"error": "<code>", "error_description": "<text>"}`; 401 asks for Basic |
//! | `profiles/oidc/userinfo` | [`BearerError`] | the same; 401 and 403 ask for a bearer token |
//! | `login/authorize` | `AuthorizeError` | a redirect to the client with the same two as parameters, or a page |
//! | wherever somebody looks at a page | [`PageError`] | HTML that names code and description |
//!
//! A handler's return type says which one it speaks; there is no conversion between them, so mixing them does not
//! compile.

mod admin;
mod bearer;
mod oauth;
mod page;

pub(crate) use admin::AdminError;
pub(crate) use bearer::BearerError;
pub(crate) use oauth::{OAuthCode, OAuthError};
pub(crate) use page::{Heading, PageError};
