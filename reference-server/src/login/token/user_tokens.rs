//! What a user's client gets, by whichever grant.

use std::sync::Arc;

use super::answer::TokenAnswer;
use crate::app::App;
use crate::error::{OAuthCode, OAuthError};
use crate::login::access_token::AccessToken;
use crate::login::id_token::IdToken;
use crate::store::{Authorization, Customer, TokenPolicy};

/// Issues an access token.
pub(super) async fn issue(
    app: &App,
    customer: &Customer,
    policy: &TokenPolicy,
    authorization: &Arc<Authorization>,
    scope: &str,
) -> Result<TokenAnswer, OAuthError> {
    let token = AccessToken::for_user(app, customer, policy, authorization, scope).await?;
    let nothing = app.settings().readings.nothing_granted;
    Ok(TokenAnswer::new(token, nothing))
}

/// Makes the ID token that goes with an access token; there is none without `openid`.
pub(super) async fn id_token(
    app: &App,
    customer: &Customer,
    policy: &TokenPolicy,
    authorization: &Authorization,
    answer: &TokenAnswer,
    nonce: Option<&str>,
) -> Result<Option<String>, OAuthError> {
    let has_openid = authorization
        .scope
        .split(' ')
        .any(|scope| scope == "openid");
    if !has_openid {
        return Ok(None);
    }
    let user = customer.users().find(authorization.user).ok_or_else(|| {
        OAuthError::new(OAuthCode::InvalidGrant, "the user is not there any more")
    })?;
    let id_token = IdToken::new(app, customer, &user, authorization)
        .lifetime(policy.access_token_lifetime)
        .nonce(nonce)
        .beside_access_token(answer.access_token());
    Ok(Some(id_token.sign().await?))
}
