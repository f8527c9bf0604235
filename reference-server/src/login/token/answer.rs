//! The answer with a token: RFC 6749, 5.1.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde::Serialize;

use crate::cors;
use crate::ids::Token;
use crate::settings::NothingGranted;

/// An answer with exactly four members, or three where nothing is granted and the reading has no `scope` then.
pub(crate) struct TokenAnswer(Vec<u8>);

#[derive(Serialize)]
struct Members<'a> {
    access_token: &'a str,
    /// Seconds.
    expires_in: u32,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<Option<&'a str>>,
}

impl TokenAnswer {
    pub(super) fn new(
        token: &Token,
        expires_in: u32,
        scope: &str,
        nothing: NothingGranted,
    ) -> Self {
        let scope = match nothing {
            NothingGranted::Absent if scope.is_empty() => None,
            NothingGranted::Null if scope.is_empty() => Some(None),
            _ => Some(Some(scope)),
        };
        let members = Members {
            access_token: token.reveal(),
            expires_in,
            token_type: "Bearer",
            scope,
        };
        Self(serde_json::to_vec(&members).expect("texts and a number always make JSON"))
    }
}

impl IntoResponse for TokenAnswer {
    fn into_response(self) -> Response {
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::PRAGMA, HeaderValue::from_static("no-cache")),
            cors::ANY_ORIGIN,
        ];
        (headers, self.0).into_response()
    }
}
