//! Refusals on pages that people see.

use std::borrow::Cow;

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::auth_ui::html::{self, FormAction, STYLE};
use crate::auth_ui::locale::{Locale, Strings};
use crate::extract::BodyError;

/// A refusal that a person with a browser sees: never a redirect, and the code and its description stand on the page.
#[derive(Debug)]
pub(crate) struct PageError {
    status: StatusCode,
    heading: Heading,
    code: Cow<'static, str>,
    description: String,
    locale: Locale,
}

/// What the page says in large letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heading {
    BadRequest,
    NotFound,
    NotSignedIn,
    SomethingWrong,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    t: &'static Strings,
    heading: &'static str,
    code: &'a str,
    description: &'a str,
}

impl PageError {
    /// Refuses with 400: something went wrong.
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, description: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            heading: Heading::SomethingWrong,
            code: code.into(),
            description: description.into(),
            locale: Locale::default(),
        }
    }

    /// Refuses a customer id that nobody has.
    pub(crate) fn unknown_customer() -> Self {
        Self::new("not_found", "customer not found").with(StatusCode::NOT_FOUND, Heading::NotFound)
    }

    /// Refuses a path below the hosted pages that names nothing.
    pub(crate) fn not_found() -> Self {
        Self::new("not_found", "there is no such page")
            .with(StatusCode::NOT_FOUND, Heading::NotFound)
    }

    /// Refuses a method that a page does not take; axum adds `Allow`.
    pub(crate) fn method_not_allowed() -> Self {
        Self::new("invalid_request", "the page does not take this method")
            .with(StatusCode::METHOD_NOT_ALLOWED, Heading::BadRequest)
    }

    /// Says it with another status, and under another heading.
    pub(crate) fn with(self, status: StatusCode, heading: Heading) -> Self {
        Self {
            status,
            heading,
            ..self
        }
    }

    /// Says it in a language.
    pub(crate) fn in_locale(self, locale: Locale) -> Self {
        Self { locale, ..self }
    }
}

impl From<BodyError> for PageError {
    fn from(error: BodyError) -> Self {
        Self::new("invalid_request", error.to_string()).with(error.status(), Heading::BadRequest)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let t = self.locale.strings();
        let heading = match self.heading {
            Heading::BadRequest => t.bad_request,
            Heading::NotFound => t.not_found,
            Heading::NotSignedIn => t.not_signed_in,
            Heading::SomethingWrong => t.something_wrong,
        };
        let template = ErrorPage {
            t,
            heading,
            code: &self.code,
            description: &self.description,
        };
        html::page(self.status, &template, FormAction::Nowhere)
    }
}
