//! `POST /_control/reset`: back to the start.

use axum::extract::State;
use http::StatusCode;

use super::off_the_runtime;
use crate::app::App;

pub(super) async fn reset(State(app): State<App>) -> StatusCode {
    off_the_runtime(move || app.reset()).await;
    StatusCode::NO_CONTENT
}
