//! Refusals of authorization requests: RFC 6749, 4.1.2.1, and OpenID Connect Core, 3.1.2.6.

use axum::response::{IntoResponse, Response};

use super::reply::Reply;
use crate::error::PageError;
use crate::keys::KeyError;

/// A refusal: on a page, or by way of the client.
#[derive(Debug)]
pub(crate) enum AuthorizeError {
    /// Who is asking is not known for sure, so nobody is sent anywhere.
    Page(PageError),
    /// The client learns of it.
    Reply(Box<Reply>, Refusal),
}

/// What is wrong, and a word about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: RefusalCode,
    pub(crate) description: String,
}

/// The `error` parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefusalCode {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The response type is unknown, or the client's login policy does not allow it.
    UnsupportedResponseType,
    /// The scope cannot be had.
    InvalidScope,
    /// The resource is no absolute URI (RFC 8707, 2).
    InvalidTarget,
    /// The user has to sign in, and must not be asked to.
    LoginRequired,
    /// The user who signed in is not the one who is demanded, or did so in another way (OpenID Connect Core Error Code
    /// unmet_authentication_requirements, 2).
    UnmetAuthenticationRequirements,
    /// The user said no.
    AccessDenied,
    /// Request objects are not taken.
    RequestNotSupported,
    /// References to request objects are not taken either.
    RequestUriNotSupported,
    /// Something failed that the client has no part in.
    ServerError,
    /// Too many codes of the user wait to be exchanged.
    TemporarilyUnavailable,
}

impl RefusalCode {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::LoginRequired => "login_required",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::AccessDenied => "access_denied",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}

impl Refusal {
    pub(crate) fn new(code: RefusalCode, description: impl Into<String>) -> Self {
        Self {
            code,
            description: description.into(),
        }
    }

    pub(crate) fn invalid(description: impl Into<String>) -> Self {
        Self::new(RefusalCode::InvalidRequest, description)
    }
}

impl From<KeyError> for Refusal {
    fn from(error: KeyError) -> Self {
        Self::new(RefusalCode::ServerError, error.to_string())
    }
}

impl From<PageError> for AuthorizeError {
    fn from(error: PageError) -> Self {
        Self::Page(error)
    }
}

impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code.as_str(), refusal.description)
    }
}

impl IntoResponse for AuthorizeError {
    fn into_response(self) -> Response {
        match self {
            Self::Page(error) => error.into_response(),
            Self::Reply(reply, refusal) => reply.refuse(refusal),
        }
    }
}
