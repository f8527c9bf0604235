//! Somebody with a browser, at a page of one customer.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use super::cookie;
use super::csrf::Csrf;
use super::locale::Locale;
use crate::app::App;
use crate::error::{Heading, PageError};
use crate::extract::{ParameterError, Parameters};
use crate::ids::Id;
use crate::store::{Client, Customer, Session, User};

/// Somebody with a browser, at a page of one customer, with the parameters that the page is about.
pub(crate) struct Visitor {
    app: App,
    customer: Arc<Customer>,
    headers: HeaderMap,
    parameters: Parameters,
    locale: Locale,
}

impl Visitor {
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    pub(crate) fn customer(&self) -> &Customer {
        &self.customer
    }

    pub(crate) fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    pub(crate) fn locale(&self) -> Locale {
        self.locale
    }

    /// Returns what the browser is recognised by, if it is.
    pub(crate) fn device(&self) -> Option<&str> {
        cookie::device(&self.headers)
    }

    /// Returns who is signed in on the browser. That is a use of the session.
    pub(crate) fn signed_in(&self) -> Option<(Arc<User>, Arc<Session>)> {
        let now = self.app.clock().now();
        let session = self.customer.sessions().of_device(self.device()?, now)?;
        let user = self.customer.users().find(session.user)?;
        Some((user, session))
    }

    /// Returns the token that the browser's forms have to repeat.
    pub(super) fn csrf(&self) -> Csrf {
        Csrf::of(cookie::value(&self.headers, cookie::CSRF), self.app.ids())
    }

    /// Reads a form that the browser posts.
    pub(super) async fn form(&self, body: Body) -> Result<Parameters, PageError> {
        let limits = &self.app.settings().limits;
        let form = Parameters::of_form(&self.headers, body, limits)
            .await
            .map_err(|error| PageError::from(error).in_locale(self.locale))?;
        let refused = |error: ParameterError| self.bad_request(error.to_string());
        let form = form.map_err(refused)?;
        form.each_once().map_err(refused)?;
        Ok(form)
    }

    /// Takes the parameters of a form that the browser posts in the place of those of the URL.
    pub(crate) async fn with_form(self, body: Body) -> Result<Self, PageError> {
        let parameters = self.form(body).await?;
        let locale = Locale::of(parameters.get("ui_locales"));
        Ok(Self {
            parameters,
            locale,
            ..self
        })
    }

    /// Returns a parameter that stands there once at the most.
    pub(crate) fn parameter(&self, name: &str) -> Result<Option<&str>, PageError> {
        self.parameters
            .once(name)
            .map_err(|error| self.bad_request(error.to_string()))
    }

    /// Returns the client that the parameter `client_id` names.
    pub(crate) fn client(&self) -> Result<Arc<Client>, PageError> {
        let id = self
            .parameter("client_id")?
            .ok_or_else(|| self.bad_request("client_id is missing"))?;
        Id::parse(id)
            .and_then(|id| self.customer.find::<Client>(id))
            .ok_or_else(|| self.refused("invalid_client", "invalid client_id"))
    }

    /// Refuses what the page does not understand.
    pub(crate) fn bad_request(&self, description: impl Into<String>) -> PageError {
        self.refused("invalid_request", description)
            .with(StatusCode::BAD_REQUEST, Heading::BadRequest)
    }

    pub(crate) fn refused(&self, code: &'static str, description: impl Into<String>) -> PageError {
        PageError::new(code, description).in_locale(self.locale)
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let customer = app
            .customer_of(&parts.uri)
            .ok_or_else(PageError::unknown_customer)?;
        let query = parts.uri.query().unwrap_or_default();
        let parameters = Parameters::parse(query.as_bytes()).map_err(|error| {
            PageError::new("invalid_request", error.to_string())
                .with(StatusCode::BAD_REQUEST, Heading::BadRequest)
        })?;
        let locale = Locale::of(parameters.get("ui_locales"));
        Ok(Self {
            app: app.clone(),
            customer,
            headers: parts.headers.clone(),
            parameters,
            locale,
        })
    }
}
