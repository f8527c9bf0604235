//! `/_control/journal`: the requests that the server was asked.

use axum::Json;
use axum::extract::{RawQuery, State};
use http::StatusCode;
use serde_json::{Value, json};

use super::error::ControlError;
use crate::app::App;

pub(super) async fn view(
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ControlError> {
    let since = since(query.as_deref().unwrap_or_default())?;
    Ok(Json(json!({ "entries": app.keep_journal().since(since) })))
}

pub(super) async fn clear(State(app): State<App>) -> StatusCode {
    app.keep_journal().clear();
    StatusCode::NO_CONTENT
}

/// Reads the one parameter there is: the last number that the caller knows.
fn since(query: &str) -> Result<u64, ControlError> {
    let mut since = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let number = value.parse().ok().filter(|_| name == "since");
        match (number, since) {
            (Some(number), None) => since = Some(number),
            _ => {
                let text = "the one parameter is `since`, a number";
                return Err(ControlError::Bad(text.to_owned()));
            }
        }
    }
    Ok(since.unwrap_or_default())
}
