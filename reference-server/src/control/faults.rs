//! `/_control/faults`: ways in which the server is wrong on purpose.

use axum::Json;
use axum::extract::{Path, State};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Body;
use super::error::ControlError;
use crate::app::App;
use crate::faults::{self, Injection, InjectionError, Matching};

/// Most faults that may be on at the same time.
const MOST: usize = 1000;

/// A fault to turn on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    fault: String,
    method: Option<String>,
    path: Option<String>,
    probability: Option<f64>,
    times: Option<u64>,
}

pub(super) async fn list(State(app): State<App>) -> Json<Value> {
    let active: Vec<Value> = app
        .faults()
        .list()
        .iter()
        .map(|injection| shown(injection))
        .collect();
    let known: Vec<Value> = faults::all()
        .map(|fault| json!({ "fault": fault.name, "family": fault.family, "title": fault.title }))
        .collect();
    Json(json!({ "active": active, "known": known }))
}

pub(super) async fn add(
    State(app): State<App>,
    Body(wanted): Body<Wanted>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let injection = wanted.injection()?;
    if app.faults().list().len() >= MOST {
        let text = format!("{MOST} faults are on already");
        return Err(ControlError::Conflict(text));
    }
    let shown = shown(&injection);
    app.faults().add(injection);
    Ok((StatusCode::CREATED, Json(shown)))
}

pub(super) async fn clear(State(app): State<App>) -> StatusCode {
    app.faults().clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn remove(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<StatusCode, ControlError> {
    match app.faults().remove(&name) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ControlError::NotFound),
    }
}

impl Wanted {
    fn injection(self) -> Result<Injection, ControlError> {
        let bad = |error: InjectionError| ControlError::Bad(error.to_string());
        let method = match self.method {
            None => None,
            Some(method) => Some(Method::from_bytes(method.as_bytes()).map_err(|_| {
                ControlError::Bad("`method`: a method like `POST` is wanted".to_owned())
            })?),
        };
        let matching = Matching {
            method,
            path: self.path,
        };
        let mut injection = Injection::named(&self.fault)
            .and_then(|injection| injection.matching(matching))
            .map_err(bad)?;
        if let Some(probability) = self.probability {
            injection = injection.probability(probability).map_err(bad)?;
        }
        Ok(match self.times {
            Some(times) => injection.times(times),
            None => injection,
        })
    }
}

fn shown(injection: &Injection) -> Value {
    let matching = injection.matches();
    json!({
        "fault": injection.fault().name,
        "method": matching.method.as_ref().map(Method::as_str),
        "path": matching.path,
        "probability": injection.likelihood(),
        "left": injection.left(),
    })
}
