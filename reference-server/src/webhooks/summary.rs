//! `/{customerId}/webhooks/subscriptions/{id}/summary`: how many events came to what.

use axum::Json;
use serde_json::{Value, json};

use crate::error::AdminError;
use crate::extract::Administrator;

/// Shows the counts of the last computation, and beside the documented ones how many wait at this moment, and how many
/// never could.
pub(crate) async fn view(administrator: Administrator) -> Result<Json<Value>, AdminError> {
    let subscription = administrator.subscription()?;
    let now = administrator.app().clock().now();
    let webhooks = administrator.customer().webhooks();
    let (summary, queued, overflowed) = webhooks
        .summary(subscription.id, now)
        .ok_or(AdminError::NotFound)?;
    Ok(Json(json!({
        "updatedAt": summary.updated_at.to_micros(),
        "total": summary.total(),
        "succeeded": summary.succeeded,
        "retrying": summary.retrying,
        "failed": summary.failed,
        "exportable": summary.exportable,
        "queued": queued,
        "overflowed": overflowed,
    })))
}
