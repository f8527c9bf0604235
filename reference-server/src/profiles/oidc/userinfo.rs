//! `/{customerId}/profiles/oidc/userinfo`: OpenID Connect Core, 5.3.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Uri, header};

use super::claims::Delivery;
use crate::app::App;
use crate::cors;
use crate::error::BearerError;
use crate::extract::{BearerProblem, bearer};
use crate::settings::UserinfoWithoutOpenid;

/// Shows what the token's client may know of the token's user; POST has the same answer, whatever its body.
///
/// It is refused in this order: nobody has the customer id; no token; the token is unknown, expired or revoked; it is
/// another customer's; it has no user or no `openid`.
pub(crate) async fn view(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, BearerError> {
    let customer = app
        .customer_of(&uri)
        .ok_or_else(BearerError::unknown_customer)?;
    let token = bearer(&headers)?;
    let grant = app
        .store()
        .tokens()
        .find(token, app.clock().now())
        .ok_or(BearerProblem::InvalidToken)?;
    if grant.customer() != customer.id() {
        return Err(BearerError::foreign_subject());
    }
    let has_openid = grant.scope().split(' ').any(|scope| scope == "openid");
    let authorization = grant.authorization().filter(|_| has_openid).ok_or(
        match app.settings().readings.userinfo_without_openid {
            UserinfoWithoutOpenid::Forbidden => BearerProblem::InsufficientScope,
            UserinfoWithoutOpenid::Unauthorized => BearerProblem::InvalidToken,
        },
    )?;
    let user = customer
        .users()
        .find(authorization.user)
        .ok_or(BearerProblem::InvalidToken)?;
    let claims = Delivery::of(&app, &customer, &user, authorization).userinfo(grant.scope());
    let headers = [
        cors::ANY_ORIGIN,
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    Ok((headers, Json(claims)).into_response())
}
