//! `/{customerId}/login/jwk`: the keys that verify what the server signs (RFC 7517, section 5).

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Uri, header};

use crate::app::App;
use crate::cors;
use crate::error::OAuthError;

/// Shows the customer's public keys. They may be kept for an hour: the next key is among them before it signs.
pub(crate) async fn view(State(app): State<App>, uri: Uri) -> Result<Response, OAuthError> {
    let customer = app
        .customer_of(&uri)
        .ok_or_else(OAuthError::unknown_customer)?;
    let ring = app.signer().ring(customer.keys()).await?;
    let headers = [
        cors::ANY_ORIGIN,
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=3600"),
        ),
    ];
    Ok((headers, ring.published()).into_response())
}
