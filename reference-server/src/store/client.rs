//! Clients.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::customer::{Item, Records};
use crate::ids::Id;
use crate::secret::{Secret, SecretDigest};
use crate::settings::SecretRetrieval;

/// A client. Confidential if it has a secret, a login client if it has a login, else a configuration client.
///
/// The fields lie in memory in this order: what every token needs comes first.
#[derive(Debug, Clone)]
#[repr(C)]
pub(crate) struct Client {
    pub(crate) id: Id,
    pub(crate) secret: Option<ClientSecret>,
    pub(crate) token_policy: Id,
    pub(crate) name: String,
    pub(crate) redirect_uris: Vec<String>,
    /// Where users may be sent after they signed out.
    pub(crate) post_logout_redirect_uris: Vec<String>,
    pub(crate) login: Option<Login>,
}

/// What a client has that signs users in.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) policy: Id,
    /// The path of the application client that was made along with the client.
    pub(crate) application_client: String,
}

impl Login {
    /// Returns the path under which an application's client stands.
    pub(crate) fn application_client(application: &str, client: &str) -> String {
        format!("/config/{application}/clients/{client}")
    }
}

/// What is kept of a client's secret.
#[derive(Debug, Clone)]
pub(crate) struct ClientSecret {
    pub(crate) digest: SecretDigest,
    /// The secret itself, kept only where the API can be asked for it.
    pub(crate) readable: Option<Secret>,
}

impl ClientSecret {
    pub(crate) fn keep(secret: &Secret, retrieval: SecretRetrieval) -> Self {
        Self {
            digest: SecretDigest::of(secret.reveal()),
            readable: (retrieval == SecretRetrieval::Readable).then(|| secret.clone()),
        }
    }
}

impl Item for Client {
    const COLLECTION: &'static str = "clients";

    fn id(&self) -> Id {
        self.id
    }

    fn collection(records: &Records) -> &BTreeMap<Id, Arc<Self>> {
        &records.clients
    }

    fn collection_mut(records: &mut Records) -> &mut BTreeMap<Id, Arc<Self>> {
        &mut records.clients
    }

    fn is_used_by(&self, _client: &Client) -> bool {
        false
    }
}
