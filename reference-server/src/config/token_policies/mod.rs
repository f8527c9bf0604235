//! `/{customerId}/config/tokenPolicies`: what tokens may be had, and for how long they live.

mod draft;
mod representation;

use axum::Json;
use axum::response::Response;

use super::answer::{Created, Deleted};
use super::hal::PolicySummary;
use super::{list, remove};
use crate::error::AdminError;
use crate::extract::{Administrator, JsonBody};
use crate::ids::Id;
use crate::store::TokenPolicy;

use representation::Shown;

/// Lists all token policies, in short.
pub(crate) async fn list(administrator: Administrator) -> Response {
    let customer = administrator.customer();
    let summary = |policy: &TokenPolicy| PolicySummary::of(customer.id(), policy, &policy.title);
    list::list(customer, summary).await
}

/// Makes a token policy, and answers with its id alone.
pub(crate) async fn create(
    administrator: Administrator,
    body: JsonBody,
) -> Result<Created<Id>, AdminError> {
    let readings = administrator.readings();
    let terms = body.read(|members| draft::read(members, readings))?;
    let id = administrator.app().ids().id();
    administrator.customer().add(TokenPolicy::new(id, terms));
    Ok(Created(readings.creation_status, id))
}

/// Shows a token policy.
pub(crate) async fn view(administrator: Administrator) -> Result<Json<Shown>, AdminError> {
    let policy = administrator.item::<TokenPolicy>()?;
    Ok(Json(Shown::of(administrator.customer().id(), &policy)))
}

/// Replaces a token policy: what is left out falls back to its default.
pub(crate) async fn modify(
    administrator: Administrator,
    body: JsonBody,
) -> Result<Json<Shown>, AdminError> {
    let present = administrator.item::<TokenPolicy>()?;
    let readings = administrator.readings();
    let terms = body.read(|members| draft::read(members, readings))?;
    let customer = administrator.customer();
    let policy = customer
        .replace(present.id, |present: &TokenPolicy, _| {
            Ok(TokenPolicy::new(present.id, terms))
        })
        .ok_or(AdminError::NotFound)??;
    Ok(Json(Shown::of(customer.id(), &policy)))
}

/// Deletes a token policy that no client uses.
pub(crate) async fn delete(administrator: Administrator) -> Result<Deleted, AdminError> {
    remove::<TokenPolicy>(&administrator)
}
