//! `/_control/customers/{customer}/users`: the people of a customer, in the form of a tenant file.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use fixtures::seed::tenant as seed;
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::body::Body;
use super::customer;
use super::error::ControlError;
use crate::app::App;
use crate::ids::Id;
use crate::people::{AddUserError, ChangeUserError, Person};

pub(super) async fn list(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ControlError> {
    let users = app.users(customer(&app, &id)?.id());
    let users = users.ok_or(ControlError::NotFound)?;
    Ok(Json(json!({ "users": users })))
}

pub(super) async fn add(
    State(app): State<App>,
    Path(id): Path<String>,
    Body(user): Body<seed::User>,
) -> Result<impl IntoResponse, ControlError> {
    let customer = customer(&app, &id)?;
    let user = app.add_user(customer.id(), &user)?;
    let user = customer.users().find(user).ok_or(ControlError::NotFound)?;
    let place = format!("/_control/customers/{id}/users/{}", user.id);
    let headers = [(header::LOCATION, place)];
    Ok((StatusCode::CREATED, headers, Json(Person::of(&user))))
}

pub(super) async fn view(
    State(app): State<App>,
    Path((id, user)): Path<(String, String)>,
) -> Result<Json<Person>, ControlError> {
    let customer = customer(&app, &id)?;
    let user = Id::parse(&user).and_then(|user| customer.users().find(user));
    let user = user.ok_or(ControlError::NotFound)?;
    Ok(Json(Person::of(&user)))
}

/// What is to change of a user.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    profile: Map<String, Value>,
}

pub(super) async fn change(
    State(app): State<App>,
    Path((id, user)): Path<(String, String)>,
    Body(change): Body<Change>,
) -> Result<Json<Person>, ControlError> {
    let customer = customer(&app, &id)?;
    let user = Id::parse(&user).ok_or(ControlError::NotFound)?;
    let person = app.change_user(customer.id(), user, &change.profile)?;
    Ok(Json(person))
}

pub(super) async fn delete(
    State(app): State<App>,
    Path((id, user)): Path<(String, String)>,
) -> Result<StatusCode, ControlError> {
    let customer = customer(&app, &id)?;
    let user = Id::parse(&user).ok_or(ControlError::NotFound)?;
    match app.remove_user(customer.id(), user) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ControlError::NotFound),
    }
}

impl From<AddUserError> for ControlError {
    fn from(error: AddUserError) -> Self {
        match error {
            AddUserError::UnknownCustomer(_) => Self::NotFound,
            AddUserError::Broken(_) => Self::Bad(error.to_string()),
            AddUserError::Taken(_) | AddUserError::Full => Self::Conflict(error.to_string()),
        }
    }
}

impl From<ChangeUserError> for ControlError {
    fn from(error: ChangeUserError) -> Self {
        match error {
            ChangeUserError::Unknown(_) => Self::NotFound,
            ChangeUserError::Fixed(_) | ChangeUserError::Broken(_) => Self::Bad(error.to_string()),
        }
    }
}
