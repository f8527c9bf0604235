//! `/_control/clock`: freeze, set, advance.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Body;
use super::error::ControlError;
use crate::app::App;
use crate::clock::{Clock, Moment};

/// Most seconds of one step: a hundred years.
const FARTHEST: f64 = 3_155_760_000.0;

/// What a clock is to show; what is left out stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Setting {
    now: Option<String>,
    frozen: Option<bool>,
}

/// A step forwards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    seconds: f64,
}

pub(super) async fn view(State(app): State<App>) -> Json<Value> {
    Json(shown(app.clock()))
}

pub(super) async fn set(
    State(app): State<App>,
    Body(setting): Body<Setting>,
) -> Result<Json<Value>, ControlError> {
    if setting.now.is_none() && setting.frozen.is_none() {
        return Err(bad("`now` or `frozen` is wanted"));
    }
    let now = match &setting.now {
        Some(text) => Some(Moment::parse(text).ok_or_else(|| {
            bad("`now`: a time after 1970 like `2026-01-31T12:00:00Z` is wanted")
        })?),
        None => None,
    };
    app.clock().put(now, setting.frozen);
    Ok(Json(shown(app.clock())))
}

pub(super) async fn advance(
    State(app): State<App>,
    Body(Step { seconds }): Body<Step>,
) -> Result<Json<Value>, ControlError> {
    let step = Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|_| seconds <= FARTHEST)
        .ok_or_else(|| {
            bad("`seconds`: a number from 0 to 3155760000, a hundred years, is wanted")
        })?;
    app.clock().advance(step);
    Ok(Json(shown(app.clock())))
}

pub(super) fn shown(clock: &Clock) -> Value {
    let (now, is_frozen) = clock.look();
    json!({ "now": now.to_millis(), "frozen": is_frozen })
}

fn bad(text: &str) -> ControlError {
    ControlError::Bad(text.to_owned())
}
