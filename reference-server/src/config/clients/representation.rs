//! How a client is shown.

use serde::Serialize;

use crate::config::hal::Link;
use crate::ids::Id;
use crate::settings::ClientHref;
use crate::store::Client;

use super::draft::Kind;

/// A client in a list.
#[derive(Serialize)]
pub(crate) struct Summary {
    id: Id,
    name: String,
    #[serde(rename = "_links")]
    links: ClientLinks,
}

/// A whole client. Only the answer that creates one may show its secret.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown {
    id: Id,
    name: String,
    #[serde(rename = "redirectURIs")]
    redirect_uris: Vec<String>,
    #[serde(
        rename = "postLogoutRedirectURIs",
        skip_serializing_if = "Vec::is_empty"
    )]
    post_logout_redirect_uris: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    login_policy: Option<Id>,
    token_policy: Id,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secret: Option<String>,
    #[serde(rename = "_links")]
    links: ClientLinks,
}

#[derive(Serialize)]
struct ClientLinks {
    #[serde(rename = "self")]
    own: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_client: Option<Link>,
}

impl Summary {
    pub(super) fn of(customer: Id, client: &Client, form: ClientHref) -> Self {
        Self {
            id: client.id,
            name: client.name.clone(),
            links: ClientLinks {
                own: own(customer, client.id, form),
                application_client: None,
            },
        }
    }
}

impl Shown {
    pub(super) fn of(customer: Id, client: &Client, form: ClientHref) -> Self {
        Self {
            id: client.id,
            name: client.name.clone(),
            redirect_uris: client.redirect_uris.clone(),
            post_logout_redirect_uris: client.post_logout_redirect_uris.clone(),
            login_policy: client.login.as_ref().map(|login| login.policy),
            token_policy: client.token_policy,
            kind: match Kind::of(client) {
                Kind::Public => "public",
                Kind::Confidential => "confidential",
            },
            secret: None,
            links: ClientLinks {
                own: own(customer, client.id, form),
                application_client: client
                    .login
                    .as_ref()
                    .map(|login| Link::to(login.application_client.clone())),
            },
        }
    }
}

fn own(customer: Id, client: Id, form: ClientHref) -> Link {
    Link::to(match form {
        ClientHref::CustomerFirst => format!("/{customer}/config/clients/{client}"),
        ClientHref::ConfigFirst => format!("/config/{customer}/clients/{client}"),
    })
}
