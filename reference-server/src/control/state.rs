//! `GET /_control/state`: one hash for configuration and users.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::off_the_runtime;
use crate::app::App;

pub(super) async fn view(State(app): State<App>) -> Json<Value> {
    let hash = off_the_runtime(move || app.state_hash()).await;
    Json(json!({ "hash": hash }))
}
