//! Answers, as a check reads them.

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use crate::verdict::Mismatch;

/// One answer of the target: status, headers, whole body. Checks assert on the raw JSON, never on structs.
#[derive(Debug, Clone)]
pub struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Makes an answer, for tests of what reads one.
    pub fn new(status: u16, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    /// Returns the status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the first header of that name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns every header of that name that is text.
    pub fn header_values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let values = self.headers.get_all(name);
        values.iter().filter_map(|value| value.to_str().ok())
    }

    /// Returns where the answer redirects to, as it is written.
    pub fn location(&self) -> Option<&str> {
        match self.status {
            301 | 302 | 303 | 307 | 308 => self.header("location"),
            _ => None,
        }
    }

    /// Returns the media type without its parameters, in lower case.
    pub fn media_type(&self) -> Option<String> {
        let text = self.header("content-type")?;
        let essence = text.split(';').next().unwrap_or(text);
        Some(essence.trim().to_ascii_lowercase())
    }

    /// Returns the body's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// Returns the body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the body as JSON.
    ///
    /// # Errors
    ///
    /// A mismatch that shows the beginning of the body when it is not JSON.
    pub fn json(&self) -> Result<Value, Mismatch> {
        serde_json::from_slice(&self.body).map_err(|_| {
            let beginning: String = self.text().chars().take(200).collect();
            Mismatch::new("body", [json!("JSON")], json!(beginning))
        })
    }
}
