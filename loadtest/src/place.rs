//! The addresses of a target, and the headers by which its clients say who they are, ready to be sent.

use http::HeaderValue;

use crate::{
    target::{Client, Target},
    wire::{Address, request},
};

/// Where everything is.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) issuer: String,
    pub(crate) authorize: Address,
    pub(crate) token: Address,
    pub(crate) introspect: Address,
    pub(crate) revoke: Address,
    pub(crate) userinfo: Address,
    pub(crate) clients: Address,
    pub(crate) token_policies: Address,
    pub(crate) register: Address,
    pub(crate) subscriptions: Address,
    /// How the configuration client says who it is.
    pub(crate) administrator: Option<HeaderValue>,
    /// How the login client does, if it has a secret.
    pub(crate) relying_party: Option<HeaderValue>,
}

impl Place {
    pub(crate) fn of(target: &Target) -> Self {
        let at = |path: &str| Address::from(target.below(path));
        let basic = |client: &Option<Client>| {
            let client = client.as_ref()?;
            let secret = client.secret.as_ref()?;
            Some(request::basic(&client.id, secret.expose()))
        };
        Self {
            issuer: target.below("login"),
            authorize: at("login/authorize"),
            token: at("login/token"),
            introspect: at("login/token/introspect"),
            revoke: at("login/token/revoke"),
            userinfo: at("profiles/oidc/userinfo"),
            clients: at("config/clients"),
            token_policies: at("config/tokenPolicies"),
            register: at("auth-ui/register"),
            subscriptions: at("webhooks/subscriptions"),
            administrator: basic(&target.configuration),
            relying_party: basic(&target.login),
        }
    }
}
