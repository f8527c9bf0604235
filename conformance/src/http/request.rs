//! Requests, as a check writes them.

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use super::multipart;

/// One request: method, path, headers, body.
///
/// A path without a leading slash is meant below the customer: `config/clients`. A path with one is sent exactly as
/// it stands, unnormalised: `/x/%2e%2e//config`. A whole address (`https://id.example.test/jwk`) is sent to where it says, if
/// the target's description covers that place.
///
/// ```
/// use conformance::http::Request;
/// use serde_json::json;
///
/// let request = Request::post("config/tokenPolicies").json(json!({"title": "one"}));
/// assert_eq!(request.path(), "config/tokenPolicies");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
    /// Whether a page of the target asked for it with a form.
    pub(crate) is_form_of_a_page: bool,
    /// Whether to be told to come back later is an answer like any other.
    pub(crate) may_be_throttled: bool,
}

/// What a request carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// A JSON value, as `application/json`.
    Json(Value),
    /// Pairs, as `application/x-www-form-urlencoded`.
    Form(Vec<(String, String)>),
    /// Pairs, as `multipart/form-data`.
    Multipart(Vec<(String, String)>),
    /// Bytes under a media type of the caller's choice.
    Raw {
        /// The `Content-Type`; none at all when empty.
        content_type: String,
        /// The bytes.
        bytes: Bytes,
    },
}

impl Body {
    /// Returns the `Content-Type` and the bytes that go on the wire.
    pub(crate) fn encode(&self) -> (Option<String>, Bytes) {
        match self {
            Self::Empty => (None, Bytes::new()),
            Self::Json(value) => (
                Some("application/json".to_owned()),
                Bytes::from(value.to_string()),
            ),
            Self::Form(pairs) => {
                let text = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(pairs)
                    .finish();
                (
                    Some("application/x-www-form-urlencoded".to_owned()),
                    Bytes::from(text),
                )
            }
            Self::Multipart(pairs) => multipart::encode(pairs),
            Self::Raw {
                content_type,
                bytes,
            } => (
                (!content_type.is_empty()).then(|| content_type.clone()),
                bytes.clone(),
            ),
        }
    }
}

impl Request {
    /// Makes a request of any method.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: Body::Empty,
            is_form_of_a_page: false,
            may_be_throttled: false,
        }
    }

    /// Makes a GET.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// Makes a POST.
    pub fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    /// Makes a PUT.
    pub fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path)
    }

    /// Makes a DELETE.
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// Returns the path as the check wrote it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Tells whether the request says where it goes itself, instead of going to the target's base address.
    pub(crate) fn is_absolute(&self) -> bool {
        is_address(&self.path)
    }

    /// Returns where the request goes, given the base address of those that do not say it.
    pub(crate) fn address(&self, base: &str) -> String {
        if self.is_absolute() {
            self.path.clone()
        } else {
            format!("{base}{}", self.path)
        }
    }

    /// Adds a header; a second one of the same name is sent beside the first.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Carries a JSON value.
    #[must_use]
    pub fn json(mut self, value: Value) -> Self {
        self.body = Body::Json(value);
        self
    }

    /// Carries a form, urlencoded.
    #[must_use]
    pub fn form(mut self, pairs: &[(&str, &str)]) -> Self {
        self.body = Body::Form(owned(pairs));
        self
    }

    /// Carries a form as `multipart/form-data`.
    #[must_use]
    pub fn multipart(mut self, pairs: &[(&str, &str)]) -> Self {
        self.body = Body::Multipart(owned(pairs));
        self
    }

    /// Carries bytes under a media type; none is named when it is empty.
    #[must_use]
    pub fn raw(mut self, content_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        self.body = Body::Raw {
            content_type: content_type.into(),
            bytes: bytes.into(),
        };
        self
    }
}

/// Tells whether a text is a whole address of HTTP.
pub(crate) fn is_address(text: &str) -> bool {
    let begins = |scheme: &str| {
        text.get(..scheme.len())
            .is_some_and(|beginning| beginning.eq_ignore_ascii_case(scheme))
    };
    begins("http://") || begins("https://")
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_escapes_what_separates_pairs() {
        let body = Body::Form(owned(&[("scope", "*:config/** +:a&b=c")]));
        let (content_type, bytes) = body.encode();
        assert_eq!(
            content_type.as_deref(),
            Some("application/x-www-form-urlencoded")
        );
        assert_eq!(&bytes[..], b"scope=*%3Aconfig%2F**+%2B%3Aa%26b%3Dc");
    }

    #[test]
    fn a_raw_body_may_name_no_media_type() {
        let body = Body::Raw {
            content_type: String::new(),
            bytes: Bytes::from_static(b"{"),
        };
        assert_eq!(body.encode().0, None);
    }
}
