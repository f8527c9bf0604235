//! How a login policy is shown. `pushClaims` and `allowedResponseTypes` are not: they have resources of their own.

use serde::Serialize;

use crate::config::hal::Links;
use crate::ids::Id;
use crate::settings::PublicUrl;
use crate::store::{CustomClaims, IdentityStore, LoginPolicy};

/// A whole login policy.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown {
    id: Id,
    identity_store_details: IdentityStore,
    #[serde(rename = "loginURL")]
    login_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_claims: Option<CustomClaims>,
    title: String,
    #[serde(rename = "_links")]
    links: Links,
}

impl Shown {
    pub(super) fn of(customer: Id, policy: &LoginPolicy, base: &PublicUrl) -> Self {
        Self {
            id: policy.id,
            identity_store_details: policy.identity_store.clone(),
            login_url: policy.login_page(base, customer).into_owned(),
            custom_claims: policy.custom_claims.clone(),
            title: policy.title.clone(),
            links: Links::to::<LoginPolicy>(customer, policy.id),
        }
    }
}
