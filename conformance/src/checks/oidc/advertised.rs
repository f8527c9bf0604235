//! What the discovery document says that the issuer can do (OpenID Connect Discovery section 3, RFC 8414 section 2).

use serde_json::Value;

use crate::{relying_party::Endpoints, verdict::Skip};

/// Returns the texts of a list; those of the standard's default where the document leaves it out.
fn list<'d>(endpoints: &'d Endpoints, member: &str, default: &[&'d str]) -> Vec<&'d str> {
    match endpoints.document[member].as_array() {
        Some(values) => values.iter().filter_map(Value::as_str).collect(),
        None => default.to_vec(),
    }
}

/// Returns the response types.
pub(super) fn response_types(endpoints: &Endpoints) -> Vec<&str> {
    list(endpoints, "response_types_supported", &[])
}

/// Returns the response modes.
pub(super) fn response_modes(endpoints: &Endpoints) -> Vec<&str> {
    let default = &["query", "fragment"];
    list(endpoints, "response_modes_supported", default)
}

/// Returns the methods of PKCE.
pub(super) fn challenge_methods(endpoints: &Endpoints) -> Vec<&str> {
    list(endpoints, "code_challenge_methods_supported", &[])
}

/// Returns the ways in which a client authenticates at the token endpoint.
pub(super) fn authentication_methods(endpoints: &Endpoints) -> Vec<&str> {
    let member = "token_endpoint_auth_methods_supported";
    list(endpoints, member, &["client_secret_basic"])
}

/// Tells whether a scope is advertised.
pub(super) fn has_scope(endpoints: &Endpoints, scope: &str) -> bool {
    list(endpoints, "scopes_supported", &[]).contains(&scope)
}

/// Tells whether a boolean member is `true`.
pub(super) fn is_set(endpoints: &Endpoints, member: &str) -> bool {
    endpoints.document[member] == true
}

/// Requires PKCE with `S256`.
pub(super) fn require_pkce(endpoints: &Endpoints) -> Result<(), Skip> {
    if challenge_methods(endpoints).contains(&"S256") {
        return Ok(());
    }
    Err(Skip::because("the issuer advertises no PKCE with `S256`"))
}

/// Requires a response mode.
pub(super) fn require_response_mode(endpoints: &Endpoints, mode: &str) -> Result<(), Skip> {
    if response_modes(endpoints).contains(&mode) {
        return Ok(());
    }
    let reason = format!("the issuer advertises no response mode `{mode}`");
    Err(Skip::because(reason))
}

/// Requires a way in which a client authenticates at the token endpoint.
pub(super) fn require_authentication(endpoints: &Endpoints, method: &str) -> Result<(), Skip> {
    if authentication_methods(endpoints).contains(&method) {
        return Ok(());
    }
    let reason = format!("the issuer advertises no client authentication by `{method}`");
    Err(Skip::because(reason))
}

/// Requires an endpoint.
pub(super) fn require_endpoint(endpoint: Option<&String>, member: &str) -> Result<String, Skip> {
    endpoint
        .cloned()
        .ok_or_else(|| Skip::because(format!("the issuer advertises no `{member}`")))
}
