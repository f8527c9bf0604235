//! How a token policy is shown.

use serde::Serialize;

use crate::config::hal::Links;
use crate::ids::Id;
use crate::store::TokenPolicy;

/// A whole token policy.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown {
    id: Id,
    access_token_lifetime: u32,
    allowed_scopes: Vec<String>,
    refresh_token_lifetime: u32,
    title: String,
    #[serde(rename = "useAccessJWT")]
    use_access_jwt: bool,
    #[serde(rename = "_links")]
    links: Links,
}

impl Shown {
    pub(super) fn of(customer: Id, policy: &TokenPolicy) -> Self {
        Self {
            id: policy.id,
            access_token_lifetime: policy.access_token_lifetime,
            allowed_scopes: policy.allowed_scopes().to_vec(),
            refresh_token_lifetime: policy.refresh_token_lifetime,
            title: policy.title.clone(),
            use_access_jwt: policy.use_access_jwt,
            links: Links::to::<TokenPolicy>(customer, policy.id),
        }
    }
}
