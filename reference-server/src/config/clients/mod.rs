//! `/{customerId}/config/clients`: public, confidential and configuration clients.

mod draft;
pub(crate) mod redirect_uri;
mod representation;
pub(crate) mod secret;

use axum::Json;
use axum::response::Response;

use super::answer::{Created, Deleted};
use super::{list, remove};
use crate::error::AdminError;
use crate::extract::{Administrator, JsonBody, MemberError};
use crate::settings::{Readings, SecretAtCreation};
use crate::store::{Client, ClientSecret, Login, Records, UnknownPolicy};

use draft::{Draft, Kind};
use representation::{Shown, Summary};

/// Lists the clients of all kinds, in short.
pub(crate) async fn list(administrator: Administrator) -> Response {
    let customer = administrator.customer();
    let form = administrator.readings().client_href;
    list::list(customer, |client| Summary::of(customer.id(), client, form)).await
}

/// Makes a client, and shows the whole of it; a login client gets its application client along with it.
pub(crate) async fn create(
    administrator: Administrator,
    body: JsonBody,
) -> Result<Created<Shown>, AdminError> {
    let readings = administrator.readings();
    let draft = body.read(|members| draft::read(members, None))?;
    let ids = administrator.app().ids();
    let secret = (draft.kind == Kind::Confidential).then(|| ids.secret());
    let customer = administrator.customer();
    let client = customer
        .add_client(|records| {
            draft.check_references(records)?;
            Ok(Client {
                id: ids.id(),
                login: draft.login_policy.map(|policy| Login {
                    policy,
                    application_client: Login::application_client(
                        &records.login_policies[&policy]
                            .identity_store
                            .connection_details
                            .application_id,
                        &ids.application_client(),
                    ),
                }),
                name: draft.name,
                redirect_uris: draft.redirect_uris,
                post_logout_redirect_uris: draft.post_logout_redirect_uris,
                token_policy: draft.token_policy,
                secret: secret
                    .as_ref()
                    .map(|secret| ClientSecret::keep(secret, readings.secret_retrieval)),
            })
        })
        .map_err(|unknown| unknown_policy(&unknown, readings))?;
    let mut shown = Shown::of(customer.id(), &client, readings.client_href);
    if readings.secret_at_creation == SecretAtCreation::Yes {
        shown.secret = secret.map(|secret| secret.reveal().to_owned());
    }
    Ok(Created(readings.creation_status, shown))
}

/// Shows a client, never its secret.
pub(crate) async fn view(administrator: Administrator) -> Result<Json<Shown>, AdminError> {
    let client = administrator.item::<Client>()?;
    let form = administrator.readings().client_href;
    Ok(Json(Shown::of(
        administrator.customer().id(),
        &client,
        form,
    )))
}

/// Replaces a client. Its type, its secret and its application client stay.
pub(crate) async fn modify(
    administrator: Administrator,
    body: JsonBody,
) -> Result<Json<Shown>, AdminError> {
    let present = administrator.item::<Client>()?;
    let readings = administrator.readings();
    let draft = body.read(|members| draft::read(members, Some(&present)))?;
    let customer = administrator.customer();
    let client = customer
        .replace(present.id, |present: &Client, records| {
            replacement(present, draft, records)
        })
        .ok_or(AdminError::NotFound)?
        .map_err(|unknown| unknown_policy(&unknown, readings))?;
    Ok(Json(Shown::of(
        customer.id(),
        &client,
        readings.client_href,
    )))
}

fn replacement(present: &Client, draft: Draft, records: &Records) -> Result<Client, UnknownPolicy> {
    draft.check_references(records)?;
    let login = present.login.as_ref().map(|login| Login {
        policy: draft.login_policy.unwrap_or(login.policy),
        application_client: login.application_client.clone(),
    });
    Ok(Client {
        id: present.id,
        name: draft.name,
        redirect_uris: draft.redirect_uris,
        post_logout_redirect_uris: draft.post_logout_redirect_uris,
        login,
        token_policy: draft.token_policy,
        secret: present.secret.clone(),
    })
}

/// Deletes a client. Tokens that it obtained work until they expire: the documentation does not say otherwise.
pub(crate) async fn delete(administrator: Administrator) -> Result<Deleted, AdminError> {
    remove::<Client>(&administrator)
}

fn unknown_policy(unknown: &UnknownPolicy, readings: &Readings) -> AdminError {
    let error = MemberError::bad_value(unknown.0, "no policy has this id");
    AdminError::member(error, readings)
}
