//! Login policies.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::client::Client;
use super::customer::{Item, Records};
use crate::ids::Id;
use crate::settings::PublicUrl;

/// A login policy.
#[derive(Debug, Clone)]
pub(crate) struct LoginPolicy {
    pub(crate) id: Id,
    pub(crate) title: String,
    /// The login page; without one, it is the server's own.
    pub(crate) login_url: Option<String>,
    pub(crate) identity_store: IdentityStore,
    pub(crate) custom_claims: Option<CustomClaims>,
    pub(crate) push_claims: bool,
    pub(crate) allowed_response_types: Vec<ResponseType>,
}

impl LoginPolicy {
    /// Returns the URL of the page on which users of a customer sign in.
    pub(crate) fn login_page(&self, base: &PublicUrl, customer: Id) -> Cow<'_, str> {
        match &self.login_url {
            Some(url) => Cow::Borrowed(url),
            None => Cow::Owned(format!("{base}/{customer}/auth-ui/login")),
        }
    }
}

/// The store that knows the users; set for good when the policy is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IdentityStore {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) connection_details: ConnectionDetails,
}

impl IdentityStore {
    /// The only kind there is.
    pub(crate) const KIND: &'static str = "janrainCapture";

    /// Returns the name by which a user of this store is known everywhere.
    pub(crate) fn global_sub(&self, user: Id) -> String {
        let store = &self.connection_details;
        let (domain, application) = (&store.domain, &store.application_id);
        format!(
            "capture-v1://{domain}/{application}/{}/{user}",
            store.entity_type
        )
    }
}

/// How to reach the store. The API shows its secret in clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionDetails {
    pub(crate) domain: String,
    pub(crate) application_id: String,
    pub(crate) entity_type: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

/// Claims of the customer's own: claim name to attribute of the profile, by the place of delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CustomClaims {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id_token: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) userinfo: Option<BTreeMap<String, String>>,
}

/// One part of a response type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResponseType {
    Code,
    IdToken,
    Token,
}

impl ResponseType {
    pub(crate) const ALL: [(&'static str, Self); 3] = [
        ("code", Self::Code),
        ("id_token", Self::IdToken),
        ("token", Self::Token),
    ];

    /// What a policy allows until somebody says otherwise.
    pub(crate) const DEFAULT: [Self; 1] = [Self::Code];
}

impl Item for LoginPolicy {
    const COLLECTION: &'static str = "loginPolicies";

    fn id(&self) -> Id {
        self.id
    }

    fn collection(records: &Records) -> &BTreeMap<Id, Arc<Self>> {
        &records.login_policies
    }

    fn collection_mut(records: &mut Records) -> &mut BTreeMap<Id, Arc<Self>> {
        &mut records.login_policies
    }

    fn is_used_by(&self, client: &Client) -> bool {
        client
            .login
            .as_ref()
            .is_some_and(|login| login.policy == self.id)
    }
}
