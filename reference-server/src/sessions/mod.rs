//! `/{customerId}/sessions`, or `/sessions` with the header `Tenant-ID`: who is signed in, for administrators.

mod representation;

use axum::Json;
use axum::extract::RawQuery;

use crate::config::answer::Deleted;
use crate::error::AdminError;
use crate::extract::Administrator;
use crate::ids::Id;
use crate::store::{Customer, LoginPolicy};

use representation::Shown;

/// Shows the session of a user.
pub(crate) async fn find(
    administrator: Administrator,
    RawQuery(query): RawQuery,
) -> Result<Json<Shown>, AdminError> {
    let global_sub = sub(query.as_deref().unwrap_or_default())?;
    let customer = administrator.customer();
    let now = administrator.app().clock().now();
    let session = user(customer, &global_sub)
        .and_then(|user| customer.sessions().of_user(user, now))
        .ok_or(AdminError::NotFound)?;
    Ok(Json(Shown::of(customer.id(), &session)))
}

/// Shows a session.
pub(crate) async fn view(administrator: Administrator) -> Result<Json<Shown>, AdminError> {
    let session = administrator.session()?;
    Ok(Json(Shown::of(administrator.customer().id(), &session)))
}

/// Ends a session on every device. Tokens that were issued in it work until they expire.
pub(crate) async fn delete(administrator: Administrator) -> Result<Deleted, AdminError> {
    let session = administrator.session()?;
    let now = administrator.app().clock().now();
    if administrator.customer().sessions().end(session.id, now) {
        Ok(Deleted(administrator.readings().deletion_status))
    } else {
        Err(AdminError::NotFound)
    }
}

/// Returns the one `sub` of a query.
fn sub(query: &str) -> Result<String, AdminError> {
    const NAME: &str = "sub";
    let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == NAME);
    match (values.next(), values.next()) {
        (Some((_, value)), None) if !value.is_empty() => Ok(value.into_owned()),
        _ => Err(AdminError::Parameter(NAME)),
    }
}

/// Returns whom a `global_sub` names: it ends with the id, and says before in which of the customer's stores the user is.
fn user(customer: &Customer, global_sub: &str) -> Option<Id> {
    let (_, id) = global_sub.rsplit_once('/')?;
    let id = Id::parse(id)?;
    customer
        .list::<LoginPolicy>()
        .iter()
        .any(|policy| policy.identity_store.global_sub(id) == global_sub)
        .then_some(id)
}
