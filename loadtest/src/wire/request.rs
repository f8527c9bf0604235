//! What is sent.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};

use super::Address;

/// A request to a whole address.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET, POST, PUT or DELETE.
    pub method: Method,
    /// Where it goes.
    pub address: Address,
    /// Its headers, without those that the client adds.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Its body; empty if there is none.
    pub body: Bytes,
}

impl Request {
    /// Makes a request with nothing but an address.
    pub fn new(method: Method, address: impl Into<Address>) -> Self {
        Self {
            method,
            address: address.into(),
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// Makes a GET.
    pub fn get(address: impl Into<Address>) -> Self {
        Self::new(Method::GET, address)
    }

    /// Makes a POST of a form.
    pub fn form<K: AsRef<str>, V: AsRef<str>>(
        address: impl Into<Address>,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(pairs);
        Self::encoded_form(address, form.finish())
    }

    /// Makes a POST of a form that is encoded already.
    pub fn encoded_form(address: impl Into<Address>, form: impl Into<Bytes>) -> Self {
        Self::new(Method::POST, address).body("application/x-www-form-urlencoded", form.into())
    }

    /// Makes a request with a body of JSON.
    pub fn json(method: Method, address: impl Into<Address>, value: &serde_json::Value) -> Self {
        Self::new(method, address).body("application/json", value.to_string().into())
    }

    /// Says who sends it, by HTTP Basic.
    #[must_use]
    pub fn basic(self, credentials: &HeaderValue) -> Self {
        self.with(header::AUTHORIZATION, credentials.clone())
    }

    /// Carries an access token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        match HeaderValue::try_from(format!("Bearer {token}")) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.with(header::AUTHORIZATION, value)
            }
            // What no header can carry goes without, and is refused.
            Err(_) => self,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    fn body(self, media_type: &'static str, body: Bytes) -> Self {
        let mut request = self.with(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        request.body = body;
        request
    }
}

/// Returns the header by which a client says who it is (RFC 6749, section 2.3.1).
pub(crate) fn basic(id: &str, secret: &str) -> HeaderValue {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = BASE64_STANDARD.encode(format!("{}:{}", encode(id), encode(secret)));
    let mut value = HeaderValue::try_from(format!("Basic {pair}"))
        .expect("the alphabet of Base64 is fit for a header");
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_credentials_are_encoded() {
        let request = Request::form("http://x/token", [("scope", "*:** openid"), ("a&b", "=")]);
        assert_eq!(&request.body[..], b"scope=*%3A**+openid&a%26b=%3D");
        assert_eq!(
            basic("me", "a secret").to_str().ok(),
            Some("Basic bWU6YStzZWNyZXQ=")
        );
    }

    #[test]
    fn credentials_do_not_print() {
        let request = Request::get("http://x/")
            .bearer("abcdef")
            .basic(&basic("me", "hidden"));
        let printed = format!("{request:?}");
        assert!(
            !printed.contains("abcdef") && !printed.contains("bWU6"),
            "{printed}"
        );
    }
}
