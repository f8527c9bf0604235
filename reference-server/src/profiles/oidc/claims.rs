//! Which claims are delivered about a user, and where.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::standard;
use crate::app::App;
use crate::settings::UserinfoEmailNames;
use crate::store::{Authorization, Customer, LoginPolicy, User};

/// Returns whether a claim is a documented one, or one of a login policy's own.
pub(crate) fn exists(claim: &str, policy: &LoginPolicy) -> bool {
    let is_own = policy.custom_claims.as_ref().is_some_and(|own| {
        let places = [&own.id_token, &own.userinfo];
        places
            .into_iter()
            .flatten()
            .any(|claims| claims.contains_key(claim))
    });
    is_own || standard::is_documented(claim)
}

/// What an authorization lets a client know about its user.
///
/// A claim is delivered if a granted scope covers it, if the request asked for it by name (OpenID Connect Core, 5.5), or
/// if it is one of the customer's own and the login policy pushes those.
pub(crate) struct Delivery<'a> {
    user: &'a User,
    authorization: &'a Authorization,
    /// As it is now; a policy that is gone has no claims of its own.
    policy: Option<Arc<LoginPolicy>>,
    email_names: UserinfoEmailNames,
}

impl<'a> Delivery<'a> {
    pub(crate) fn of(
        app: &App,
        customer: &Customer,
        user: &'a User,
        authorization: &'a Authorization,
    ) -> Self {
        Self {
            user,
            authorization,
            policy: customer.find(authorization.login_policy),
            email_names: app.settings().readings.userinfo_email_names,
        }
    }

    /// Returns the body of a userinfo answer for a token with that scope.
    pub(super) fn userinfo(&self, scope: &str) -> Map<String, Value> {
        let mut claims = self.of_scopes(scope);
        let own = self.own(|policy| policy.custom_claims.as_ref()?.userinfo.as_ref());
        claims.extend(self.by_name(&self.authorization.claims.userinfo, own));
        let sub = self.user.id.to_string();
        claims.insert("sub".to_owned(), sub.into());
        let global_sub = self.authorization.global_sub.as_ref();
        claims.insert("global_sub".to_owned(), global_sub.into());
        claims
    }

    /// Returns what stands in an ID token beside what every ID token says.
    pub(crate) fn id_token(&self) -> Map<String, Value> {
        let own = self.own(|policy| policy.custom_claims.as_ref()?.id_token.as_ref());
        self.by_name(&self.authorization.claims.id_token, own)
    }

    /// Returns the claims of scopes: the documented ones, and of the customer's own the one that a scope has the name
    /// of.
    pub(crate) fn of_scopes(&self, scope: &str) -> Map<String, Value> {
        let own = self.own(|policy| policy.custom_claims.as_ref()?.userinfo.as_ref());
        let mut claims = Map::new();
        for scope in scope.split(' ') {
            for claim in standard::of_scope(scope, self.email_names) {
                claims.extend(self.standard(claim));
            }
            claims.extend(self.custom(scope, own));
        }
        claims
    }

    /// Returns the claims that were asked for, and those that are pushed.
    fn by_name(
        &self,
        asked: &[Box<str>],
        own: Option<&BTreeMap<String, String>>,
    ) -> Map<String, Value> {
        let pushes = self
            .policy
            .as_ref()
            .is_some_and(|policy| policy.push_claims);
        let pushed = own.filter(|_| pushes).into_iter().flat_map(BTreeMap::keys);
        let mut claims: Map<String, Value> =
            pushed.filter_map(|claim| self.custom(claim, own)).collect();
        for claim in asked {
            claims.extend(self.custom(claim, own));
            claims.extend(self.standard(claim));
        }
        claims
    }

    fn standard(&self, claim: &str) -> Option<(String, Value)> {
        let value = standard::value(self.user, claim, self.email_names)?;
        Some((claim.to_owned(), value))
    }

    fn custom(
        &self,
        claim: &str,
        own: Option<&BTreeMap<String, String>>,
    ) -> Option<(String, Value)> {
        let value = self.user.attribute(own?.get(claim)?)?;
        Some((claim.to_owned(), value.clone()))
    }

    fn own(
        &self,
        place: impl Fn(&LoginPolicy) -> Option<&BTreeMap<String, String>>,
    ) -> Option<&BTreeMap<String, String>> {
        place(self.policy.as_deref()?)
    }
}
