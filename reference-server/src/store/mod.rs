//! What the server knows: customers with their clients, policies and users, and the codes and tokens that live.
//!
//! One cheap handle. No lock is held across an await, since nothing here is async.
//!
//! | module | what it holds | guarded by |
//! |---|---|---|
//! | [`customer`] | what belongs to one customer | one lock a customer, so that references between its parts always hold |
//! | [`client`], [`login_policy`], [`token_policy`] | the items | nothing: they never change, they are replaced |
//! | [`authorization`] | what a user lets a client do | nothing: only whether it is revoked changes, once |
//! | [`grant`] | what a token stands for | nothing: it never changes |
//! | [`regulars`] | what clients that came before get again, of all customers | one lock, and nothing of it is there when the records say something else |
//! | [`users`] | the people of one customer | one lock a customer |
//! | [`sessions`] | who of them is signed in, and where | one lock a customer |
//! | [`attempts`] | who tried to sign in, and failed | one lock a customer |
//! | [`webhooks`] | who is notified of what happens to them, and what became of it | one lock a customer |
//! | [`tokens`] | the live tokens of all customers | one lock a shard |
//! | [`codes`], [`refresh_tokens`] | what can be exchanged for tokens, of all customers | one lock each |
//! | [`by_id`], [`digest`], [`expiring`] | how such things are kept | whoever keeps them |
//! | [`copies`] | what a snapshot has instead of what is shared | whoever takes the snapshot |

mod attempts;
mod authorization;
mod by_id;
mod client;
mod codes;
mod copies;
mod customer;
mod digest;
mod expiring;
mod grant;
mod login_policy;
mod refresh_tokens;
mod regulars;
mod sessions;
mod token_policy;
mod tokens;
mod users;
mod webhooks;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub(crate) use attempts::{Attempts, TooMany};
pub(crate) use authorization::{Authorization, Revoked};
pub(crate) use client::{Client, ClientSecret, Login};
pub(crate) use codes::{Code, Codes, State as CodeState};
pub(crate) use customer::{Customer, Item, LoginClient, NotRemoved, Records, UnknownPolicy};
pub(crate) use grant::Grant;
pub(crate) use login_policy::{
    ConnectionDetails, CustomClaims, IdentityStore, LoginPolicy, ResponseType,
};
pub(crate) use refresh_tokens::{RefreshToken, RefreshTokens};
pub(crate) use sessions::{Device, Session, Sessions};
pub(crate) use token_policy::{TokenPolicy, TokenPolicyTerms};
pub(crate) use tokens::Tokens;
pub(crate) use users::{NotAdded, NotAdmitted, User, Users};
pub(crate) use webhooks::{
    Errand, Event, EventType, Export, ExportState, NotDelivered, NotExported, NotKept, Outcome,
    Reply, Step, Subscription, Terms, Webhooks,
};

use by_id::BuildById;
use copies::Copies;
use regulars::Regulars;

use crate::clock::Moment;
use crate::ids::{Id, Ids};
use crate::secret::SecretDigest;

/// What the server knows.
pub(crate) struct Store {
    /// Read by every request, written only when a tenant is added.
    customers: RwLock<Customers>,
    tokens: Tokens,
    codes: Codes,
    refresh_tokens: RefreshTokens,
}

#[derive(Default)]
struct Customers {
    by_id: HashMap<Id, Arc<Customer>, BuildById>,
    /// Who of their clients came before.
    regulars: Arc<Regulars>,
}

impl Store {
    /// The most customers that have their turn together.
    const IN_TURN: usize = 256;

    pub(crate) fn new(ids: &Ids) -> Self {
        Self {
            customers: RwLock::default(),
            tokens: Tokens::default(),
            codes: Codes::default(),
            refresh_tokens: RefreshTokens::new(ids),
        }
    }

    pub(crate) fn customer(&self, id: Id) -> Option<Arc<Customer>> {
        self.read().by_id.get(&id).cloned()
    }

    /// Returns what a client got for the same scopes before, and the secret that it must know to get it again; `None` if that
    /// is not known, whether there is such a client or not.
    pub(crate) fn regular(
        &self,
        customer: Id,
        client: Id,
        requested: &str,
    ) -> Option<(SecretDigest, Arc<Grant>)> {
        self.read().regulars.find(customer, client, requested)
    }

    /// Remembers what a client just got by its secret, for the next time.
    pub(crate) fn remember(
        &self,
        customer: &Arc<Customer>,
        client: &Arc<Client>,
        policy: &Arc<TokenPolicy>,
        requested: &str,
        grant: &Arc<Grant>,
    ) {
        let customers = self.read();
        let present = customers.by_id.get(&customer.id());
        // Another may stand in its place meanwhile.
        if present.is_some_and(|present| Arc::ptr_eq(present, customer)) {
            customer.remember(client, policy, requested, grant);
        }
    }

    /// Adds a customer, unless there is one with that id.
    pub(crate) fn add_customer(&self, customer: Customer) -> Result<(), Id> {
        let mut customers = self.write();
        let id = customer.id();
        if customers.by_id.contains_key(&id) {
            return Err(id);
        }
        let customer = customer.with_regulars(&customers.regulars);
        customers.by_id.insert(id, Arc::new(customer));
        Ok(())
    }

    /// Returns every customer, in the order of their ids.
    pub(crate) fn customers(&self) -> Vec<Arc<Customer>> {
        let mut all: Vec<_> = self.read().by_id.values().cloned().collect();
        all.sort_unstable_by_key(|customer| customer.id());
        all
    }

    /// Returns the customers whose turn it is, so that nobody who looks after all of ten thousand does so at once. Each has
    /// its turn again and again.
    pub(crate) fn customers_in_turn(&self, turn: usize) -> Vec<Arc<Customer>> {
        let customers = &self.read().by_id;
        let turns = customers.len().div_ceil(Self::IN_TURN).max(1);
        let those = customers.values().skip(turn % turns).step_by(turns);
        those.cloned().collect()
    }

    /// Returns a deep copy: nothing that happens to one is seen by the other.
    ///
    /// It is made part by part, and each part is held for as long as it takes to copy it. What happens meanwhile may be
    /// in the copy or not, each part for itself.
    pub(crate) fn copied(&self) -> Self {
        let mut copies = Copies::default();
        let regulars = Arc::<Regulars>::default();
        let customers = self.customers().into_iter().map(|customer| {
            let copy = customer.copied().with_regulars(&regulars);
            (customer.id(), Arc::new(copy))
        });
        Self {
            customers: RwLock::new(Customers {
                by_id: customers.collect(),
                regulars,
            }),
            tokens: self.tokens.copied(&mut copies),
            codes: self.codes.copied(&mut copies),
            refresh_tokens: self.refresh_tokens.copied(&mut copies),
        }
    }

    /// Puts what another store of the same server knows in the place of what this one does. Each part is held for the
    /// moment of the exchange; a request that is under way may see the old customer to its end.
    pub(crate) fn replace(&self, other: Self) {
        let mut customers = other
            .customers
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut *self.write(), &mut customers);
        for customer in customers.by_id.values() {
            customer.webhooks().retire();
        }
        self.tokens.replace(other.tokens);
        self.codes.replace(other.codes);
        self.refresh_tokens.replace(other.refresh_tokens);
    }

    /// Gives back some of what has expired. Turns go round: call it with 0, 1, 2, and so on, also when nobody comes.
    pub(crate) fn sweep(&self, turn: usize, now: Moment) {
        self.tokens.sweep(turn, now);
        self.codes.sweep(now);
        self.refresh_tokens.sweep(now);
        for customer in self.customers_in_turn(turn) {
            customer.sessions().sweep(now);
            customer.attempts().sweep(now);
            customer.webhooks().sweep(now);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Customers> {
        self.customers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Customers> {
        self.customers
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    pub(crate) fn codes(&self) -> &Codes {
        &self.codes
    }

    pub(crate) fn refresh_tokens(&self) -> &RefreshTokens {
        &self.refresh_tokens
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::keys::Keys;
    use crate::settings::{HostedLogin, Webhooks as WebhookSettings};

    #[test]
    fn every_customer_has_its_turn() {
        let ids = Ids::seeded(1);
        let store = Store::new(&ids);
        assert!(store.customers_in_turn(7).is_empty());
        for (count, turns) in [(Store::IN_TURN, 1), (2 * Store::IN_TURN + 1, 3)] {
            while store.customers().len() < count {
                let (id, settings) = (ids.id(), HostedLogin::default());
                let customer = Customer::new(
                    id,
                    Keys::of(id, &ids),
                    Records::default(),
                    Users::new(settings.accounts),
                    settings,
                    WebhookSettings::default(),
                );
                assert_eq!(store.add_customer(customer), Ok(()));
            }
            let mut seen = HashSet::new();
            for turn in 5..5 + turns {
                let those = store.customers_in_turn(turn);
                assert!(those.len() <= Store::IN_TURN);
                seen.extend(those.iter().map(|customer| customer.id()));
            }
            assert_eq!(seen.len(), count);
        }
    }
}
