//! `/{customerId}/login/token/revoke`: RFC 7009.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::authentication;
use crate::app::App;
use crate::cors;
use crate::error::{OAuthCode, OAuthError};
use crate::extract::{AuthorizationField, Form};
use crate::settings::RevokeForeignToken;
use crate::store::{Client, Customer};

/// Revokes an access or refresh token of the client that asks. It has no effect any more from the moment of the answer.
///
/// A refresh token takes with it everything that came of the same authorization (RFC 7009, 2.1); an access token goes
/// alone. What is no token, or none any more, is as good as revoked (2.2).
pub(crate) async fn revoke(
    State(app): State<App>,
    request: Request,
) -> Result<Response, OAuthError> {
    let (parts, body) = request.into_parts();
    let customer = app
        .customer_of(&parts.uri)
        .ok_or_else(OAuthError::unknown_customer)?;
    let form = Form::read(&parts.headers, body, &app.settings().limits).await?;
    let field = AuthorizationField::of(&parts.headers);
    let (client, _) = authentication::any_client(&customer, field, &form)?;
    let text = form.required("token")?;
    if revoke_own(&app, &customer, &client, text) == Outcome::Foreign
        && app.settings().readings.revoke_foreign_token == RevokeForeignToken::BadRequest
    {
        return Err(OAuthError::new(
            OAuthCode::InvalidGrant,
            "the token was issued to another client",
        ));
    }
    Ok((StatusCode::OK, no_store()).into_response())
}

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// It does not work, whether it ever did or not; not at this customer, at least.
    Gone,
    /// It works, and is not the client's to revoke.
    Foreign,
}

fn revoke_own(app: &App, customer: &Customer, client: &Client, text: &str) -> Outcome {
    let now = app.clock().now();
    let (tokens, refresh_tokens) = (app.store().tokens(), app.store().refresh_tokens());
    // Nobody learns of another customer's tokens that they are some.
    let is_of_customer = |token_customer| token_customer == customer.id();
    let grant = tokens.find(text, now);
    if let Some(grant) = grant.filter(|grant| is_of_customer(grant.customer())) {
        if grant.client() != client.id {
            return Outcome::Foreign;
        }
        tokens.revoke(text);
        return Outcome::Gone;
    }
    let token = refresh_tokens.find(text, now);
    let Some(token) = token.filter(|token| is_of_customer(token.authorization.customer)) else {
        return Outcome::Gone;
    };
    match token.authorization.client == client.id {
        // Also one that was exchanged: who revokes it while another part of the client exchanges it wants the next one
        // to be gone, too.
        true => refresh_tokens.revoke(&token, now),
        false if token.is_former => {}
        false => return Outcome::Foreign,
    }
    Outcome::Gone
}

fn no_store() -> HeaderMap {
    HeaderMap::from_iter([
        cors::ANY_ORIGIN,
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
    ])
}
