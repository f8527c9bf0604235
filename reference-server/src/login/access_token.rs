//! Access tokens: opaque, or, where the token policy says so, a signed JWT.

use std::sync::Arc;

use serde::Serialize;

use super::discovery::issuer;
use crate::app::App;
use crate::clock::Moment;
use crate::ids::Token;
use crate::keys::KeyError;
use crate::store::{Authorization, Customer, Grant, TokenPolicy};

/// An access token that works from now on.
pub(crate) struct AccessToken {
    text: Text,
    grant: Arc<Grant>,
}

enum Text {
    Opaque(Token),
    Jwt(String),
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
        if !policy.use_access_jwt {
            return Ok(Self::opaque(app, grant));
        }
        // Once: what a JWT says of its end is what introspection says, however long signing takes.
        let now = app.clock().now();
        // Boxed, so that what most tokens do not need does not make every request larger.
        let text = Text::Jwt(Box::pin(jwt(app, customer, &grant, now)).await?);
        Ok(Self::known(app, text, grant, now))
    }

    /// Issues a token with a grant whose policy wants none that is signed.
    pub(crate) fn opaque(app: &App, grant: Arc<Grant>) -> Self {
        let text = Text::Opaque(app.ids().token());
        Self::known(app, text, grant, app.clock().now())
    }

    /// Lets the server know a token.
    fn known(app: &App, text: Text, grant: Arc<Grant>, now: Moment) -> Self {
        let expires = now + grant.lifetime();
        let token = Self { text, grant };
        let grant = Arc::clone(&token.grant);
        app.store()
            .tokens()
            .add(token.reveal(), grant, now, expires);
        token
    }

    pub(crate) fn reveal(&self) -> &str {
        match &self.text {
            Text::Opaque(token) => token.reveal(),
            Text::Jwt(token) => token,
        }
    }

    /// Returns the granted scopes as one text; empty if nothing was granted.
    pub(crate) fn scope(&self) -> &str {
        self.grant.scope()
    }

    /// Returns the seconds for which it works.
    pub(crate) fn expires_in(&self) -> u64 {
        self.grant.lifetime().as_secs()
    }
}

/// Signs the claims of a grant. A token without a user has the client as its subject.
async fn jwt(
    app: &App,
    customer: &Customer,
    grant: &Grant,
    now: Moment,
) -> Result<String, KeyError> {
    let issued_at = now.seconds();
    let client = grant.client().to_string();
    let user = grant.authorization().map(|given| given.user.to_string());
    let claims = Claims {
        aud: grant.audience(),
        client_id: &client,
        exp: issued_at + grant.lifetime().as_secs(),
        global_sub: grant.authorization().map(|given| &*given.global_sub),
        iat: issued_at,
        iss: issuer(&app.settings().public_url, customer.id()),
        jti: app.ids().jti(),
        scope: grant.scope(),
        sub: user.as_deref().unwrap_or(&client),
    };
    app.signer().sign(customer.keys(), &claims).await
}

/// The claims of RFC 9068, 2.2, and the documentation's `global_sub`.
#[derive(Serialize)]
struct Claims<'a> {
    aud: Vec<String>,
    client_id: &'a str,
    exp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    global_sub: Option<&'a str>,
    iat: u64,
    iss: String,
    jti: String,
    scope: &'a str,
    sub: &'a str,
}
