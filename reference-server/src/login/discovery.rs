//! `/{customerId}/login/.well-known/openid-configuration`: OpenID Connect Discovery 1.0, sections 3 and 4.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Uri, header};
use scope_lang::Scope;
use serde::Serialize;

use super::response_type::ResponseType;
use crate::app::App;
use crate::cors;
use crate::error::OAuthError;
use crate::ids::Id;
use crate::settings::{DiscoveryGrants, PublicUrl};
use crate::store::{Customer, LoginPolicy, TokenPolicy};

/// Returns the issuer of a customer: what the documentation calls the authorization server.
pub(crate) fn issuer(base: &PublicUrl, customer: Id) -> String {
    format!("{base}/{customer}/login")
}

/// The document; its members stand in the order of the documentation's sample, then what later pages add.
#[derive(Serialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    response_types_supported: Vec<&'static str>,
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: [&'static str; 1],
    grant_types_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: [&'static str; 2],
    scopes_supported: Vec<String>,
    claims_supported: [&'static str; 17],
    code_challenge_methods_supported: [&'static str; 1],
    end_session_endpoint: String,
    response_modes_supported: [&'static str; 3],
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
}

/// Shows what the customer's endpoints are and what they can do. What they can do follows the customer's policies, so
/// it may be kept for five minutes only.
pub(crate) async fn view(State(app): State<App>, uri: Uri) -> Result<Response, OAuthError> {
    let customer = app
        .customer_of(&uri)
        .ok_or_else(OAuthError::unknown_customer)?;
    let headers = [
        cors::ANY_ORIGIN,
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=300"),
        ),
    ];
    Ok((headers, Json(document(&app, &customer))).into_response())
}

fn document(app: &App, customer: &Customer) -> Document {
    let settings = app.settings();
    let base = &settings.public_url;
    let issuer = issuer(base, customer.id());
    let at = |path: &str| format!("{issuer}/{path}");
    let response_types = response_types(customer);
    let mut grants = vec!["authorization_code", "refresh_token"];
    if response_types.iter().any(|each| each.is_implicit()) {
        grants.push("implicit");
    }
    if settings.readings.discovery_grants == DiscoveryGrants::WithClientCredentials {
        grants.push("client_credentials");
    }
    Document {
        authorization_endpoint: at("authorize"),
        token_endpoint: at("token"),
        introspection_endpoint: at("token/introspect"),
        revocation_endpoint: at("token/revoke"),
        userinfo_endpoint: format!("{base}/{}/profiles/oidc/userinfo", customer.id()),
        jwks_uri: at("jwk"),
        response_types_supported: response_types.iter().map(|each| each.as_str()).collect(),
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
        grant_types_supported: grants,
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        scopes_supported: scopes(customer),
        claims_supported: [
            "sub",
            "iss",
            "auth_time",
            "acr",
            "name",
            "given_name",
            "address",
            "family_name",
            "middle_name",
            "preferred_username",
            "gender",
            "birthdate",
            "updated_at",
            "phone_number",
            "phone_number_verified",
            "email",
            "email_verified",
        ],
        code_challenge_methods_supported: ["S256"],
        end_session_endpoint: at("end_session"),
        response_modes_supported: ["query", "fragment", "form_post"],
        claims_parameter_supported: true,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        issuer,
    }
}

/// Returns what any of the customer's login policies allows; `code` where there is none yet.
fn response_types(customer: &Customer) -> Vec<ResponseType> {
    let policies = customer.list::<LoginPolicy>();
    let mut types: Vec<ResponseType> = ResponseType::ALL
        .into_iter()
        .filter(|each| {
            policies
                .iter()
                .any(|policy| each.is_allowed(&policy.allowed_response_types))
        })
        .collect();
    if types.is_empty() {
        types.push(ResponseType::CODE);
    }
    types
}

/// Returns the documented scopes, then those of the customer's own that a token policy lists. Administrative scopes
/// are none that a user could grant.
fn scopes(customer: &Customer) -> Vec<String> {
    let documented = TokenPolicy::USER_SCOPES;
    let policies = customer.list::<TokenPolicy>();
    let own: BTreeSet<&str> = policies
        .iter()
        .flat_map(|policy| policy.allowed_scopes())
        .map(String::as_str)
        .filter(|scope| !documented.contains(scope) && scope.parse::<Scope>().is_err())
        .collect();
    documented
        .into_iter()
        .chain(own)
        .map(str::to_owned)
        .collect()
}
