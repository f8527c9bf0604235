//! The addresses of a target, and the headers by which its clients say who they are, ready to be sent.

use http::HeaderValue;

use crate::{
    target::{Client, Target},
    wire::request,
};

/// Where everything is.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) issuer: String,
    pub(crate) authorize: String,
    pub(crate) token: String,
    pub(crate) introspect: String,
    pub(crate) revoke: String,
    pub(crate) userinfo: String,
    pub(crate) clients: String,
    pub(crate) token_policies: String,
    pub(crate) register: String,
    pub(crate) subscriptions: String,
    /// How the configuration client says who it is.
    pub(crate) administrator: Option<HeaderValue>,
    /// How the login client does, if it has a secret.
    pub(crate) relying_party: Option<HeaderValue>,
}

impl Place {
    pub(crate) fn of(target: &Target) -> Self {
        let below = |path: &str| target.below(path);
        let basic = |client: &Option<Client>| {
            let client = client.as_ref()?;
            let secret = client.secret.as_ref()?;
            Some(request::basic(&client.id, secret.expose()))
        };
        Self {
            issuer: below("login"),
            authorize: below("login/authorize"),
            token: below("login/token"),
            introspect: below("login/token/introspect"),
            revoke: below("login/token/revoke"),
            userinfo: below("profiles/oidc/userinfo"),
            clients: below("config/clients"),
            token_policies: below("config/tokenPolicies"),
            register: below("auth-ui/register"),
            subscriptions: below("webhooks/subscriptions"),
            administrator: basic(&target.configuration),
            relying_party: basic(&target.login),
        }
    }
}
