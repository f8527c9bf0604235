//! `.../clients/{oidcClientId}/secret`: the secret of a confidential or configuration client.

use axum::Json;
use http::StatusCode;
use serde::Serialize;

use crate::error::AdminError;
use crate::extract::Administrator;
use crate::store::{Client, ClientSecret};

/// A secret in clear.
#[derive(Serialize)]
pub(crate) struct ShownSecret {
    secret: String,
}

/// Shows the secret. Only routed to where the reading `secret-retrieval` says so.
pub(crate) async fn view(administrator: Administrator) -> Result<Json<ShownSecret>, AdminError> {
    let client = administrator.item::<Client>()?;
    let secret = client
        .secret
        .as_ref()
        .and_then(|secret| secret.readable.as_ref())
        .ok_or(AdminError::NotFound)?;
    Ok(Json(ShownSecret {
        secret: secret.reveal().to_owned(),
    }))
}

/// Gives the client a new secret. The old one stops working at once. A public client has none, so there is nothing here.
pub(crate) async fn reset(
    administrator: Administrator,
) -> Result<(StatusCode, Json<ShownSecret>), AdminError> {
    let client = administrator.item::<Client>()?;
    let secret = administrator.app().ids().secret();
    let kept = ClientSecret::keep(&secret, administrator.readings().secret_retrieval);
    administrator
        .customer()
        .replace(client.id, |present: &Client, _| match present.secret {
            Some(_) => Ok(Client {
                secret: Some(kept),
                ..present.clone()
            }),
            None => Err(AdminError::NotFound),
        })
        .ok_or(AdminError::NotFound)??;
    Ok((
        StatusCode::CREATED,
        Json(ShownSecret {
            secret: secret.reveal().to_owned(),
        }),
    ))
}
