//! Exchanges as they went over the wire, for behind the seal.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    http::{Answer, Request},
    verdict::Broken,
};

/// What tells one request from another.
pub(super) type Print = [u8; 32];

/// A request and what came back.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Sealed {
    request: SealedRequest,
    result: Result<SealedAnswer, Broken>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SealedRequest {
    /// Whether it was sent with the administrative token, which is another one when it is asked for again.
    administrator: bool,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    content_type: Option<String>,
    body: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct SealedAnswer {
    status: u16,
    /// Values need not be text, so they are in base64.
    headers: Vec<(String, String)>,
    body: String,
}

impl Sealed {
    pub(super) fn new(
        request: &Request,
        administrator: bool,
        result: &Result<Answer, Broken>,
    ) -> Self {
        let result = result.as_ref().map(SealedAnswer::new).map_err(Clone::clone);
        Self {
            request: SealedRequest::new(request, administrator),
            result,
        }
    }

    /// Returns the print of the request, and what came back.
    pub(super) fn unpack(self) -> Option<(Print, Result<Answer, Broken>)> {
        let print = self.request.print();
        let result = match self.result {
            Ok(answer) => Ok(answer.unpack()?),
            Err(broken) => Err(broken),
        };
        Some((print, result))
    }
}

/// Returns the print of a request.
pub(super) fn print(request: &Request, administrator: bool) -> Print {
    SealedRequest::new(request, administrator).print()
}

impl SealedRequest {
    fn new(request: &Request, administrator: bool) -> Self {
        let (content_type, body) = request.body.encode();
        Self {
            administrator,
            method: request.method.to_string(),
            path: request.path.clone(),
            headers: request.headers.clone(),
            content_type,
            body: STANDARD.encode(body),
        }
    }

    fn print(&self) -> Print {
        let headers: Vec<_> = self
            .headers
            .iter()
            .filter(|(name, _)| !(self.administrator && name.eq_ignore_ascii_case("authorization")))
            .map(|(name, value)| (name, ordered(name, value)))
            .collect();
        let whole = serde_json::json!([
            self.administrator,
            self.method,
            self.path,
            headers,
            self.content_type,
            self.body
        ]);
        Sha256::digest(whole.to_string()).into()
    }
}

/// Returns a header's value; a browser's cookies have no order, and are given one here.
fn ordered(name: &str, value: &str) -> String {
    if !name.eq_ignore_ascii_case("cookie") {
        return value.to_owned();
    }
    let mut cookies: Vec<&str> = value.split("; ").collect();
    cookies.sort_unstable();
    cookies.join("; ")
}

impl SealedAnswer {
    fn new(answer: &Answer) -> Self {
        let headers = answer.headers.iter();
        Self {
            status: answer.status,
            headers: headers
                .map(|(name, value)| (name.to_string(), STANDARD.encode(value.as_bytes())))
                .collect(),
            body: STANDARD.encode(&answer.body),
        }
    }

    fn unpack(self) -> Option<Answer> {
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers {
            let value = STANDARD.decode(value).ok()?;
            headers.append(
                HeaderName::try_from(name).ok()?,
                HeaderValue::from_bytes(&value).ok()?,
            );
        }
        let body = STANDARD.decode(self.body).ok()?;
        Some(Answer::new(self.status, headers, body))
    }
}
