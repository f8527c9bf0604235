//! What tokens of the same scopes share.

use scope_lang::{Readings, Scope, ScopeSet};

use crate::ids::Id;

/// The scopes of a token, compiled, so that a decision never parses.
#[derive(Debug)]
pub(crate) struct Grant {
    customer: Id,
    scope: Box<str>,
    rights: ScopeSet,
}

impl Grant {
    /// Takes the granted scopes as one text, with a space between them. A scope for users (`openid`), or one that is
    /// no scope at all, gives no right here.
    pub(crate) fn new(customer: Id, scope: &str, readings: Readings) -> Self {
        let scopes: Vec<Scope> = scope
            .split(' ')
            .filter_map(|scope| scope.parse().ok())
            .collect();
        Self {
            customer,
            scope: scope.into(),
            rights: ScopeSet::compile(&scopes, readings),
        }
    }

    /// Returns the customer whose token endpoint issued the token.
    pub(crate) fn customer(&self) -> Id {
        self.customer
    }

    /// Returns the granted scopes as one text; empty if nothing was granted.
    pub(crate) fn scope(&self) -> &str {
        &self.scope
    }

    pub(crate) fn rights(&self) -> &ScopeSet {
        &self.rights
    }
}
