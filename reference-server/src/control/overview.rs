//! `GET /_control`: what is served, and what time it is.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::clock::shown;
use crate::app::App;
use crate::ids::Id;

pub(super) async fn view(State(app): State<App>) -> Json<Value> {
    let customers = app.store().customers();
    let customers: Vec<Id> = customers.iter().map(|customer| customer.id()).collect();
    Json(json!({
        "proofhouse": env!("CARGO_PKG_VERSION"),
        "customers": customers,
        "clock": shown(app.clock()),
    }))
}
