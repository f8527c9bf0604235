//! An answer as faults see it.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};
use url::Url;

/// An answer with its whole body.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) end: End,
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// With its last byte.
    Whole,
    /// With the connection, half-way through the body.
    Torn,
}

impl Answer {
    /// Makes an answer of JSON.
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self {
            status,
            headers,
            body: body.to_string().into(),
            end: End::Whole,
        }
    }

    /// Makes a refusal of the configuration APIs.
    pub(crate) fn refusal(status: StatusCode, errors: &str) -> Self {
        Self::json(status, &json!({ "errors": errors }))
    }

    /// Makes a refusal of OAuth.
    pub(crate) fn oauth(status: StatusCode, error: &str, description: &str) -> Self {
        let body = json!({ "error": error, "error_description": description });
        Self::json(status, &body)
    }

    /// Makes a page that says one thing.
    pub(crate) fn page(status: StatusCode, text: &str) -> Self {
        let mut page = Self::json(status, &Value::Null);
        page.set_header(CONTENT_TYPE, "text/html; charset=utf-8");
        page.set_body(format!(
            "<!doctype html><title>{text}</title><h1>{text}</h1>"
        ));
        page
    }

    /// Makes a redirect.
    pub(crate) fn redirect(location: &str) -> Self {
        let mut headers = HeaderMap::new();
        let ascii = percent_encoding::utf8_percent_encode(location, percent_encoding::CONTROLS);
        if let Ok(location) = HeaderValue::try_from(ascii.to_string()) {
            headers.insert(LOCATION, location);
        }
        Self {
            status: StatusCode::FOUND,
            headers,
            body: Bytes::new(),
            end: End::Whole,
        }
    }

    /// Makes a refusal of the configuration APIs of a body that is well-formed and unacceptable.
    pub(crate) fn unprocessable(errors: &str) -> Self {
        Self::refusal(StatusCode::UNPROCESSABLE_ENTITY, errors)
    }

    /// Makes a refusal of a client that did not prove who it is.
    pub(crate) fn unauthenticated() -> Self {
        let description = "client authentication failed";
        let mut answer = Self::oauth(StatusCode::UNAUTHORIZED, "invalid_client", description);
        answer.set_header(WWW_AUTHENTICATE, "Basic realm=\"token\"");
        answer
    }

    pub(crate) fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// Returns the body, if it is JSON.
    pub(crate) fn value(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Returns a member of the body that is a text.
    pub(crate) fn member(&self, name: &str) -> Option<String> {
        Some(self.value()?.get(name)?.as_str()?.to_owned())
    }

    /// Changes the body, if it is JSON.
    pub(crate) fn edit(&mut self, edit: impl FnOnce(&mut Value)) {
        if let Some(mut value) = self.value() {
            edit(&mut value);
            self.set_body(value.to_string());
        }
    }

    /// Changes the members of the body, if it is a JSON object.
    pub(crate) fn edit_members(&mut self, edit: impl FnOnce(&mut Map<String, Value>)) {
        self.edit(|value| {
            if let Value::Object(members) = value {
                edit(members);
            }
        });
    }

    /// Puts a value in the place of a member of the body, if it has that member.
    pub(crate) fn replace(&mut self, member: &str, value: impl Into<Value>) {
        self.edit_members(|members| {
            if let Some(present) = members.get_mut(member) {
                *present = value.into();
            }
        });
    }

    /// Takes a member out of the body.
    pub(crate) fn without(&mut self, member: &str) {
        self.edit_members(|members| {
            members.remove(member);
        });
    }

    /// Changes the body, if it is text.
    pub(crate) fn edit_text(&mut self, edit: impl FnOnce(&str) -> String) {
        if let Ok(text) = std::str::from_utf8(&self.body) {
            let text = edit(text);
            self.set_body(text);
        }
    }

    pub(crate) fn set_body(&mut self, body: impl Into<Bytes>) {
        self.headers.remove(CONTENT_LENGTH);
        self.body = body.into();
    }

    /// Sets a header field in the place of all of that name.
    pub(crate) fn set_header(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }

    /// Returns where it redirects to.
    pub(crate) fn location(&self) -> Option<Url> {
        self.headers.get(LOCATION)?.to_str().ok()?.parse().ok()
    }

    /// Changes where it redirects to, if it redirects to an absolute address.
    pub(crate) fn edit_location(&mut self, edit: impl FnOnce(&mut Url)) {
        if let Some(mut location) = self.location() {
            edit(&mut location);
            self.set_header(LOCATION, location.as_str());
        }
    }

    /// Changes the parameters that a redirect carries, be it in the query or in the fragment.
    pub(crate) fn edit_parameters(&mut self, edit: impl FnOnce(&mut Vec<(String, String)>)) {
        self.edit_location(|location| {
            let in_fragment = location.fragment().is_some();
            let text = match in_fragment {
                true => location.fragment().unwrap_or_default(),
                false => location.query().unwrap_or_default(),
            };
            let mut pairs = form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect();
            edit(&mut pairs);
            let text = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(pairs)
                .finish();
            let text = (!text.is_empty()).then_some(text.as_str());
            match in_fragment {
                true => location.set_fragment(text),
                false => location.set_query(text),
            }
        });
    }

    pub(super) fn into_response(self) -> Response {
        let body = match self.end {
            End::Whole => Body::from(self.body),
            End::Torn => torn(&self.body),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// A body of which half arrives, before the connection breaks.
fn torn(whole: &Bytes) -> Body {
    let half = whole.slice(..whole.len() / 2);
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Body::from_stream(futures_util::stream::iter([Ok(half), Err(broken)]))
}
