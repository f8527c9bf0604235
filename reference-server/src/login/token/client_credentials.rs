//! The client credentials grant: RFC 6749, 4.4.

use std::sync::Arc;

use super::answer::TokenAnswer;
use super::authentication;
use crate::app::App;
use crate::error::{OAuthCode, OAuthError};
use crate::extract::{AuthorizationField, Form};
use crate::login::access_token::AccessToken;
use crate::settings::ScopeAbsent;
use crate::store::{Customer, Grant, TokenPolicy};

/// The name of the grant.
pub(super) const NAME: &str = "client_credentials";

/// Issues an administrative token to a client that has a secret and knows it.
pub(super) async fn exchange(
    app: &App,
    customer: &Customer,
    field: AuthorizationField<'_>,
    form: &Form,
) -> Result<TokenAnswer, OAuthError> {
    let (policy, grant) = grant(app, customer, field, form)?;
    let token = AccessToken::issue(app, customer, &policy, grant).await?;
    Ok(answer(app, token))
}

/// Does the same, if it takes no time; `None` says that nothing has happened yet.
pub(super) fn exchange_at_once(
    app: &App,
    customer: &Customer,
    field: AuthorizationField<'_>,
    form: &Form,
) -> Option<TokenAnswer> {
    let (policy, grant) = grant(app, customer, field, form).ok()?;
    let token = AccessToken::issue_at_once(app, &policy, grant)?;
    Some(answer(app, token))
}

/// Returns what the client gets, and by which policy. Nobody can see that it was asked for.
fn grant(
    app: &App,
    customer: &Customer,
    field: AuthorizationField<'_>,
    form: &Form,
) -> Result<(Arc<TokenPolicy>, Arc<Grant>), OAuthError> {
    let (client, policy) = authentication::confidential_client(customer, field, form)?;

    let readings = &app.settings().readings;
    let grant =
        |requested: &str| policy.grant(customer.id(), client.id, requested, readings.of_scopes());
    let grant = match (form.parameter("scope"), readings.scope_absent) {
        (Some(scope), _) => grant(scope),
        (None, ScopeAbsent::NoneGranted) => grant(""),
        (None, ScopeAbsent::AllAllowed) => grant(&policy.allowed_scopes().join(" ")),
        (None, ScopeAbsent::InvalidScope) => {
            return Err(OAuthError::new(OAuthCode::InvalidScope, "scope is missing"));
        }
    };
    Ok((policy, grant))
}

fn answer(app: &App, token: AccessToken) -> TokenAnswer {
    TokenAnswer::new(token, app.settings().readings.nothing_granted)
}
