//! The parameters of a form, urlencoded or multipart.

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;

use super::body::{BodyError, collect, content_type};
use crate::error::{OAuthCode, OAuthError};
use crate::settings::Limits;

/// Most parameters that a form may have.
const MOST_PARAMETERS: usize = 32;

/// The parameters of a form, each of which stands there once (RFC 6749, 3.2).
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a form, of the kind that the content type says.
    pub(crate) async fn read(
        headers: &HeaderMap,
        body: Body,
        limits: &Limits,
    ) -> Result<Self, OAuthError> {
        const FORMS: &str = "application/x-www-form-urlencoded or multipart/form-data";
        let (essence, field) = content_type(headers).ok_or(BodyError::WrongType(FORMS))?;
        if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            let bytes = collect(body, limits).await?;
            return Self::urlencoded(&bytes);
        }
        if essence.eq_ignore_ascii_case("multipart/form-data") {
            let boundary = multer::parse_boundary(field)
                .map_err(|_| invalid("the multipart content type has no boundary"))?;
            let bytes = collect(body, limits).await?;
            return Self::multipart(bytes, boundary).await;
        }
        Err(BodyError::WrongType(FORMS).into())
    }

    /// Returns the value of a parameter. One without a value counts as left out (RFC 6749, 3.2).
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        (!value.is_empty()).then_some(value.as_str())
    }

    fn add(&mut self, name: String, value: String) -> Result<(), OAuthError> {
        if self.0.iter().any(|(known, _)| *known == name) {
            return Err(invalid(format!("{name} is repeated")));
        }
        if self.0.len() == MOST_PARAMETERS {
            return Err(invalid("too many parameters"));
        }
        self.0.push((name, value));
        Ok(())
    }

    fn urlencoded(bytes: &[u8]) -> Result<Self, OAuthError> {
        let mut form = Self(Vec::with_capacity(4));
        for (name, value) in form_urlencoded::parse(bytes) {
            form.add(name.into_owned(), value.into_owned())?;
        }
        Ok(form)
    }

    async fn multipart(bytes: Bytes, boundary: String) -> Result<Self, OAuthError> {
        let stream = futures_util::stream::once(std::future::ready(Ok::<
            _,
            std::convert::Infallible,
        >(bytes)));
        let mut parts = multer::Multipart::new(stream, boundary);
        let mut form = Self(Vec::with_capacity(4));
        let malformed = |_| invalid("the multipart body is malformed");
        while let Some(part) = parts.next_field().await.map_err(malformed)? {
            let name = part
                .name()
                .ok_or_else(|| invalid("a part of the multipart body has no name"))?
                .to_owned();
            let value = part.bytes().await.map_err(malformed)?;
            let value = String::from_utf8(value.into())
                .map_err(|_| invalid("a part of the multipart body is not UTF-8"))?;
            form.add(name, value)?;
        }
        Ok(form)
    }
}

fn invalid(description: impl Into<String>) -> OAuthError {
    OAuthError::new(OAuthCode::InvalidRequest, description)
}
