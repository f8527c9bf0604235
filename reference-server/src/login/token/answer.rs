//! The answer with a token: RFC 6749, 5.1, and OpenID Connect Core, 3.1.3.3.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde_json::Value;

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

    /// Writes the members in the order of the documentation's samples. All but the scope are made of characters that need no
    /// escape; the scope is left out where nothing is granted, if the reading has it so.
    fn json(&self) -> String {
        let (access_token, expires_in) = (self.access_token(), self.access_token.expires_in());
        let id_token = self.id_token.as_deref().unwrap_or_default();
        let scope = self.access_token.scope();
        let mut json =
            String::with_capacity(256 + access_token.len() + scope.len() + id_token.len());
        json.push_str(r#"{"access_token":""#);
        json.push_str(access_token);
        if let Some(refresh_token) = &self.refresh_token {
            json.push_str(r#"","refresh_token":""#);
            json.push_str(refresh_token.reveal());
        }
        json.push_str(r#"","expires_in":"#);
        json.push_str(&expires_in.to_string());
        json.push_str(r#","token_type":"Bearer""#);
        match (scope, self.nothing) {
            ("", NothingGranted::Absent) => {}
            ("", NothingGranted::Null) => json.push_str(r#","scope":null"#),
            (scope, _) => {
                json.push_str(r#","scope":"#);
                json.push_str(&Value::from(scope).to_string());
            }
        }
        if !id_token.is_empty() {
            json.push_str(r#","id_token":""#);
            json.push_str(id_token);
            json.push('"');
        }
        json.push('}');
        json
    }
}

impl IntoResponse for TokenAnswer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.json()));
        let (any_origin, any) = cors::ANY_ORIGIN;
        let headers = response.headers_mut();
        headers.reserve(4);
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        headers.insert(any_origin, any);
        response
    }
}
