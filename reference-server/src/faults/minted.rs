//! Tokens that faults make: for what a sound server would not give one for.

use std::sync::Arc;

use crate::app::App;
use crate::faults::asked::Asked;
use crate::faults::jwt;
use crate::ids::Id;
use crate::store::{Authorization, Client, Grant, LoginPolicy, Revoked};

/// Seconds for which such a token works.
const LIFETIME: u32 = 3600;

/// Makes an access token for what a user granted, with a scope of one's own.
pub(super) fn access_token(app: &App, authorization: &Arc<Authorization>, scope: &str) -> String {
    let token = app.ids().token().reveal().to_owned();
    add(app, &token, authorization, scope);
    token
}

/// Lets a text be an access token.
pub(super) fn add(app: &App, token: &str, authorization: &Arc<Authorization>, scope: &str) {
    let grant = Grant::of_user(Arc::clone(authorization), scope, LIFETIME);
    let now = app.clock().now();
    let end = now + grant.lifetime();
    app.store().tokens().add(token, Arc::new(grant), now, end);
}

/// Makes a refresh token for what a user granted.
pub(super) fn refresh_token(
    app: &App,
    authorization: &Arc<Authorization>,
    lifetime: u32,
) -> String {
    let token = app.store().refresh_tokens().begin(
        Arc::clone(authorization),
        lifetime,
        app.settings().limits.refresh_tokens_of_user,
        app.ids(),
        app.clock().now(),
    );
    token.reveal().to_owned()
}

/// Returns the same authorization as one of its own: a revocation of either leaves the other.
pub(super) fn detached(authorization: &Authorization) -> Arc<Authorization> {
    Arc::new(Authorization {
        revoked: Revoked::default(),
        ..authorization.clone()
    })
}

/// Believes what a JWT says, whoever signed it.
pub(super) fn believed(app: &App, asked: &Asked, token: &str) -> Option<Arc<Authorization>> {
    let claims = jwt::claims(token)?;
    let id = |name: &str| Id::parse(claims.get(name)?.as_str()?);
    let customer = app.customer_of(&asked.uri)?;
    let client = id("client_id").or_else(|| Id::parse(claims.get("aud")?.get(0)?.as_str()?))?;
    let login_policy = customer.find::<Client>(client)?.login.as_ref()?.policy;
    let user = customer.users().find(id("sub")?)?;
    let store = customer.find::<LoginPolicy>(login_policy)?;
    Some(Arc::new(Authorization {
        customer: customer.id(),
        client,
        login_policy,
        user: user.id,
        global_sub: store.identity_store.global_sub(user.id).into(),
        session: app.ids().id(),
        auth_time: app.clock().now(),
        acr: "1",
        amr: &["pwd"],
        scope: "openid".into(),
        claims: crate::login::claims_request::ClaimsRequest::default(),
        resource: None,
        revoked: Revoked::default(),
    }))
}

/// Returns what stands for a token that a fault remembers beyond its revocation.
pub(super) fn shadow(token: &str) -> String {
    format!("beyond-its-revocation-{token}")
}

/// Remembers the tokens of users that an answer hands out, beyond their revocation.
pub(super) fn add_shadows(app: &App, answer: &super::answer::Answer) {
    let now = app.clock().now();
    if let Some(token) = jwt::handed_out(answer, "access_token") {
        let grant = app.store().tokens().find(&token, now);
        match grant.as_ref().map(|grant| (grant, grant.authorization())) {
            Some((grant, Some(authorization))) => {
                add(
                    app,
                    &shadow(&token),
                    &detached(authorization),
                    grant.scope(),
                );
            }
            Some((grant, None)) => {
                let end = now + grant.lifetime();
                app.store()
                    .tokens()
                    .add(&shadow(&token), Arc::clone(grant), now, end);
            }
            None => {}
        }
    }
    if let Some(token) = jwt::handed_out(answer, "refresh_token")
        && let Some(known) = app.store().refresh_tokens().find(&token, now)
    {
        let authorization = detached(&known.authorization);
        add(
            app,
            &shadow(&token),
            &authorization,
            &known.authorization.scope,
        );
    }
}
