//! `/{customerId}/login/token/introspect`: RFC 7662.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde::Serialize;

use super::authentication;
use crate::app::App;
use crate::error::OAuthError;
use crate::extract::{AuthorizationField, Form};
use crate::ids::Id;
use crate::store::{Client, Customer};

/// What the server says about a token.
#[derive(Serialize)]
struct Introspection {
    active: bool,
    #[serde(flatten)]
    token: Option<Active>,
}

/// What it says about one that works.
#[derive(Serialize)]
struct Active {
    scope: String,
    client_id: Id,
    token_type: &'static str,
    exp: u64,
    iat: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<Id>,
    aud: Vec<String>,
}

/// Tells a client with a secret about an access or refresh token of the same customer, whichever client it was issued
/// to. Anything else is no token, and nothing more is said about it.
pub(crate) async fn view(State(app): State<App>, request: Request) -> Result<Response, OAuthError> {
    let (parts, body) = request.into_parts();
    let customer = app
        .customer_of(&parts.uri)
        .ok_or_else(OAuthError::unknown_customer)?;
    let form = Form::read(&parts.headers, body, &app.settings().limits).await?;
    authentication::secret_holder(&customer, AuthorizationField::of(&parts.headers), &form)?;
    let text = form.required("token")?;
    let token =
        access_token(&app, &customer, text).or_else(|| refresh_token(&app, &customer, text));
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    let body = Introspection {
        active: token.is_some(),
        token,
    };
    Ok((headers, Json(body)).into_response())
}

fn access_token(app: &App, customer: &Customer, text: &str) -> Option<Active> {
    let (grant, end) = app
        .store()
        .tokens()
        .find_with_end(text, app.clock().now())?;
    (grant.customer() == customer.id()).then(|| Active {
        scope: grant.scope().to_owned(),
        client_id: grant.client(),
        token_type: "Bearer",
        exp: end.seconds(),
        iat: end.seconds().saturating_sub(grant.lifetime().as_secs()),
        sub: grant
            .authorization()
            .map(|authorization| authorization.user),
        aud: grant.audience(),
    })
}

fn refresh_token(app: &App, customer: &Customer, text: &str) -> Option<Active> {
    let token = app.store().refresh_tokens().find(text, app.clock().now())?;
    let authorization = &token.authorization;
    // Nobody but its client can exchange it, so it goes with its client.
    let is_active = !token.is_former
        && authorization.customer == customer.id()
        && customer.find::<Client>(authorization.client).is_some();
    is_active.then(|| Active {
        scope: authorization.scope.clone().into(),
        client_id: authorization.client,
        token_type: "refresh_token",
        exp: token.expires(),
        iat: token.issued(),
        sub: Some(authorization.user),
        aud: authorization.audience(),
    })
}
