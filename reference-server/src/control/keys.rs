//! `POST /_control/customers/{customer}/keys/rotate`: the next key signs.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::customer;
use super::error::ControlError;
use crate::app::App;

pub(super) async fn rotate(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ControlError> {
    let customer = customer(&app, &id)?;
    let [previous, current, next] = app
        .rotate_keys(customer.id())
        .await
        .map_err(|_| ControlError::NoKey)?;
    Ok(Json(
        json!({ "previous": previous, "current": current, "next": next }),
    ))
}
