//! Refusals of what a user's token opens: RFC 6750, section 3.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::cors;
use crate::extract::BearerProblem;

/// A refusal of an endpoint that takes a user's token.
#[derive(Debug)]
pub(crate) struct BearerError {
    status: StatusCode,
    code: &'static str,
    description: &'static str,
    challenge: Option<&'static str>,
}

impl BearerError {
    /// Refuses a customer id that nobody has.
    pub(crate) fn unknown_customer() -> Self {
        Self::request(StatusCode::NOT_FOUND, "customer not found")
    }

    /// Refuses a token that another customer's server has issued: its user is not one of this one's.
    pub(crate) fn foreign_subject() -> Self {
        Self::request(
            StatusCode::BAD_REQUEST,
            "subject and data authority host do not match",
        )
    }

    fn request(status: StatusCode, description: &'static str) -> Self {
        Self {
            status,
            code: "invalid_request",
            description,
            challenge: None,
        }
    }
}

impl From<BearerProblem> for BearerError {
    fn from(problem: BearerProblem) -> Self {
        let (status, code, description, challenge) = match problem {
            // Whoever has sent no token need not be told more (RFC 6750, 3.1).
            BearerProblem::Missing => (
                StatusCode::UNAUTHORIZED,
                "invalid_request",
                "an access token is needed",
                "Bearer",
            ),
            BearerProblem::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "the access token is unknown, expired or revoked",
                "Bearer error=\"invalid_token\"",
            ),
            BearerProblem::InsufficientScope => (
                StatusCode::FORBIDDEN,
                "insufficient_scope",
                "the access token is none of a user who granted openid",
                "Bearer error=\"insufficient_scope\", scope=\"openid\"",
            ),
        };
        Self {
            status,
            code,
            description,
            challenge: Some(challenge),
        }
    }
}

impl IntoResponse for BearerError {
    fn into_response(self) -> Response {
        let body = Json(json!({ "error": self.code, "error_description": self.description }));
        let headers = [
            cors::ANY_ORIGIN,
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::PRAGMA, HeaderValue::from_static("no-cache")),
        ];
        let mut response = (self.status, headers, body).into_response();
        if let Some(challenge) = self.challenge {
            let headers = response.headers_mut();
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(challenge),
            );
            headers.insert(
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static("www-authenticate"),
            );
        }
        response
    }
}
