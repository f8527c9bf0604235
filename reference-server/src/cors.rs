//! What pages of other origins may call: the endpoints that applications in a browser use.
//!
//! The documentation is silent on it, but shows such applications. Nothing here depends on a cookie, so any origin may
//! (Fetch standard, 3.3).

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use crate::error::OAuthError;

/// The header field that lets every origin read an answer.
pub(crate) const ANY_ORIGIN: (HeaderName, HeaderValue) = (
    header::ACCESS_CONTROL_ALLOW_ORIGIN,
    HeaderValue::from_static("*"),
);

/// Answers the question that a browser asks ahead of a request with credentials in a header, and refuses any other
/// method that an endpoint does not take.
pub(crate) async fn preflight(method: Method, headers: HeaderMap) -> Result<Response, OAuthError> {
    let is_preflight = method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if !is_preflight {
        return Err(OAuthError::method_not_allowed());
    }
    let headers = [
        ANY_ORIGIN,
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, POST"),
        ),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("authorization, content-type"),
        ),
        (
            header::ACCESS_CONTROL_MAX_AGE,
            HeaderValue::from_static("7200"),
        ),
    ];
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}
