//! What a user lets a client do.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::clock::Moment;
use crate::ids::Id;
use crate::login::claims_request::ClaimsRequest;

/// What one sign-in gave one client: everything that came of it, be it codes or tokens, shares it.
///
/// So all of that can be revoked at once, and what is issued while somebody revokes it is revoked as well. A clone shares
/// nothing with it: it is revoked on its own.
#[derive(Debug, Clone)]
pub(crate) struct Authorization {
    pub(crate) customer: Id,
    pub(crate) client: Id,
    pub(crate) login_policy: Id,
    pub(crate) user: Id,
    /// The documentation's identifier of the user beyond one customer.
    pub(crate) global_sub: Box<str>,
    /// The session's id, `sid`. Tokens outlive the session, so this is no reference to one.
    pub(crate) session: Id,
    pub(crate) auth_time: Moment,
    pub(crate) acr: &'static str,
    pub(crate) amr: &'static [&'static str],
    /// The granted scopes, sorted, with a space between them.
    pub(crate) scope: Box<str>,
    pub(crate) claims: ClaimsRequest,
    pub(crate) resource: Option<Box<str>>,
    pub(crate) revoked: Revoked,
}

impl Authorization {
    /// Returns the same once more, to be revoked on its own.
    pub(crate) fn copy(&self) -> Self {
        Self {
            global_sub: self.global_sub.clone(),
            scope: self.scope.clone(),
            claims: self.claims.clone(),
            resource: self.resource.clone(),
            revoked: Revoked::default(),
            ..*self
        }
    }

    /// Returns whom its tokens are meant for: the client, then the resource that was asked for (RFC 8707).
    pub(crate) fn audience(&self) -> Vec<String> {
        let resource = self.resource.as_deref().map(str::to_owned);
        std::iter::once(self.client.to_string())
            .chain(resource)
            .collect()
    }
}

/// Whether something was revoked. It never is anything else again.
#[derive(Debug, Default)]
pub(crate) struct Revoked(AtomicBool);

impl Revoked {
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Clone for Revoked {
    fn clone(&self) -> Self {
        Self(AtomicBool::new(self.is_set()))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::ids::Ids;

    /// An authorization of somebody, for tests of what shares it.
    pub(crate) fn authorization(ids: &Ids, user: Id) -> Authorization {
        Authorization {
            customer: ids.id(),
            client: ids.id(),
            login_policy: ids.id(),
            user,
            global_sub: "capture-v1://a.example/x/user/y".into(),
            session: ids.id(),
            auth_time: Clock::fixed().now(),
            acr: "1",
            amr: &["pwd"],
            scope: "openid".into(),
            claims: ClaimsRequest::default(),
            resource: None,
            revoked: Revoked::default(),
        }
    }

    #[test]
    fn what_is_revoked_stays_revoked() {
        let ids = Ids::seeded(1);
        let authorization = authorization(&ids, ids.id());
        assert!(!authorization.revoked.is_set());
        authorization.revoked.set();
        authorization.revoked.set();
        assert!(authorization.revoked.is_set());
    }

    #[test]
    fn a_clone_is_revoked_on_its_own() {
        let ids = Ids::seeded(1);
        let authorization = authorization(&ids, ids.id());
        let before = authorization.clone();
        authorization.revoked.set();
        assert!(!before.revoked.is_set());
        assert!(authorization.clone().revoked.is_set());
    }
}
