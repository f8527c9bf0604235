//! The authorization code grant: RFC 6749, 4.1.3, RFC 7636, 4.5, and OpenID Connect Core, 3.1.3.

use std::sync::Arc;

use super::answer::TokenAnswer;
use super::authentication;
use super::user_tokens;
use crate::app::App;
use crate::error::{OAuthCode, OAuthError};
use crate::extract::{AuthorizationField, Form};
use crate::settings::CodeReuseRevokes;
use crate::store::{Client, Code, CodeState, Customer};

/// Issues the tokens that a code stands for, to the client that it was issued to.
///
/// Whoever brings a code, but not what it is bound to, does not use it up: only its own client can.
pub(super) async fn exchange(
    app: &App,
    customer: &Customer,
    field: AuthorizationField<'_>,
    form: &Form,
) -> Result<TokenAnswer, OAuthError> {
    let (client, policy) = authentication::any_client(customer, field, form)?;
    authentication::wants_login(&client)?;
    let text = form.required("code")?;
    let redirect_uri = form.required("redirect_uri")?;
    let now = app.clock().now();
    let code = match app.store().codes().find(text, now) {
        Some(CodeState::Waiting(code)) => code,
        Some(CodeState::Used(authorization)) => {
            let is_own =
                authorization.customer == customer.id() && authorization.client == client.id;
            let revokes = app.settings().readings.code_reuse_revokes == CodeReuseRevokes::Yes;
            if is_own && revokes {
                authorization.revoked.set();
            }
            return Err(not_found());
        }
        None => return Err(not_found()),
    };
    check_bindings(&code, customer, &client, redirect_uri, form)?;
    let Some(code) = app.store().codes().use_up(text, now) else {
        // Somebody was faster by a moment, which makes this the second use.
        if app.settings().readings.code_reuse_revokes == CodeReuseRevokes::Yes {
            code.authorization.revoked.set();
        }
        return Err(not_found());
    };
    let authorization = &code.authorization;
    let scope = &authorization.scope;
    let answer = user_tokens::issue(app, customer, &policy, authorization, scope).await?;
    let id_token = user_tokens::id_token(
        app,
        customer,
        &policy,
        authorization,
        &answer,
        code.nonce.as_deref(),
    );
    let id_token = id_token.await?;
    let refresh_token = app.store().refresh_tokens().begin(
        Arc::clone(authorization),
        policy.refresh_token_lifetime,
        app.settings().limits.refresh_tokens_of_user,
        app.ids(),
        app.clock().now(),
    );
    Ok(answer
        .with_id_token(id_token)
        .with_refresh_token(refresh_token))
}

/// Wants the client, the redirect URI and the verifier that the code is bound to.
fn check_bindings(
    code: &Code,
    customer: &Customer,
    client: &Client,
    redirect_uri: &str,
    form: &Form,
) -> Result<(), OAuthError> {
    let authorization = &code.authorization;
    if authorization.customer != customer.id() || authorization.client != client.id {
        return Err(not_found());
    }
    if code.redirect_uri != redirect_uri {
        return Err(invalid_grant(
            "redirect_uri differs from the one of the authorization request",
        ));
    }
    match (&code.challenge, form.parameter("code_verifier")) {
        (None, None) => Ok(()),
        // Somebody took the challenge out of the request (RFC 9700, 4.8).
        (None, Some(_)) => Err(invalid_grant("the code was requested without a challenge")),
        (Some(_), None) => Err(invalid_grant("code_verifier is missing")),
        (Some(challenge), Some(verifier)) if challenge.is_met_by(verifier) => Ok(()),
        (Some(_), Some(_)) => Err(invalid_grant("code_verifier does not meet the challenge")),
    }
}

/// What the documentation prints for a code that is unknown or has expired. Nobody learns more about a code that is
/// not his.
fn not_found() -> OAuthError {
    invalid_grant("code not found or expired")
}

fn invalid_grant(description: &str) -> OAuthError {
    OAuthError::new(OAuthCode::InvalidGrant, description)
}
