//! The answer with a token: RFC 6749, 5.1, and OpenID Connect Core, 3.1.3.3.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde::Serialize;

use crate::cors;
use crate::ids::Token;
use crate::login::access_token::AccessToken;
use crate::settings::NothingGranted;

/// The tokens that a client gets.
pub(crate) struct TokenAnswer {
    access_token: AccessToken,
    refresh_token: Option<Token>,
    id_token: Option<String>,
    nothing: NothingGranted,
}

#[derive(Serialize)]
struct Members<'a> {
    access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    /// Seconds.
    expires_in: u64,
    token_type: &'static str,
    /// Left out where nothing is granted, if the reading has it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
}

impl TokenAnswer {
    pub(super) fn new(access_token: AccessToken, nothing: NothingGranted) -> Self {
        Self {
            access_token,
            refresh_token: None,
            id_token: None,
            nothing,
        }
    }

    pub(super) fn with_refresh_token(self, refresh_token: Token) -> Self {
        Self {
            refresh_token: Some(refresh_token),
            ..self
        }
    }

    pub(super) fn with_id_token(self, id_token: Option<String>) -> Self {
        Self { id_token, ..self }
    }

    pub(super) fn access_token(&self) -> &str {
        self.access_token.reveal()
    }
}

impl IntoResponse for TokenAnswer {
    fn into_response(self) -> Response {
        let scope = match (self.access_token.scope(), self.nothing) {
            ("", NothingGranted::Absent) => None,
            ("", NothingGranted::Null) => Some(None),
            (scope, _) => Some(Some(scope)),
        };
        let members = Members {
            access_token: self.access_token(),
            refresh_token: self.refresh_token.as_ref().map(Token::reveal),
            expires_in: self.access_token.expires_in(),
            token_type: "Bearer",
            scope,
            id_token: self.id_token.as_deref(),
        };
        let body = serde_json::to_vec(&members).expect("texts and a number always make JSON");
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::PRAGMA, HeaderValue::from_static("no-cache")),
            cors::ANY_ORIGIN,
        ];
        (headers, body).into_response()
    }
}
