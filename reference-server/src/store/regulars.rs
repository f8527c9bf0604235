//! Clients that came for a token before.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::by_id::BuildById;
use super::grant::{Grant, Granted};
use crate::ids::Id;
use crate::secret::SecretDigest;

/// The clients of all customers that got an opaque token by their credentials, each with what the next one like it takes.
///
/// It says nothing that the records of the customers do not say, but it says all of it in one place of memory. Among ten
/// thousand customers that matters: a customer, its table of clients, the client, its policy and what that granted before are
/// nine places, and a processor waits for each as long as a hundred instructions take, since each says where the next is.
///
/// Whoever changes the records of a customer [forgets](Regulars::forget) its clients before anybody else sees the change.
#[derive(Default)]
pub(super) struct Regulars {
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    /// By customer and client.
    regulars: HashMap<(Id, Id), Regular, BuildById>,
    /// The clients of each customer among them.
    clients: HashMap<Id, Vec<Id>, BuildById>,
}

/// What the next token of a client takes.
#[derive(Debug)]
struct Regular {
    secret: SecretDigest,
    granted: Granted,
}

impl Regulars {
    /// Returns what a client got for the same scopes, and the secret that it must know to get it again.
    pub(super) fn find(
        &self,
        customer: Id,
        client: Id,
        requested: &str,
    ) -> Option<(SecretDigest, Arc<Grant>)> {
        let known = self.read();
        let regular = known.regulars.get(&(customer, client))?;
        let is_same = regular.granted.requested() == requested;
        is_same.then(|| (regular.secret.clone(), Arc::clone(&regular.granted.grant)))
    }

    /// Remembers a client, unless it is known: most ask for the same scopes again and again.
    ///
    /// Only while nobody can change the records of its customer.
    pub(super) fn remember(&self, secret: &SecretDigest, requested: &str, grant: &Arc<Grant>) {
        let (customer, client) = (grant.customer(), grant.client());
        if self.read().regulars.contains_key(&(customer, client)) {
            return;
        }
        let regular = Regular {
            secret: secret.clone(),
            granted: Granted::new(requested, Arc::clone(grant)),
        };
        let mut known = self.write();
        if known.regulars.insert((customer, client), regular).is_none() {
            known.clients.entry(customer).or_default().push(client);
        }
    }

    /// Forgets the clients of a customer.
    pub(super) fn forget(&self, customer: Id) {
        let mut known = self.write();
        for client in known.clients.remove(&customer).unwrap_or_default() {
            known.regulars.remove(&(customer, client));
        }
    }

    /// A lock that was poisoned is used all the same: what a half done change leaves behind is a client that is remembered, but
    /// not as its customer's, and allocation alone could fail between the two.
    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
