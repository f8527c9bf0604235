//! The refresh token grant: RFC 6749, 6, and OpenID Connect Core, 12.

use super::answer::TokenAnswer;
use super::authentication;
use super::user_tokens;
use crate::app::App;
use crate::error::{OAuthCode, OAuthError};
use crate::extract::{AuthorizationField, Form};
use crate::settings::{RefreshResult, RefreshReuse};
use crate::store::{Authorization, Customer, RefreshToken};

/// Issues new tokens for a refresh token, to the client that it was issued to; another refresh token takes its place.
///
/// One that was exchanged before is known to two, of whom one has no right to it. Nobody can tell which, so everything
/// that came of that authorization is revoked (RFC 9700, 4.14.2).
pub(super) async fn exchange(
    app: &App,
    customer: &Customer,
    field: AuthorizationField<'_>,
    form: &Form,
) -> Result<TokenAnswer, OAuthError> {
    let (client, policy) = authentication::any_client(customer, field, form)?;
    authentication::wants_login(&client)?;
    let text = form.required("refresh_token")?;
    let readings = &app.settings().readings;
    let tokens = app.store().refresh_tokens();
    let now = app.clock().now();
    let token = tokens
        .find(text, now)
        .filter(|token| {
            let authorization = &token.authorization;
            authorization.customer == customer.id() && authorization.client == client.id
        })
        .ok_or_else(invalid_grant)?;
    let allow_former = readings.refresh_reuse == RefreshReuse::Accepted;
    if token.is_former && !allow_former {
        tokens.revoke(&token, now);
        return Err(invalid_grant());
    }
    let scope = scope(&token.authorization, form)?;
    let next = match readings.refresh_result {
        RefreshResult::AccessTokenOnly => None,
        RefreshResult::FullSet => {
            let lifetime = policy.refresh_token_lifetime;
            let next = tokens.exchange(&token, lifetime, allow_former, now);
            Some(next.ok_or_else(|| reused(app, &token))?)
        }
    };
    let authorization = &token.authorization;
    let answer = user_tokens::issue(app, customer, &policy, authorization, &scope).await?;
    let Some(next) = next else {
        return Ok(answer);
    };
    let id_token = user_tokens::id_token(app, customer, &policy, authorization, &answer, None);
    let id_token = id_token.await?;
    Ok(answer.with_id_token(id_token).with_refresh_token(next))
}

/// Refuses whoever was slower by a moment, which makes his the second use.
fn reused(app: &App, token: &RefreshToken) -> OAuthError {
    app.store()
        .refresh_tokens()
        .revoke(token, app.clock().now());
    invalid_grant()
}

/// Returns the scope that the client asks for, sorted: what was granted, or a part of it.
fn scope(authorization: &Authorization, form: &Form) -> Result<String, OAuthError> {
    let Some(asked) = form.parameter("scope") else {
        return Ok(authorization.scope.clone().into());
    };
    let granted: Vec<&str> = authorization.scope.split(' ').collect();
    let mut asked: Vec<&str> = asked.split(' ').filter(|scope| !scope.is_empty()).collect();
    if !asked.iter().all(|scope| granted.contains(scope)) {
        return Err(OAuthError::new(
            OAuthCode::InvalidScope,
            "scope is more than what was granted",
        ));
    }
    asked.sort_unstable();
    asked.dedup();
    Ok(asked.join(" "))
}

fn invalid_grant() -> OAuthError {
    OAuthError::new(
        OAuthCode::InvalidGrant,
        "refresh token not found, expired or revoked",
    )
}
