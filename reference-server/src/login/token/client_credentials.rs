//! The client credentials grant: RFC 6749, 4.4.

use http::HeaderMap;

use super::answer::TokenAnswer;
use super::authentication;
use crate::app::App;
use crate::error::{OAuthCode, OAuthError};
use crate::extract::Form;
use crate::login::access_token::AccessToken;
use crate::settings::ScopeAbsent;
use crate::store::Customer;

/// Issues an administrative token to a client that has a secret and knows it.
pub(super) async fn exchange(
    app: &App,
    customer: &Customer,
    headers: &HeaderMap,
    form: &Form,
) -> Result<TokenAnswer, OAuthError> {
    let (client, policy) = authentication::confidential_client(customer, headers, form)?;

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

    let token = AccessToken::issue(app, customer, &policy, grant).await?;
    Ok(TokenAnswer::new(token, readings.nothing_granted))
}
