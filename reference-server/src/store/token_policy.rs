//! Token policies.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use scope_lang::Scope;

use super::by_id::BuildById;
use super::client::Client;
use super::customer::{Item, Records};
use super::grant::{Grant, Granted};
use crate::ids::Id;

/// A token policy. Changing one makes another, so a grant that is remembered here never outlives its lifetimes and scopes.
///
/// The fields lie in memory in this order: what every token needs comes first.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct TokenPolicy {
    /// What was granted before: tokens of a client with the same scopes share one grant.
    grants: Mutex<Grants>,
    pub(crate) use_access_jwt: bool,
    /// Seconds.
    pub(crate) access_token_lifetime: u32,
    /// Seconds.
    pub(crate) refresh_token_lifetime: u32,
    pub(crate) id: Id,
    pub(crate) title: String,
    allowed_scopes: Vec<String>,
    /// Where each scope stands in `allowed_scopes`.
    places: HashMap<String, usize>,
}

/// What clients asked for, and what they got.
#[derive(Debug, Default)]
struct Grants {
    of_clients: HashMap<Id, OfClient, BuildById>,
    count: usize,
}

/// What one client was granted. Most ask for the same again and again, so the first stands in the table itself.
#[derive(Debug)]
struct OfClient {
    first: Granted,
    others: Vec<Granted>,
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
    pub(crate) fn grant(
        &self,
        customer: Id,
        client: Id,
        requested: &str,
        readings: scope_lang::Readings,
    ) -> Arc<Grant> {
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        let Grants { of_clients, count } = &mut *grants;
        let of_client = of_clients.get(&client);
        let mut before = of_client
            .into_iter()
            .flat_map(|given| std::iter::once(&given.first).chain(&given.others));
        let same = before.clone().find(|given| given.requested() == requested);
        if let Some(given) = same {
            return Arc::clone(&given.grant);
        }
        let scope = self.granted(requested);
        let grant = match before.find(|given| given.grant.scope() == scope) {
            Some(given) => Arc::clone(&given.grant),
            None => {
                let lifetime = self.access_token_lifetime;
                Arc::new(Grant::new(customer, client, &scope, lifetime, readings))
            }
        };
        if *count < Self::MOST_GRANTS {
            *count += 1;
            let given = Granted::new(requested, Arc::clone(&grant));
            match of_clients.entry(client) {
                Entry::Occupied(mut entry) => entry.get_mut().others.push(given),
                Entry::Vacant(entry) => {
                    entry.insert(OfClient {
                        first: given,
                        others: Vec::new(),
                    });
                }
            }
        }
        grant
    }

    fn granted(&self, requested: &str) -> String {
        let mut granted = String::new();
        let mut is_granted = vec![false; self.allowed_scopes.len()];
        for scope in requested.split(' ') {
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
        granted
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
