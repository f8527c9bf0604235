//! `.../loginPolicies/{loginPolicyId}/allowedResponseTypes`: what authorization requests may ask for.
//!
//! The documentation does not print a body; this one has one member, an array of the resource's name.

use axum::Json;
use serde::Serialize;

use crate::error::AdminError;
use crate::extract::{Administrator, JsonBody, MemberError, Members};
use crate::store::{LoginPolicy, ResponseType};

/// The response types that a policy allows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AllowedResponseTypes {
    allowed_response_types: Vec<ResponseType>,
}

/// Shows the allowed response types; it is `code` until somebody says otherwise.
pub(crate) async fn view(
    administrator: Administrator,
) -> Result<Json<AllowedResponseTypes>, AdminError> {
    let policy = administrator.item::<LoginPolicy>()?;
    Ok(Json(AllowedResponseTypes {
        allowed_response_types: policy.allowed_response_types.clone(),
    }))
}

/// Replaces the allowed response types.
pub(crate) async fn modify(
    administrator: Administrator,
    body: JsonBody,
) -> Result<Json<AllowedResponseTypes>, AdminError> {
    let present = administrator.item::<LoginPolicy>()?;
    let allowed_response_types = body.read(read)?;
    let policy = administrator
        .customer()
        .replace(present.id, |present: &LoginPolicy, _| {
            Ok::<_, AdminError>(LoginPolicy {
                allowed_response_types,
                ..present.clone()
            })
        })
        .ok_or(AdminError::NotFound)??;
    Ok(Json(AllowedResponseTypes {
        allowed_response_types: policy.allowed_response_types.clone(),
    }))
}

/// Reads the list. One that stands there twice counts once.
fn read(members: &Members<'_>) -> Result<Vec<ResponseType>, MemberError> {
    let mut types = Vec::new();
    for member in members.required("allowedResponseTypes")?.list()? {
        let found = ResponseType::ALL
            .iter()
            .find(|(name, _)| member.is_text(name));
        let Some((_, response_type)) = found else {
            return Err(
                member.bad_value("unexpected value; permitted: 'code', 'id_token', 'token'")
            );
        };
        if !types.contains(response_type) {
            types.push(*response_type);
        }
    }
    Ok(types)
}
