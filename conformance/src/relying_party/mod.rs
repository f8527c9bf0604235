//! What a client of OpenID Connect does: authorization requests, codes, tokens, keys.
//!
//! | module | what it holds |
//! |---|---|
//! | [`client`] | login clients |
//! | [`login`] | everything that a description says of signing in |
//! | [`endpoints`] | where an issuer answers |
//! | [`request`] | authorization requests, parameter by parameter |
//! | [`pkce`] | verifiers and challenges |
//! | [`tokens`] | what the token endpoint gives |
//! | [`jwks`] | keys, and what they verify |
//! | [`id_token`] | what an ID token has to say |
//! | `exchange` | the requests that a client sends by itself |
//! | `made` | login clients and policies, made for a check |

pub mod client;
pub mod endpoints;
mod exchange;
pub mod id_token;
pub mod jwks;
pub mod login;
mod made;
pub mod pkce;
pub mod request;
pub mod tokens;

pub use client::{Kind, LoginClient};
pub use endpoints::Endpoints;
pub use jwks::{Jwks, Verified, half_hash};
pub use login::{Login, User};
pub use pkce::Pkce;
pub use request::AuthorizationRequest;
pub use tokens::Tokens;
