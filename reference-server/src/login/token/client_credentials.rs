//! The client credentials grant: RFC 6749, 4.4.

use std::sync::Arc;

use super::answer::TokenAnswer;
use super::authentication;
use crate::app::App;
use crate::error::{OAuthCode, OAuthError};
use crate::extract::{AuthorizationField, Form};
use crate::ids::Id;
use crate::login::access_token::AccessToken;
use crate::settings::ScopeAbsent;
use crate::store::{Client, Customer, Grant, TokenPolicy};

/// The name of the grant.
pub(super) const NAME: &str = "client_credentials";

/// Issues an administrative token to a client that has a secret and knows it.
pub(super) async fn exchange(
    app: &App,
    customer: &Customer,
    field: AuthorizationField<'_>,
    form: &Form,
) -> Result<TokenAnswer, OAuthError> {
    let (client, policy) = authentication::confidential_client(customer, field, form)?;
    let grant = grant(app, customer, &client, &policy, form)?;
    let token = AccessToken::issue(app, customer, &policy, grant).await?;
    Ok(answer(app, token))
}

/// Does the same, if it takes no time; `None` says that nothing has happened yet.
pub(super) fn exchange_at_once(
    app: &App,
    customer: Id,
    field: AuthorizationField<'_>,
    form: &Form,
) -> Option<TokenAnswer> {
    let grant = match authentication::regular(app.store(), customer, field, form) {
        Some(grant) => grant,
        None => grant_at_once(app, customer, field, form)?,
    };
    Some(answer(app, AccessToken::opaque(app, grant)))
}

/// Returns what a client gets that is not known by what it got before, unless its token has to be signed.
fn grant_at_once(
    app: &App,
    customer: Id,
    field: AuthorizationField<'_>,
    form: &Form,
) -> Option<Arc<Grant>> {
    let customer = app.store().customer(customer)?;
    let (client, policy) = authentication::confidential_client(&customer, field, form).ok()?;
    if policy.use_access_jwt {
        return None;
    }
    let grant = grant(app, &customer, &client, &policy, form).ok()?;
    if let Some(requested) = form.parameter("scope") {
        app.store()
            .remember(&customer, &client, &policy, requested, &grant);
    }
    Some(grant)
}

/// Returns what a client gets. Nobody can see that it was asked for.
fn grant(
    app: &App,
    customer: &Customer,
    client: &Client,
    policy: &TokenPolicy,
    form: &Form,
) -> Result<Arc<Grant>, OAuthError> {
    let readings = &app.settings().readings;
    let grant =
        |requested: &str| policy.grant(customer.id(), client.id, requested, readings.of_scopes());
    Ok(match (form.parameter("scope"), readings.scope_absent) {
        (Some(scope), _) => grant(scope),
        (None, ScopeAbsent::NoneGranted) => grant(""),
        (None, ScopeAbsent::AllAllowed) => grant(&policy.allowed_scopes().join(" ")),
        (None, ScopeAbsent::InvalidScope) => {
            return Err(OAuthError::new(OAuthCode::InvalidScope, "scope is missing"));
        }
    })
}

fn answer(app: &App, token: AccessToken) -> TokenAnswer {
    TokenAnswer::new(token, app.settings().readings.nothing_granted)
}
