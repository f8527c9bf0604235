//! `GET /_control/openapi.json`: the contract of the control API.

use axum::Json;
use serde_json::Value;

pub(super) async fn view() -> Json<&'static Value> {
    Json(fixtures::control::document())
}
