//! `/{customerId}/login/token`: one grant, one file.
//!
//! The endpoint of RFC 6749, 3.2. What it adds to that: a scope that is not allowed is no error, it is left out.

mod answer;
mod authentication;
mod authorization_code;
mod client_credentials;
pub(crate) mod introspect;
mod refresh_token;
pub(crate) mod revoke;
mod user_tokens;

use axum::body::HttpBody;
use axum::extract::{Request, State};
use bytes::Bytes;
use http::{Method, Uri};
use tower::BoxError;

use crate::app::App;
use crate::error::{OAuthCode, OAuthError};
use crate::extract::Form;

use answer::TokenAnswer;

/// Issues a token, for the router.
pub(crate) async fn post(
    State(app): State<App>,
    request: Request,
) -> Result<TokenAnswer, OAuthError> {
    issue(&app, request).await
}

/// Tells whether a request with a plain path is for a token.
pub(crate) fn is_wanted(method: &Method, uri: &Uri) -> bool {
    let customer = uri.path().strip_suffix("/login/token");
    let customer = customer.and_then(|path| path.strip_prefix('/'));
    method == Method::POST && customer.is_some_and(|customer| !customer.contains('/'))
}

/// Issues a token, by whichever grant the form names.
///
/// The request is taken as it is: each part is needed once, so an extractor would only copy it.
pub(crate) async fn issue<B>(
    app: &App,
    request: http::Request<B>,
) -> Result<TokenAnswer, OAuthError>
where
    B: HttpBody<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let (parts, body) = request.into_parts();
    let customer = app
        .customer_of(&parts.uri)
        .ok_or_else(OAuthError::unknown_customer)?;
    let form = Form::read(&parts.headers, body, &app.settings().limits).await?;
    let (customer, headers) = (&*customer, &parts.headers);
    // Boxed, so that a request for an administrative token does not carry what the other grants need.
    match form.required("grant_type")? {
        "authorization_code" => {
            Box::pin(authorization_code::exchange(app, customer, headers, &form)).await
        }
        "refresh_token" => Box::pin(refresh_token::exchange(app, customer, headers, &form)).await,
        "client_credentials" => client_credentials::exchange(app, customer, headers, &form).await,
        _ => Err(OAuthError::new(
            OAuthCode::UnsupportedGrantType,
            "the server knows authorization_code, refresh_token and client_credentials",
        )),
    }
}

/// Refuses a method.
pub(crate) async fn method_not_allowed() -> OAuthError {
    OAuthError::method_not_allowed()
}
