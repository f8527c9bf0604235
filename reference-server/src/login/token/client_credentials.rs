//! The client credentials grant: RFC 6749, 4.4.

use http::HeaderMap;

use super::answer::TokenAnswer;
use super::authentication;
use crate::app::App;
use crate::error::{OAuthCode, OAuthError};
use crate::extract::Form;
use crate::settings::ScopeAbsent;
use crate::store::Customer;

/// Issues an administrative token to a client that has a secret and knows it.
pub(super) fn exchange(
    app: &App,
    customer: &Customer,
    headers: &HeaderMap,
    form: &Form,
) -> Result<TokenAnswer, OAuthError> {
    let (_, policy) = authentication::confidential_client(customer, headers, form)?;

    let readings = &app.settings().readings;
    let grant = |requested: &mut dyn Iterator<Item = &str>| {
        policy.grant(customer.id(), requested, readings.of_scopes())
    };
    let grant = match (form.parameter("scope"), readings.scope_absent) {
        (Some(scope), _) => grant(&mut scope.split(' ')),
        (None, ScopeAbsent::NoneGranted) => grant(&mut std::iter::empty()),
        (None, ScopeAbsent::AllAllowed) => {
            grant(&mut policy.allowed_scopes().iter().map(String::as_str))
        }
        (None, ScopeAbsent::InvalidScope) => {
            return Err(OAuthError::new(OAuthCode::InvalidScope, "scope is missing"));
        }
    };

    let token = app.ids().token();
    let now = app.clock().now();
    let expires = now + policy.access_lifetime();
    let answer = TokenAnswer::new(
        &token,
        policy.access_token_lifetime,
        grant.scope(),
        readings.nothing_granted,
    );
    app.store().tokens().add(&token, grant, now, expires);
    Ok(answer)
}
