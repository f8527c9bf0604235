//! Checks of any OpenID provider: what the standards demand, found from the discovery document alone.
//!
//! Nothing here knows the vendor's paths or readings. What an issuer does not advertise is skipped with that reason, unless the
//! standards demand it of all; what works without being advertised is a finding of its own.
//!
//! | module | what it holds |
//! |---|---|
//! | `advertised` | what the discovery document says that the issuer can do |
//! | `granted` | a code with everything that its exchange takes; refresh tokens |
//! | `reached` | where an authorization request ends for a user who signs in if asked to |
//! | `refused` | how an issuer turns an authorization request down |
//!
//! Every other module is a subject with its checks.

mod advertised;
mod authorization;
mod authorization_errors;
mod claims;
mod client_authentication;
mod codes;
mod demands;
mod discovery;
mod granted;
mod id_tokens;
mod introspection;
mod keys;
mod logout;
mod pkce;
mod prompts;
mod reached;
mod redirect_uris;
mod refresh;
mod refused;
mod responses;
mod revocation;
mod token_endpoint;
mod unadvertised;
mod userinfo;

use crate::check::Check;

/// Every list of checks of this area.
pub(super) const LISTS: &[&[Check]] = &[
    discovery::CHECKS,
    unadvertised::CHECKS,
    keys::CHECKS,
    authorization::CHECKS,
    authorization_errors::CHECKS,
    redirect_uris::CHECKS,
    prompts::CHECKS,
    demands::CHECKS,
    responses::CHECKS,
    pkce::CHECKS,
    codes::CHECKS,
    token_endpoint::CHECKS,
    client_authentication::CHECKS,
    id_tokens::CHECKS,
    refresh::CHECKS,
    userinfo::CHECKS,
    claims::CHECKS,
    introspection::CHECKS,
    revocation::CHECKS,
    logout::CHECKS,
];
