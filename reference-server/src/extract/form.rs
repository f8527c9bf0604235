//! The parameters of a form, urlencoded or multipart.

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http::HeaderMap;
use tower::BoxError;

use super::body::{BodyError, collect, content_type, essence};
use super::parameters::{ParameterError, Parameters};
use crate::error::{OAuthCode, OAuthError, PageError};
use crate::settings::Limits;

/// The parameters of a form, each of which stands there once (RFC 6749, 3.2).
pub(crate) struct Form(Parameters);

impl Form {
    /// Reads a form, of the kind that the content type says.
    pub(crate) async fn read<B>(
        headers: &HeaderMap,
        body: B,
        limits: &Limits,
    ) -> Result<Self, OAuthError>
    where
        B: HttpBody<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        const FORMS: &str = "application/x-www-form-urlencoded or multipart/form-data";
        let (essence, field) = content_type(headers).ok_or(BodyError::WrongType(FORMS))?;
        if essence.eq_ignore_ascii_case(URLENCODED) {
            return Self::parse(&collect(body, limits).await?);
        }
        let parameters = if essence.eq_ignore_ascii_case("multipart/form-data") {
            let boundary = multer::parse_boundary(field)
                .map_err(|_| invalid("the multipart content type has no boundary"))?;
            let bytes = collect(body, limits).await?;
            // Boxed, because hardly anybody sends one.
            Box::pin(multipart(bytes, boundary)).await?
        } else {
            return Err(BodyError::WrongType(FORMS).into());
        };
        parameters.each_once()?;
        Ok(Self(parameters))
    }

    /// Reads an urlencoded form.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, OAuthError> {
        let parameters = Parameters::parse(bytes)?;
        parameters.each_once()?;
        Ok(Self(parameters))
    }

    /// Tells whether a content type is that of an urlencoded form.
    pub(crate) fn is_urlencoded(content_type: &str) -> bool {
        essence(content_type).eq_ignore_ascii_case(URLENCODED)
    }

    /// Returns the value of a parameter. One without a value counts as left out (RFC 6749, 3.2).
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }

    /// Returns the value of a parameter that has to be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, OAuthError> {
        self.parameter(name)
            .ok_or_else(|| invalid(format!("{name} is missing")))
    }
}

const URLENCODED: &str = "application/x-www-form-urlencoded";

impl Parameters {
    /// Reads the body of a browser's form, which is urlencoded.
    pub(crate) async fn of_form(
        headers: &HeaderMap,
        body: Body,
        limits: &Limits,
    ) -> Result<Result<Self, ParameterError>, BodyError> {
        let is_form = content_type(headers)
            .is_some_and(|(essence, _)| essence.eq_ignore_ascii_case(URLENCODED));
        if !is_form {
            return Err(BodyError::WrongType(URLENCODED));
        }
        Ok(Self::parse(&collect(body, limits).await?))
    }
}

async fn multipart(bytes: Bytes, boundary: String) -> Result<Parameters, OAuthError> {
    let stream =
        futures_util::stream::once(std::future::ready(Ok::<_, std::convert::Infallible>(bytes)));
    let mut parts = multer::Multipart::new(stream, boundary);
    let mut parameters = Parameters::default();
    let malformed = |_| invalid("the multipart body is malformed");
    while let Some(part) = parts.next_field().await.map_err(malformed)? {
        let name = part
            .name()
            .ok_or_else(|| invalid("a part of the multipart body has no name"))?
            .to_owned();
        let value = part.bytes().await.map_err(malformed)?;
        let value = String::from_utf8(value.into())
            .map_err(|_| invalid("a part of the multipart body is not UTF-8"))?;
        parameters.add(&name, &value)?;
    }
    Ok(parameters)
}

impl From<ParameterError> for OAuthError {
    fn from(error: ParameterError) -> Self {
        invalid(error.to_string())
    }
}

impl From<ParameterError> for PageError {
    fn from(error: ParameterError) -> Self {
        Self::new("invalid_request", error.to_string())
    }
}

fn invalid(description: impl Into<String>) -> OAuthError {
    OAuthError::new(OAuthCode::InvalidRequest, description)
}
