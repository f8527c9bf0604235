//! The answer with a token: RFC 6749, 5.1, and OpenID Connect Core, 3.1.3.3.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, header};
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
    pub(crate) fn write(&self, json: &mut Vec<u8>) {
        json.extend_from_slice(br#"{"access_token":""#);
        json.extend_from_slice(self.access_token().as_bytes());
        if let Some(refresh_token) = &self.refresh_token {
            json.extend_from_slice(br#"","refresh_token":""#);
            json.extend_from_slice(refresh_token.reveal().as_bytes());
        }
        json.extend_from_slice(br#"","expires_in":"#);
        write_value(json, &self.access_token.expires_in());
        json.extend_from_slice(br#","token_type":"Bearer""#);
        match (self.access_token.scope(), self.nothing) {
            ("", NothingGranted::Absent) => {}
            ("", NothingGranted::Null) => json.extend_from_slice(br#","scope":null"#),
            (scope, _) => {
                json.extend_from_slice(br#","scope":"#);
                write_value(json, scope);
            }
        }
        if let Some(id_token) = &self.id_token {
            json.extend_from_slice(br#","id_token":""#);
            json.extend_from_slice(id_token.as_bytes());
            json.push(b'"');
        }
        json.push(b'}');
    }

    /// Returns the header fields of every answer, in their order.
    pub(crate) fn fields() -> [(HeaderName, HeaderValue); 4] {
        [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::PRAGMA, HeaderValue::from_static("no-cache")),
            cors::ANY_ORIGIN,
        ]
    }

    fn json(&self) -> Vec<u8> {
        let scope = self.access_token.scope().len();
        let id_token = self.id_token.as_ref().map_or(0, String::len);
        let mut json = Vec::with_capacity(256 + self.access_token().len() + scope + id_token);
        self.write(&mut json);
        json
    }
}

fn write_value<T: Serialize + ?Sized>(json: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(json, value).expect("memory takes every number and every text");
}

impl IntoResponse for TokenAnswer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.json()));
        let headers = response.headers_mut();
        headers.reserve(4);
        for (name, value) in Self::fields() {
            headers.insert(name, value);
        }
        response
    }
}
