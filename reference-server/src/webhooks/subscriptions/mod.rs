//! `/{customerId}/webhooks/subscriptions`: who is notified of what.

mod draft;
mod endpoint;
mod page;
mod representation;

use std::sync::Arc;

use axum::Json;
use axum::extract::RawQuery;
use axum::response::IntoResponse;
use http::{StatusCode, header};
use serde_json::Value;

use super::collection::collection;
use crate::config::answer::Deleted;
use crate::error::AdminError;
use crate::extract::{Administrator, JsonBody, MemberError, MergePatch};
use crate::ids::Id;
use crate::store::{NotKept, Subscription, Terms};

use page::Page;
pub(super) use representation::path;
use representation::{chosen, shown};

/// Lists the subscriptions, all or a page of them, in the order in which they were made.
pub(crate) async fn list(administrator: Administrator, RawQuery(query): RawQuery) -> Json<Value> {
    let customer = administrator.customer();
    let subscriptions = customer.webhooks().list();
    let page = Page::of(query.as_deref().unwrap_or_default(), subscriptions.len());
    let items: Vec<Value> = subscriptions[page.range()]
        .iter()
        .map(|subscription| shown(customer.id(), subscription))
        .collect();
    let links = page.links(&format!("/{}/webhooks/subscriptions", customer.id()));
    collection("subscriptions", subscriptions.len(), links, &items)
}

/// Makes a subscription, and shows it.
pub(crate) async fn create(
    administrator: Administrator,
    body: JsonBody,
) -> Result<impl IntoResponse, AdminError> {
    let (app, customer) = (administrator.app(), administrator.customer());
    let terms = body.read_document(|members| draft::read(members, app.reach()))?;
    check_endpoint(&administrator, &terms).await?;
    let now = app.clock().now();
    let subscription = Subscription {
        id: app.ids().id(),
        created_at: now,
        updated_at: now,
        terms,
    };
    let subscription = customer
        .webhooks()
        .add(subscription)
        .map_err(|problem| refused(problem, &administrator))?;
    let place = path(customer.id(), subscription.id);
    let body = Json(shown(customer.id(), &subscription));
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], body))
}

/// Shows a subscription.
pub(crate) async fn view(administrator: Administrator) -> Result<Json<Value>, AdminError> {
    let subscription = administrator.subscription()?;
    Ok(Json(shown(administrator.customer().id(), &subscription)))
}

/// Changes what the patch mentions.
pub(crate) async fn modify(
    administrator: Administrator,
    patch: MergePatch,
) -> Result<Json<Value>, AdminError> {
    let (app, customer) = (administrator.app(), administrator.customer());
    let present = administrator.subscription()?;
    let patch = patch.read()?;
    let next = |present: &Subscription| {
        draft::patched(chosen(&present.terms), &patch, app.reach()).map_err(AdminError::document)
    };
    let terms = next(&present)?;
    if terms.endpoint != present.terms.endpoint {
        check_endpoint(&administrator, &terms).await?;
    }
    // Somebody else may have changed it meanwhile. The patch either names the endpoint, or keeps one that was looked at.
    let subscription = replace(&administrator, present.id, next)?;
    Ok(Json(shown(customer.id(), &subscription)))
}

fn replace(
    administrator: &Administrator,
    id: Id,
    terms: impl FnOnce(&Subscription) -> Result<Terms, AdminError>,
) -> Result<Arc<Subscription>, AdminError> {
    let now = administrator.app().clock().now();
    administrator
        .customer()
        .webhooks()
        .replace(id, now, |present| {
            Ok(Subscription {
                terms: terms(present).map_err(NotReplaced::Refused)?,
                updated_at: now,
                ..present.clone()
            })
        })
        .ok_or(AdminError::NotFound)?
        .map_err(|problem| match problem {
            NotReplaced::Refused(error) => error,
            NotReplaced::NotKept(problem) => refused(problem, administrator),
        })
}

/// Says why a subscription was not changed.
enum NotReplaced {
    Refused(AdminError),
    NotKept(NotKept),
}

impl From<NotKept> for NotReplaced {
    fn from(problem: NotKept) -> Self {
        Self::NotKept(problem)
    }
}

/// Deletes a subscription with all of its events.
pub(crate) async fn delete(administrator: Administrator) -> Result<Deleted, AdminError> {
    let subscription = administrator.subscription()?;
    match administrator.customer().webhooks().remove(subscription.id) {
        true => Ok(Deleted(administrator.readings().deletion_status)),
        false => Err(AdminError::NotFound),
    }
}

/// Refuses a listener that everybody cannot reach.
async fn check_endpoint(administrator: &Administrator, terms: &Terms) -> Result<(), AdminError> {
    match endpoint::unreached(administrator.app(), &terms.endpoint).await {
        Some(problem) => {
            let error = MemberError::bad_value("endpoint", problem.to_string());
            Err(AdminError::document(error))
        }
        None => Ok(()),
    }
}

fn refused(problem: NotKept, administrator: &Administrator) -> AdminError {
    match problem {
        NotKept::TitleTaken => {
            AdminError::TitleTaken(administrator.readings().subscription_title_clash)
        }
        NotKept::Full => AdminError::Conflict("too many subscriptions"),
    }
}
