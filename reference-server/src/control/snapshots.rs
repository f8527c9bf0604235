//! `/_control/snapshots`: moments to go back to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use http::{StatusCode, header};
use serde_json::json;

use super::error::ControlError;
use super::{Control, off_the_runtime};
use crate::snapshot::Snapshot;

/// The snapshots that were taken and not deleted.
#[derive(Default)]
pub(super) struct Snapshots {
    /// One lock, held while one is taken as well, so that there are never more than there may be. Never waited for on a
    /// thread of the runtime.
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    by_number: BTreeMap<u64, Arc<Snapshot>>,
    last: u64,
}

impl Snapshots {
    /// Most snapshots at the same time: each is as large as all that the server knows.
    const ROOM: usize = 16;

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) async fn take(
    State(control): State<Control>,
) -> Result<impl IntoResponse, ControlError> {
    let number = off_the_runtime(move || {
        let mut taken = control.snapshots.lock();
        if taken.by_number.len() >= Snapshots::ROOM {
            let room = Snapshots::ROOM;
            let text = format!("there are {room} snapshots, as many as there may be: delete one");
            return Err(ControlError::Conflict(text));
        }
        taken.last += 1;
        let number = taken.last;
        taken
            .by_number
            .insert(number, Arc::new(control.app.snapshot()));
        Ok(number)
    })
    .await?;
    let place = format!("/_control/snapshots/{number}");
    let body = Json(json!({ "id": number.to_string() }));
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], body))
}

pub(super) async fn restore(
    State(control): State<Control>,
    Path(id): Path<String>,
) -> Result<StatusCode, ControlError> {
    let number = number(&id)?;
    off_the_runtime(move || {
        let snapshot = control.snapshots.lock().by_number.get(&number).cloned();
        control
            .app
            .restore(&*snapshot.ok_or(ControlError::NotFound)?);
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

pub(super) async fn delete(
    State(control): State<Control>,
    Path(id): Path<String>,
) -> Result<StatusCode, ControlError> {
    let number = number(&id)?;
    off_the_runtime(move || {
        let deleted = control.snapshots.lock().by_number.remove(&number);
        deleted.ok_or(ControlError::NotFound)?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// Reads an id in the one spelling that is given out.
fn number(id: &str) -> Result<u64, ControlError> {
    id.parse()
        .ok()
        .filter(|number: &u64| number.to_string() == id)
        .ok_or(ControlError::NotFound)
}
