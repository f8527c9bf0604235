//! `/{customerId}/webhooks/subscriptions/{id}/exports`: all failed events in one file.

use axum::Json;
use axum::response::IntoResponse;
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::collection::collection;
use super::{events, subscriptions};
use crate::error::AdminError;
use crate::extract::Administrator;
use crate::ids::Id;
use crate::store::{Export, ExportState, NotExported};

/// Lists the exports of the last days, oldest first.
pub(crate) async fn list(administrator: Administrator) -> Result<Json<Value>, AdminError> {
    let subscription = administrator.subscription()?.id;
    let now = administrator.app().clock().now();
    let customer = administrator.customer();
    let exports = customer.webhooks().exports(subscription, now);
    let exports = exports.ok_or(AdminError::NotFound)?;
    let items: Vec<Value> = exports
        .iter()
        .map(|export| shown(customer.id(), subscription, export))
        .collect();
    let links = vec![("self", path(customer.id(), subscription))];
    Ok(collection("exports", exports.len(), links, &items))
}

/// Starts an export of everything that failed and stands in no file yet.
pub(crate) async fn start(
    administrator: Administrator,
) -> Result<(StatusCode, Json<Value>), AdminError> {
    let app = administrator.app();
    let subscription = administrator.subscription()?.id;
    let customer = administrator.customer();
    let export = customer
        .webhooks()
        .export(subscription, app.ids().id(), app.clock().now())
        .map_err(refused)?;
    let shown = shown(customer.id(), subscription, &export);
    Ok((StatusCode::ACCEPTED, Json(shown)))
}

/// Shows how far an export is.
pub(crate) async fn view(administrator: Administrator) -> Result<Json<Value>, AdminError> {
    let (subscription, export) = found(&administrator)?;
    let customer = administrator.customer().id();
    Ok(Json(shown(customer, subscription, &export)))
}

/// Cancels an export: there is no file, and its events can be exported by another one.
pub(crate) async fn cancel(administrator: Administrator) -> Result<Json<Value>, AdminError> {
    let (subscription, export) = found(&administrator)?;
    let now = administrator.app().clock().now();
    let customer = administrator.customer();
    let export = customer
        .webhooks()
        .cancel_export(subscription, export.id, now)
        .map_err(refused)?;
    Ok(Json(shown(customer.id(), subscription, &export)))
}

/// Sends the file: an event a line, as often as it is asked for.
pub(crate) async fn download(
    administrator: Administrator,
) -> Result<impl IntoResponse, AdminError> {
    let (subscription, export) = found(&administrator)?;
    if export.state != ExportState::Completed {
        return Err(AdminError::Conflict("there is no file of this export"));
    }
    let mut lines = String::new();
    for event in &export.file {
        let event = events::shown(&administrator, subscription, event).await?;
        lines.push_str(&event.to_string());
        lines.push('\n');
    }
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], lines))
}

/// Returns the subscription and the export that the path names: `.../exports/{export}`, or `.../events/exports/{export}`.
fn found(administrator: &Administrator) -> Result<(Id, Export), AdminError> {
    let subscription = administrator.subscription()?.id;
    let now = administrator.app().clock().now();
    let exports = administrator
        .customer()
        .webhooks()
        .exports(subscription, now);
    let id = administrator.export().and_then(Id::parse);
    let export = exports
        .into_iter()
        .flatten()
        .find(|export| Some(export.id) == id)
        .ok_or(AdminError::NotFound)?;
    Ok((subscription, export))
}

fn shown(customer: Id, subscription: Id, export: &Export) -> Value {
    let exports = path(customer, subscription);
    let own = format!("{exports}/{}", export.id);
    let mut shown = json!({
        "id": export.id,
        "createdAt": export.created_at.to_micros(),
        "updatedAt": export.updated_at.to_micros(),
        "state": export.state.name(),
        "_links": { "self": { "href": own }, "exports": { "href": exports } },
    });
    if export.state == ExportState::Completed {
        shown["_links"]["download"] = json!({ "href": format!("{own}/download") });
    }
    shown
}

fn path(customer: Id, subscription: Id) -> String {
    format!("{}/exports", subscriptions::path(customer, subscription))
}

fn refused(problem: NotExported) -> AdminError {
    match problem {
        NotExported::Unknown => AdminError::NotFound,
        NotExported::Busy => AdminError::Conflict("Too many active exports"),
        NotExported::Over => AdminError::Conflict("the export is over"),
    }
}
