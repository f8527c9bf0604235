//! Answers whose status is a reading.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;

use crate::settings::{CreationStatus, DeletionStatus};

/// Something was created; this shows it.
pub(crate) struct Created<T>(pub(crate) CreationStatus, pub(crate) T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let status = match self.0 {
            CreationStatus::Created => StatusCode::CREATED,
            CreationStatus::Ok => StatusCode::OK,
        };
        (status, Json(self.1)).into_response()
    }
}

/// Something was deleted. There is nothing more to say, so neither status has a body.
pub(crate) struct Deleted(pub(crate) DeletionStatus);

impl IntoResponse for Deleted {
    fn into_response(self) -> Response {
        match self.0 {
            DeletionStatus::NoContent => StatusCode::NO_CONTENT,
            DeletionStatus::Ok => StatusCode::OK,
        }
        .into_response()
    }
}
