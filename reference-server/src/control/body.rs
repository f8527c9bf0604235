//! What is sent to the control API: one JSON object.

use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Control;
use super::error::ControlError;
use crate::extract::{BodyError, collect, content_type};

/// A JSON body of one form.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Control> for Body<T> {
    type Rejection = ControlError;

    async fn from_request(request: Request, control: &Control) -> Result<Self, Self::Rejection> {
        const WANTED: &str = "application/json";
        let is_json = content_type(request.headers())
            .is_some_and(|(essence, _)| essence.eq_ignore_ascii_case(WANTED));
        if !is_json {
            return Err(BodyError::WrongType(WANTED).into());
        }
        let bytes = collect(request.into_body(), &control.app.settings().limits).await?;
        // A structure would be read from an array, too.
        let members: Map<String, Value> =
            serde_json::from_slice(&bytes).map_err(|error| bad(&error))?;
        T::deserialize(Value::Object(members))
            .map(Self)
            .map_err(|error| bad(&error))
    }
}

fn bad(error: &serde_json::Error) -> ControlError {
    ControlError::Bad(error.to_string())
}
