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
use crate::extract::{AuthorizationField, Form};
use crate::ids::Id;

pub(crate) use answer::TokenAnswer;

/// Issues a token, for the router.
pub(crate) async fn post(
    State(app): State<App>,
    request: Request,
) -> Result<TokenAnswer, OAuthError> {
    issue(&app, request).await
}

/// Tells whether a request with a plain path is for a token.
pub(crate) fn is_wanted(method: &Method, uri: &Uri) -> bool {
    method == Method::POST && customer_in(uri.path()).is_some()
}

/// Returns the customer in the plain path of its token endpoint; `None` if it is another path.
fn customer_in(path: &str) -> Option<&str> {
    let customer = path.strip_suffix("/login/token")?.strip_prefix('/')?;
    (!customer.contains('/')).then_some(customer)
}

/// Issues a token by client credentials, if it is asked for on that plain path, and if issuing takes no time. `None` says
/// that nothing has happened yet, whatever the reason: [`issue`] does all of it, or refuses.
///
/// The body is a whole urlencoded form.
pub(crate) fn issue_at_once(
    app: &App,
    path: &str,
    field: AuthorizationField<'_>,
    body: &[u8],
) -> Option<TokenAnswer> {
    let customer = Id::parse(customer_in(path)?)?;
    let form = Form::parse(body).ok()?;
    match form.parameter("grant_type")? {
        client_credentials::NAME => {
            client_credentials::exchange_at_once(app, customer, field, &form)
        }
        _ => None,
    }
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
    let (customer, field) = (&*customer, AuthorizationField::of(&parts.headers));
    // Boxed, so that a request for an administrative token does not carry what the other grants need.
    match form.required("grant_type")? {
        "authorization_code" => {
            Box::pin(authorization_code::exchange(app, customer, field, &form)).await
        }
        "refresh_token" => Box::pin(refresh_token::exchange(app, customer, field, &form)).await,
        client_credentials::NAME => client_credentials::exchange(app, customer, field, &form).await,
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
