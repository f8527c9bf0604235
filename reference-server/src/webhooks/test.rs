//! `/{customerId}/webhooks/subscriptions/{id}/test`: a notification that only shows that notifications arrive.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::events::{refused, shown};
use crate::error::AdminError;
use crate::extract::Administrator;

/// Sends a test on its way, and shows it as the event that it is; one that the filter keeps out is nothing.
pub(crate) async fn send(administrator: Administrator) -> Result<Response, AdminError> {
    let (app, customer) = (administrator.app(), administrator.customer());
    let subscription = administrator.subscription()?;
    let now = app.clock().now();
    let event = customer
        .webhooks()
        .record_test(subscription.id, app.ids(), now)
        .map_err(refused)?;
    let Some(event) = event else {
        return Ok(StatusCode::ACCEPTED.into_response());
    };
    app.deliver(customer, subscription.id);
    let shown = shown(&administrator, subscription.id, &event).await?;
    Ok((StatusCode::ACCEPTED, Json(shown)).into_response())
}
