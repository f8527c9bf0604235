//! `.../loginPolicies/{loginPolicyId}/pushClaims`: whether custom claims are delivered whatever a request asks for.
//!
//! The documentation does not print a body; this one has one member, a boolean of the resource's name.

use axum::Json;
use serde::Serialize;

use crate::error::AdminError;
use crate::extract::{Administrator, JsonBody, Member};
use crate::store::LoginPolicy;

/// The status of push claims.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PushClaims {
    push_claims: bool,
}

/// Shows whether push claims are on; they are off until somebody turns them on.
pub(crate) async fn view(administrator: Administrator) -> Result<Json<PushClaims>, AdminError> {
    let policy = administrator.item::<LoginPolicy>()?;
    Ok(Json(PushClaims {
        push_claims: policy.push_claims,
    }))
}

/// Turns push claims on or off. The claims themselves stay as they are.
pub(crate) async fn modify(
    administrator: Administrator,
    body: JsonBody,
) -> Result<Json<PushClaims>, AdminError> {
    let present = administrator.item::<LoginPolicy>()?;
    let push_claims =
        body.read(|members| members.required("pushClaims").and_then(Member::boolean))?;
    administrator
        .customer()
        .replace(present.id, |present: &LoginPolicy, _| {
            Ok::<_, AdminError>(LoginPolicy {
                push_claims,
                ..present.clone()
            })
        })
        .ok_or(AdminError::NotFound)??;
    Ok(Json(PushClaims { push_claims }))
}
