//! `/{customerId}/config/loginPolicies`: where users sign in, and which store knows them.

pub(crate) mod allowed_response_types;
mod draft;
pub(crate) mod login_url;
pub(crate) mod push_claims;
mod representation;

use axum::Json;
use axum::response::Response;

use super::answer::{Created, Deleted};
use super::hal::PolicySummary;
use super::{list, remove};
use crate::error::AdminError;
use crate::extract::{Administrator, JsonBody, MemberError};
use crate::ids::Id;
use crate::settings::Readings;
use crate::store::{LoginPolicy, ResponseType};

use representation::Shown;

/// Lists all login policies, in short.
pub(crate) async fn list(administrator: Administrator) -> Response {
    let customer = administrator.customer();
    let summary = |policy: &LoginPolicy| PolicySummary::of(customer.id(), policy, &policy.title);
    list::list(customer, summary).await
}

/// Makes a login policy, and answers with its id alone.
pub(crate) async fn create(
    administrator: Administrator,
    body: JsonBody,
) -> Result<Created<Id>, AdminError> {
    let draft = body.read(draft::read)?;
    let id = administrator.app().ids().id();
    administrator.customer().add(LoginPolicy {
        id,
        title: draft.title,
        login_url: Some(draft.login_url),
        identity_store: draft.identity_store,
        custom_claims: draft.custom_claims,
        push_claims: false,
        allowed_response_types: ResponseType::DEFAULT.to_vec(),
    });
    Ok(Created(administrator.readings().creation_status, id))
}

/// Shows a login policy.
pub(crate) async fn view(administrator: Administrator) -> Result<Json<Shown>, AdminError> {
    let policy = administrator.item::<LoginPolicy>()?;
    Ok(Json(Shown::of(
        administrator.customer().id(),
        &policy,
        &administrator.app().settings().public_url,
    )))
}

/// Replaces title, login page and custom claims; `id` and the identity store have to come along unchanged.
pub(crate) async fn modify(
    administrator: Administrator,
    body: JsonBody,
) -> Result<Json<Shown>, AdminError> {
    let present = administrator.item::<LoginPolicy>()?;
    let readings = administrator.readings();
    let (id, draft) = body.read(|members| {
        let id = members.required("id")?.text()?;
        Ok((id, draft::read(members)?))
    })?;
    if id != present.id.to_string() {
        let error = MemberError::bad_value("id", "the id of a policy cannot be changed");
        return Err(AdminError::member(error, readings));
    }
    let customer = administrator.customer();
    let policy = customer
        .replace(present.id, |present: &LoginPolicy, _| {
            replacement(present, draft, readings)
        })
        .ok_or(AdminError::NotFound)??;
    Ok(Json(Shown::of(
        customer.id(),
        &policy,
        &administrator.app().settings().public_url,
    )))
}

fn replacement(
    present: &LoginPolicy,
    draft: draft::Draft,
    readings: &Readings,
) -> Result<LoginPolicy, AdminError> {
    if draft.identity_store != present.identity_store {
        return Err(AdminError::Immutable(
            "identityStoreDetails",
            readings.bad_value_status,
        ));
    }
    Ok(LoginPolicy {
        title: draft.title,
        login_url: Some(draft.login_url),
        custom_claims: draft.custom_claims,
        ..present.clone()
    })
}

/// Deletes a login policy that no client uses.
pub(crate) async fn delete(administrator: Administrator) -> Result<Deleted, AdminError> {
    remove::<LoginPolicy>(&administrator)
}
