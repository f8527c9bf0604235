//! The bytes of a request body, within bounds.

use std::pin::pin;

use axum::body::HttpBody;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower::BoxError;

use crate::patience::within;
use crate::settings::Limits;

/// Says why there is no body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the body did not arrive in time")]
    TooSlow,
    #[error("the body broke off")]
    BrokeOff,
    #[error("the content type must be {0}")]
    WrongType(&'static str),
}

impl BodyError {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::BrokeOff => StatusCode::BAD_REQUEST,
            Self::WrongType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }
}

/// Reads a body to its end, but not past the limits.
pub(crate) async fn collect<B>(body: B, limits: &Limits) -> Result<Bytes, BodyError>
where
    B: HttpBody<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    // One that announces too much is not waited for.
    if HttpBody::size_hint(&body).lower() > limits.body_bytes as u64 {
        return Err(BodyError::TooLarge(limits.body_bytes));
    }
    let limited = Limited::new(body, limits.body_bytes);
    match within(limits.body, whole(limited)).await {
        None => Err(BodyError::TooSlow),
        Some(Ok(whole)) => Ok(whole),
        Some(Err(error)) if error.is::<LengthLimitError>() => {
            Err(BodyError::TooLarge(limits.body_bytes))
        }
        Some(Err(_)) => Err(BodyError::BrokeOff),
    }
}

/// Joins the pieces of a body. Nearly every one is a single piece, which is returned as it is.
async fn whole<B: HttpBody<Data = Bytes>>(body: B) -> Result<Bytes, B::Error> {
    let mut body = pin!(body);
    let first = match body.frame().await {
        Some(frame) => frame?.into_data().unwrap_or_default(),
        None => return Ok(Bytes::new()),
    };
    if body.is_end_stream() {
        return Ok(first);
    }
    let mut joined = BytesMut::from(first);
    while let Some(frame) = body.frame().await {
        joined.extend_from_slice(&frame?.into_data().unwrap_or_default());
    }
    Ok(joined.freeze())
}

/// Returns the content type: the type in the case it was sent in, and the whole field for its parameters.
pub(crate) fn content_type(headers: &HeaderMap) -> Option<(&str, &str)> {
    let field = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some((essence(field), field))
}

/// Returns a content type without its parameters.
pub(super) fn essence(field: &str) -> &str {
    field
        .split_once(';')
        .map_or(field, |(essence, _)| essence)
        .trim()
}
