//! Access tokens: opaque, or, where the token policy says so, a signed JWT.

use std::sync::Arc;

use serde_json::json;

use super::discovery::issuer;
use crate::app::App;
use crate::keys::KeyError;
use crate::store::{Authorization, Customer, Grant, TokenPolicy};

/// An access token that works from now on.
pub(crate) struct AccessToken {
    pub(crate) text: String,
    /// Seconds.
    pub(crate) expires_in: u32,
}

impl AccessToken {
    /// Issues a token for what a user granted; the scope may be less than that.
    pub(crate) async fn for_user(
        app: &App,
        customer: &Customer,
        policy: &TokenPolicy,
        authorization: &Arc<Authorization>,
        scope: &str,
    ) -> Result<Self, KeyError> {
        let lifetime = policy.access_token_lifetime;
        let grant = Grant::of_user(Arc::clone(authorization), scope, lifetime);
        Self::issue(app, customer, policy, Arc::new(grant)).await
    }

    /// Issues a token with a grant.
    ///
    /// The server knows a JWT by its digest, like any other token: it need not verify its own signature, and what is
    /// revoked is gone at once.
    pub(crate) async fn issue(
        app: &App,
        customer: &Customer,
        policy: &TokenPolicy,
        grant: Arc<Grant>,
    ) -> Result<Self, KeyError> {
        let text = match policy.use_access_jwt {
            false => app.ids().token().reveal().to_owned(),
            true => jwt(app, customer, &grant).await?,
        };
        let now = app.clock().now();
        let expires = now + grant.lifetime();
        app.store().tokens().add(&text, grant, now, expires);
        Ok(Self {
            text,
            expires_in: policy.access_token_lifetime,
        })
    }
}

/// The claims of RFC 9068, 2.2, and the documentation's `global_sub`. A token without a user has the client as its
/// subject.
async fn jwt(app: &App, customer: &Customer, grant: &Grant) -> Result<String, KeyError> {
    let issued_at = app.clock().now().seconds();
    let client = grant.client().to_string();
    let user = grant.authorization().map(|given| given.user.to_string());
    let mut claims = json!({
        "aud": grant.audience(),
        "client_id": client,
        "exp": issued_at + grant.lifetime().as_secs(),
        "iat": issued_at,
        "iss": issuer(&app.settings().public_url, customer.id()),
        "jti": app.ids().jti(),
        "scope": grant.scope(),
        "sub": user.unwrap_or(client),
    });
    if let Some(given) = grant.authorization() {
        claims["global_sub"] = given.global_sub.as_ref().into();
    }
    app.signer().sign(customer.keys(), &claims).await
}
