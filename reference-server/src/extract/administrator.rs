//! The order of refusals, written once.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::Method;
use http::request::Parts;

use super::bearer::{BearerProblem, bearer};
use crate::app::App;
use crate::error::AdminError;
use crate::ids::Id;
use crate::path::ResourcePath;
use crate::settings::{ForeignItemStatus, Readings};
use crate::store::{Customer, Item, Session, Subscription};

/// Somebody whose token allows this request.
///
/// Whoever asks for one is refused in this order:
///
/// 1. no bearer token was sent;
/// 2. the token is unknown, malformed or expired;
/// 3. nobody has the customer id;
/// 4. the token belongs to another customer, or its scopes do not allow the method on the path.
///
/// What follows is up to the handler, in this order, too: [`Administrator::item`] (existence), then
/// [`JsonBody::read`](super::JsonBody::read) (the body), then the store (dependencies).
pub(crate) struct Administrator {
    app: App,
    customer: Arc<Customer>,
    path: ResourcePath,
}

impl Administrator {
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    pub(crate) fn readings(&self) -> &Readings {
        &self.app.settings().readings
    }

    pub(crate) fn customer(&self) -> &Customer {
        &self.customer
    }

    /// Returns the session that the path names, or refuses because there is none.
    pub(crate) fn session(&self) -> Result<Arc<Session>, AdminError> {
        let now = self.app.clock().now();
        self.path
            .session()
            .and_then(|id| self.customer.sessions().find(id, now))
            .ok_or(AdminError::NotFound)
    }

    /// Returns the subscription that the path names or lies below, or refuses because there is none.
    pub(crate) fn subscription(&self) -> Result<Arc<Subscription>, AdminError> {
        self.path
            .item()
            .and_then(Id::parse)
            .and_then(|id| self.customer.webhooks().find(id))
            .ok_or(AdminError::NotFound)
    }

    /// Returns what the path names below an item's collection: `<id>` in `webhooks/subscriptions/<s>/events/<id>/history`.
    pub(crate) fn below_item(&self) -> Option<&str> {
        self.path.resource().split('/').nth(4)
    }

    /// Returns the export that the path names, whichever of its two places it is in.
    pub(crate) fn export(&self) -> Option<&str> {
        let mut names = self.path.resource().split('/');
        names.find(|name| *name == "exports")?;
        names.next()
    }

    /// Returns the item that the path names, or refuses because there is none.
    pub(crate) fn item<T: Item>(&self) -> Result<Arc<T>, AdminError> {
        self.path
            .item()
            .and_then(Id::parse)
            .and_then(|id| self.customer.find(id))
            .ok_or(AdminError::NotFound)
    }
}

impl FromRequestParts<App> for Administrator {
    type Rejection = AdminError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AdminError> {
        let readings = &app.settings().readings;
        let path = ResourcePath::of(&parts.uri);

        let token = bearer(&parts.headers).map_err(|problem| match problem {
            BearerProblem::Missing => AdminError::NoToken,
            _ => AdminError::rejected(readings),
        })?;
        let now = app.clock().now();
        let grant = app
            .store()
            .tokens()
            .find(token, now)
            .ok_or_else(|| AdminError::rejected(readings))?;
        let customer = Id::parse(path.customer())
            .and_then(|id| app.store().customer(id))
            .ok_or(AdminError::NotFound)?;
        if grant.customer() != customer.id() {
            return Err(AdminError::Forbidden);
        }
        // No scope speaks of other methods than these five. No handler takes one either.
        let is_allowed = scope_method(&parts.method)
            .is_none_or(|method| grant.rights().decide(method, &path.guarded()).allowed());
        if !is_allowed {
            return Err(match readings.foreign_item_status {
                ForeignItemStatus::NotFound if !customer.has(&path, now) => AdminError::NotFound,
                _ => AdminError::Forbidden,
            });
        }
        Ok(Self {
            app: app.clone(),
            customer,
            path,
        })
    }
}

/// Returns the method that a scope has to allow. HEAD asks what GET would answer (RFC 9110, 9.3.2).
fn scope_method(method: &Method) -> Option<scope_lang::Method> {
    match *method {
        Method::HEAD => Some(scope_lang::Method::Get),
        ref other => scope_lang::Method::parse(other.as_str()),
    }
}
