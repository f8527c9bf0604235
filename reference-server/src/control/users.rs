//! `/_control/customers/{customer}/users`: the people of a customer, in the form of a tenant file.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use fixtures::seed::tenant as seed;
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::body::Body;
use super::customer;
use super::error::ControlError;
use crate::app::App;
use crate::ids::Id;
use crate::people::AddUserError;
use crate::store::User;

pub(super) async fn list(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ControlError> {
    let users = customer(&app, &id)?.users().list();
    let users: Vec<Value> = users.iter().map(|user| shown(user)).collect();
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
    Ok((StatusCode::CREATED, headers, Json(shown(&user))))
}

pub(super) async fn view(
    State(app): State<App>,
    Path((id, user)): Path<(String, String)>,
) -> Result<Json<Value>, ControlError> {
    let customer = customer(&app, &id)?;
    let user = Id::parse(&user).and_then(|user| customer.users().find(user));
    Ok(Json(shown(&*user.ok_or(ControlError::NotFound)?)))
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

fn shown(user: &User) -> Value {
    let mut profile = user.attributes.clone();
    let own = ["uuid", "email"].map(|name| profile.remove(name));
    let [uuid, email] = own;
    json!({ "uuid": uuid, "email": email, "profile": profile })
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
