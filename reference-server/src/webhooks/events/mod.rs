//! `/{customerId}/webhooks/subscriptions/{id}/events`: what a subscription was told, and what became of it.

mod representation;

use std::sync::Arc;

use axum::Json;
use axum::extract::RawQuery;
use http::StatusCode;
use serde_json::Value;

use super::collection::collection;
use super::subscriptions;
use crate::deliveries::{self, Origin};
use crate::error::AdminError;
use crate::extract::Administrator;
use crate::ids::Id;
use crate::store::{Event, NotDelivered};

/// Lists the events, oldest first; the parameters `after` and `before` each name one that is not shown any more.
pub(crate) async fn list(
    administrator: Administrator,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, AdminError> {
    let subscription = administrator.subscription()?.id;
    let query = query.unwrap_or_default();
    let (after, before) = (named(&query, "after")?, named(&query, "before")?);
    let now = administrator.app().clock().now();
    let customer = administrator.customer();
    let events = customer
        .webhooks()
        .events(subscription, after, before, now)
        .ok_or(UNKNOWN)?;
    let mut items = Vec::with_capacity(events.len());
    for event in &events {
        items.push(shown(&administrator, subscription, event).await?);
    }
    let own = subscriptions::path(customer.id(), subscription);
    let own = match query.is_empty() {
        true => format!("{own}/events"),
        false => format!("{own}/events?{query}"),
    };
    Ok(collection(
        "events",
        events.len(),
        vec![("self", own)],
        &items,
    ))
}

/// Shows an event.
pub(crate) async fn view(administrator: Administrator) -> Result<Json<Value>, AdminError> {
    let (subscription, event) = found(&administrator)?;
    let shown = shown(&administrator, subscription, &event).await?;
    Ok(Json(shown))
}

/// Shows every state that an event came to.
pub(crate) async fn history(administrator: Administrator) -> Result<Json<Value>, AdminError> {
    let (subscription, event) = found(&administrator)?;
    let steps: Vec<Value> = event.history.iter().map(representation::step).collect();
    let customer = administrator.customer().id();
    let own = representation::path(customer, subscription, event.id);
    let links = vec![("self", format!("{own}/history"))];
    Ok(collection("history", steps.len(), links, &steps))
}

/// Delivers an event again that was given up, by the whole timetable.
pub(crate) async fn redeliver(
    administrator: Administrator,
) -> Result<(StatusCode, Json<Value>), AdminError> {
    let (app, customer) = (administrator.app(), administrator.customer());
    let (subscription, event) = found(&administrator)?;
    let now = app.clock().now();
    let event = customer
        .webhooks()
        .deliver_again(subscription, event.id, now)
        .map_err(refused)?;
    let shown = shown(&administrator, subscription, &event).await?;
    app.deliver(customer, subscription);
    Ok((StatusCode::ACCEPTED, Json(shown)))
}

const UNKNOWN: AdminError = AdminError::BadRequest("no event has this id");

/// Reads a parameter that names an event.
fn named(query: &str, parameter: &'static str) -> Result<Option<Id>, AdminError> {
    let mut values = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == parameter)
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => Id::parse(&value).map(Some).ok_or(UNKNOWN),
        _ => Err(AdminError::Parameter(parameter)),
    }
}

/// Returns the subscription and the event that the path names.
fn found(administrator: &Administrator) -> Result<(Id, Arc<Event>), AdminError> {
    let subscription = administrator.subscription()?.id;
    let now = administrator.app().clock().now();
    let event = administrator
        .below_item()
        .and_then(Id::parse)
        .and_then(|event| {
            administrator
                .customer()
                .webhooks()
                .event(subscription, event, now)
        })
        .ok_or(AdminError::NotFound)?;
    Ok((subscription, event))
}

/// Shows an event with what is sent of it, which is made if nobody has needed it yet.
pub(super) async fn shown(
    administrator: &Administrator,
    subscription: Id,
    event: &Event,
) -> Result<Value, AdminError> {
    let customer = administrator.customer();
    let origin = Origin::of(customer);
    let token = deliveries::token(administrator.app(), &origin, subscription, event)
        .await
        .map_err(|_| AdminError::NoKey)?;
    Ok(representation::event(
        customer.id(),
        subscription,
        event,
        &token,
    ))
}

pub(super) fn refused(problem: NotDelivered) -> AdminError {
    match problem {
        NotDelivered::Unknown => AdminError::NotFound,
        NotDelivered::NotFailed => AdminError::Conflict("the event has not failed"),
        NotDelivered::Disabled => AdminError::Conflict("the subscription is disabled"),
    }
}
