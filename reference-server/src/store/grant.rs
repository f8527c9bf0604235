//! What a token stands for.

use std::sync::Arc;
use std::time::Duration;

use scope_lang::{Readings, Scope, ScopeSet};
use smol_str::SmolStr;

use super::authorization::Authorization;
use crate::ids::Id;

/// What a token stands for: its client, its scopes, compiled, so that a decision never parses, and its user, if it has
/// one. Tokens without a user that one client gets for the same scopes share one.
///
/// The fields lie in memory in this order: what every token needs comes first.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Grant {
    /// In here, if it is short: not one more place of memory to look at.
    scope: SmolStr,
    /// Seconds.
    lifetime: u32,
    authorization: Option<Arc<Authorization>>,
    client: Id,
    customer: Id,
    rights: ScopeSet,
}

/// What was granted to a client, and what for.
#[derive(Debug)]
pub(super) struct Granted {
    /// The scopes as they were asked for, if the grant has not just these.
    requested: Option<Box<str>>,
    pub(super) grant: Arc<Grant>,
}

impl Granted {
    pub(super) fn new(requested: &str, grant: Arc<Grant>) -> Self {
        let requested = (requested != grant.scope()).then(|| requested.into());
        Self { requested, grant }
    }

    /// Returns the scopes as they were asked for.
    pub(super) fn requested(&self) -> &str {
        let requested = self.requested.as_deref();
        requested.unwrap_or_else(|| self.grant.scope())
    }
}

impl Grant {
    /// Takes the granted scopes as one text, with a space between them. A scope for users (`openid`), or one that is
    /// no scope at all, gives no right here.
    pub(crate) fn new(
        customer: Id,
        client: Id,
        scope: &str,
        lifetime: u32,
        readings: Readings,
    ) -> Self {
        let scopes: Vec<Scope> = scope
            .split(' ')
            .filter_map(|scope| scope.parse().ok())
            .collect();
        Self {
            customer,
            client,
            scope: scope.into(),
            rights: ScopeSet::compile(&scopes, readings),
            lifetime,
            authorization: None,
        }
    }

    /// Makes the grant of a token for a user. It gives no right to the configuration APIs, whatever its scopes.
    pub(crate) fn of_user(authorization: Arc<Authorization>, scope: &str, lifetime: u32) -> Self {
        Self {
            customer: authorization.customer,
            client: authorization.client,
            scope: scope.into(),
            rights: ScopeSet::compile(&[], Readings::default()),
            lifetime,
            authorization: Some(authorization),
        }
    }

    /// Returns the same grant, of another copy of its authorization.
    pub(super) fn with(&self, authorization: Arc<Authorization>) -> Self {
        Self {
            scope: self.scope.clone(),
            rights: self.rights.clone(),
            authorization: Some(authorization),
            ..*self
        }
    }

    /// Returns the customer whose token endpoint issued the token.
    pub(crate) fn customer(&self) -> Id {
        self.customer
    }

    /// Returns the client that the token was issued to.
    pub(crate) fn client(&self) -> Id {
        self.client
    }

    /// Returns the granted scopes as one text; empty if nothing was granted.
    pub(crate) fn scope(&self) -> &str {
        &self.scope
    }

    pub(crate) fn rights(&self) -> &ScopeSet {
        &self.rights
    }

    pub(crate) fn lifetime(&self) -> Duration {
        Duration::from_secs(self.lifetime.into())
    }

    /// Returns what the user of the token granted, if it has one.
    pub(crate) fn authorization(&self) -> Option<&Arc<Authorization>> {
        self.authorization.as_ref()
    }

    /// Returns whom the token is meant for: its client, then the resource that it was asked for.
    pub(crate) fn audience(&self) -> Vec<String> {
        match self.authorization() {
            Some(authorization) => authorization.audience(),
            None => vec![self.client.to_string()],
        }
    }

    pub(crate) fn is_revoked(&self) -> bool {
        self.authorization()
            .is_some_and(|given| given.revoked.is_set())
    }
}
