//! Refusals of the control API: `{"error": "<text>"}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::extract::BodyError;

/// Says why the control API refuses a request.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ControlError {
    #[error("there is nothing here")]
    NotFound,
    #[error("this takes another method")]
    MethodNotAllowed,
    /// A web page asks, or something that may be one.
    #[error("web pages have no business here: {0}")]
    FromPage(&'static str),
    #[error(transparent)]
    Body(#[from] BodyError),
    /// A body or a query that is not what is wanted.
    #[error("{0}")]
    Bad(String),
    /// Something is there already, or is full.
    #[error("{0}")]
    Conflict(String),
    #[error("no key could be made")]
    NoKey,
}

impl ControlError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::FromPage(_) => StatusCode::FORBIDDEN,
            Self::Body(error) => error.status(),
            Self::Bad(_) => StatusCode::BAD_REQUEST,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::NoKey => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.to_string() });
        (self.status(), Json(body)).into_response()
    }
}
