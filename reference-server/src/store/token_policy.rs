//! Token policies.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use scope_lang::Scope;

use super::client::Client;
use super::customer::{Item, Records};
use super::grant::Grant;
use crate::ids::Id;

/// A token policy. Changing one makes another, so a grant that is remembered here never outlives its lifetimes and scopes.
#[derive(Debug)]
pub(crate) struct TokenPolicy {
    pub(crate) id: Id,
    pub(crate) title: String,
    /// Seconds.
    pub(crate) access_token_lifetime: u32,
    /// Seconds.
    pub(crate) refresh_token_lifetime: u32,
    pub(crate) use_access_jwt: bool,
    allowed_scopes: Vec<String>,
    /// Where each scope stands in `allowed_scopes`.
    places: HashMap<String, usize>,
    /// What was granted before, by client and text of the granted scopes: its tokens with the same scopes share one
    /// grant.
    grants: Mutex<HashMap<(Id, String), Arc<Grant>>>,
}

/// What a policy says about lifetimes and scopes.
pub(crate) struct TokenPolicyTerms {
    pub(crate) title: String,
    pub(crate) access_token_lifetime: u32,
    pub(crate) refresh_token_lifetime: u32,
    pub(crate) allowed_scopes: Vec<String>,
    pub(crate) use_access_jwt: bool,
}

impl TokenPolicy {
    /// Seconds that an access token may live.
    pub(crate) const ACCESS_LIFETIMES: RangeInclusive<u32> =
        fixtures::seed::rules::ACCESS_TOKEN_LIFETIME;
    /// Seconds that a refresh token may live.
    pub(crate) const REFRESH_LIFETIMES: RangeInclusive<u32> =
        fixtures::seed::rules::REFRESH_TOKEN_LIFETIME;
    /// Seconds that an access token lives unless a policy says otherwise.
    pub(crate) const ACCESS_LIFETIME: u32 = 3600;
    /// Seconds that a refresh token lives unless a policy says otherwise: 90 days.
    pub(crate) const REFRESH_LIFETIME: u32 = 7_776_000;
    /// The scopes of a policy that names none: those of the discovery document.
    pub(crate) const USER_SCOPES: [&'static str; 5] =
        ["openid", "profile", "email", "address", "phone"];

    /// Most grants that a policy remembers. Beyond that, a token brings its own: a client chooses which of its scopes
    /// it asks for, so it chooses how many combinations there are.
    const MOST_GRANTS: usize = 256;

    pub(crate) fn new(id: Id, terms: TokenPolicyTerms) -> Self {
        let places = terms
            .allowed_scopes
            .iter()
            .enumerate()
            .map(|(place, scope)| (scope.clone(), place))
            .collect();
        Self {
            id,
            title: terms.title,
            access_token_lifetime: terms.access_token_lifetime,
            refresh_token_lifetime: terms.refresh_token_lifetime,
            use_access_jwt: terms.use_access_jwt,
            allowed_scopes: terms.allowed_scopes,
            places,
            grants: Mutex::default(),
        }
    }

    pub(crate) fn allowed_scopes(&self) -> &[String] {
        &self.allowed_scopes
    }

    /// Grants a client those of the requested scopes that the policy lists, compared as whole strings: each once, in the order
    /// of the request.
    pub(crate) fn grant<'a>(
        &self,
        customer: Id,
        client: Id,
        requested: impl Iterator<Item = &'a str>,
        readings: scope_lang::Readings,
    ) -> Arc<Grant> {
        let mut granted = String::new();
        let mut is_granted = vec![false; self.allowed_scopes.len()];
        for scope in requested {
            let Some(&place) = self.places.get(scope) else {
                continue;
            };
            if std::mem::replace(&mut is_granted[place], true) {
                continue;
            }
            if !granted.is_empty() {
                granted.push(' ');
            }
            granted.push_str(scope);
        }
        let key = (client, granted);
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(grant) = grants.get(&key) {
            return Arc::clone(grant);
        }
        let lifetime = self.access_token_lifetime;
        let grant = Arc::new(Grant::new(customer, client, &key.1, lifetime, readings));
        if grants.len() < Self::MOST_GRANTS {
            grants.insert(key, Arc::clone(&grant));
        }
        grant
    }

    /// Grants a user's client those of the requested scopes that the policy lists: each once, sorted, as the
    /// documentation's samples are. Administrative scopes are nothing that a user could grant.
    pub(crate) fn grant_to_user<'a>(&self, requested: impl Iterator<Item = &'a str>) -> String {
        let granted: BTreeSet<&str> = requested
            .filter(|scope| self.places.contains_key(*scope) && scope.parse::<Scope>().is_err())
            .collect();
        granted.into_iter().collect::<Vec<_>>().join(" ")
    }
}

impl Item for TokenPolicy {
    const COLLECTION: &'static str = "tokenPolicies";

    fn id(&self) -> Id {
        self.id
    }

    fn collection(records: &Records) -> &BTreeMap<Id, Arc<Self>> {
        &records.token_policies
    }

    fn collection_mut(records: &mut Records) -> &mut BTreeMap<Id, Arc<Self>> {
        &mut records.token_policies
    }

    fn is_used_by(&self, client: &Client) -> bool {
        client.token_policy == self.id
    }
}
