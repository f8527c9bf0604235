//! Refusals of the token endpoint: RFC 6749, section 5.2.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::cors;
use crate::extract::BodyError;
use crate::keys::KeyError;

/// A refusal of the token endpoint.
#[derive(Debug)]
pub(crate) struct OAuthError {
    status: StatusCode,
    code: OAuthCode,
    description: String,
}

/// The `error` member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OAuthCode {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The client did not authenticate, or wrongly.
    InvalidClient,
    /// The code or refresh token is unknown, expired or revoked, or not the client's.
    InvalidGrant,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// The server does not know this grant.
    UnsupportedGrantType,
    /// The scope cannot be had.
    InvalidScope,
    /// Something failed that the client has no part in.
    ServerError,
}

impl OAuthCode {
    fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::ServerError => "server_error",
        }
    }
}

impl OAuthError {
    /// Refuses with the status that RFC 6749 gives the code: 401 for a client that did not authenticate, else 400.
    pub(crate) fn new(code: OAuthCode, description: impl Into<String>) -> Self {
        let status = match code {
            OAuthCode::InvalidClient => StatusCode::UNAUTHORIZED,
            OAuthCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Self {
            status,
            code,
            description: description.into(),
        }
    }

    pub(crate) fn is(&self, code: OAuthCode) -> bool {
        self.code == code
    }

    /// Refuses a customer id that nobody has.
    pub(crate) fn unknown_customer() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            code: OAuthCode::InvalidRequest,
            description: "customer not found".to_owned(),
        }
    }

    /// Refuses a method; axum adds `Allow`.
    pub(crate) fn method_not_allowed() -> Self {
        Self {
            status: StatusCode::METHOD_NOT_ALLOWED,
            code: OAuthCode::InvalidRequest,
            description: "the endpoint does not take this method".to_owned(),
        }
    }
}

impl From<KeyError> for OAuthError {
    fn from(error: KeyError) -> Self {
        Self::new(OAuthCode::ServerError, error.to_string())
    }
}

impl From<BodyError> for OAuthError {
    fn from(error: BodyError) -> Self {
        Self {
            status: error.status(),
            code: OAuthCode::InvalidRequest,
            description: error.to_string(),
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body =
            Json(json!({ "error": self.code.as_str(), "error_description": self.description }));
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        // RFC 6749, 5.1 and 5.2: nothing that this endpoint says may be cached, and a 401 names the scheme.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        let (name, value) = cors::ANY_ORIGIN;
        headers.insert(name, value);
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"token\""),
            );
        }
        response
    }
}
