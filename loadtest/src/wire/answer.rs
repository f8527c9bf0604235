//! What comes back, and what is wrong with it.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, header};
use serde::{Deserialize, de::DeserializeOwned};

/// An answer with its whole body.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// What is wrong with an answer, in words that name no secret: what was expected of what.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(Cow<'static, str>);

impl Wrong {
    /// Says what is wrong. Few different words: they are counted by.
    pub fn new(what: impl Into<Cow<'static, str>>) -> Self {
        Self(what.into())
    }

    /// Returns it in words.
    pub fn into_words(self) -> Cow<'static, str> {
        self.0
    }
}

impl Answer {
    /// Makes sure of the status.
    ///
    /// # Errors
    ///
    /// When it is another one.
    pub fn expect_status(&self, status: u16) -> Result<(), Wrong> {
        if self.status == status {
            Ok(())
        } else {
            Err(Wrong::new(format!("status {} for {status}", self.status)))
        }
    }

    /// Reads an answer of JSON with status 200.
    ///
    /// # Errors
    ///
    /// When the status or the media type is another one, or the body does not have the shape.
    pub fn ok<T: DeserializeOwned>(&self) -> Result<T, Wrong> {
        self.expect_status(200)?;
        self.json()
    }

    /// Reads a body of JSON.
    ///
    /// # Errors
    ///
    /// When the media type is another one, or the body does not have the shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Wrong> {
        self.borrowed()
    }

    /// Reads a body of JSON without copying its texts.
    ///
    /// # Errors
    ///
    /// When the media type is another one, or the body does not have the shape.
    pub fn borrowed<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Wrong> {
        let media_type = self.text(&header::CONTENT_TYPE).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Wrong::new("not JSON by its content type"));
        }
        // What serde says may quote the body.
        serde_json::from_slice(&self.body).map_err(|error| {
            Wrong::new(match error.classify() {
                serde_json::error::Category::Data => "JSON of another shape",
                _ => "not JSON",
            })
        })
    }

    /// Returns a header that is text.
    pub fn text(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Makes sure of something, or says what is wrong.
pub(crate) fn demand(holds: bool, otherwise: &'static str) -> Result<(), Wrong> {
    if holds {
        Ok(())
    } else {
        Err(Wrong::new(otherwise))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn answer(status: u16, media_type: &'static str, body: &'static str) -> Answer {
        let value = HeaderValue::from_static(media_type);
        Answer {
            status,
            headers: [(header::CONTENT_TYPE, value)].into_iter().collect(),
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    #[test]
    fn an_answer_is_read_or_says_what_is_wrong_without_quoting() {
        let read = |status, media_type, body| {
            answer(status, media_type, body)
                .ok::<Vec<String>>()
                .map_err(|wrong| wrong.to_string())
        };
        let json = "application/json; charset=utf-8";
        assert_eq!(read(200, json, r#"["a"]"#), Ok(vec!["a".to_owned()]));
        let wrong = |what: &str| Err(what.to_owned());
        assert_eq!(read(503, json, "[]"), wrong("status 503 for 200"));
        assert_eq!(
            read(200, "text/html", "[]"),
            wrong("not JSON by its content type")
        );
        assert_eq!(
            read(200, json, r#"{"secret":1}"#),
            wrong("JSON of another shape")
        );
        assert_eq!(read(200, json, "secret"), wrong("not JSON"));
    }
}
