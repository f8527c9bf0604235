//! What belongs to one customer.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;

use super::grant::Grant;
use super::regulars::Regulars;
use super::{Attempts, Client, LoginPolicy, Sessions, TokenPolicy, Users, Webhooks};
use crate::clock::Moment;
use crate::ids::Id;
use crate::keys::Keys;
use crate::path::{ResourcePath, SESSIONS};
use crate::settings::{HostedLogin, Webhooks as WebhookSettings};

/// One customer.
pub(crate) struct Customer {
    id: Id,
    /// The clients and policies. One lock for all three, because a client may only refer to policies that exist, and
    /// a policy may only go when no client refers to it.
    records: RwLock<Records>,
    keys: Keys,
    /// Long lists as they were shown last, by their collections; held for the moment of a look only.
    lists: Mutex<HashMap<&'static str, KeptList>>,
    users: Users,
    sessions: Sessions,
    attempts: Attempts,
    webhooks: Arc<Webhooks>,
    /// Where its clients are remembered, with those of others.
    regulars: Arc<Regulars>,
}

/// A list as it was shown.
struct KeptList {
    /// Which records it is of.
    version: u64,
    body: Bytes,
}

/// The clients and policies of one customer, by their ids.
#[derive(Default, Clone)]
pub(crate) struct Records {
    pub(crate) clients: BTreeMap<Id, Arc<Client>>,
    pub(crate) login_policies: BTreeMap<Id, Arc<LoginPolicy>>,
    pub(crate) token_policies: BTreeMap<Id, Arc<TokenPolicy>>,
    /// Counts the changes.
    version: u64,
}

/// A client that signs users in, with its policies.
#[derive(Debug, Clone)]
pub(crate) struct LoginClient {
    pub(crate) client: Arc<Client>,
    pub(crate) login_policy: Arc<LoginPolicy>,
    pub(crate) token_policy: Arc<TokenPolicy>,
}

/// Something that a collection of a customer holds.
pub(crate) trait Item: Sized {
    /// The name of the collection, as it stands in paths.
    const COLLECTION: &'static str;

    fn id(&self) -> Id;
    fn collection(records: &Records) -> &BTreeMap<Id, Arc<Self>>;
    fn collection_mut(records: &mut Records) -> &mut BTreeMap<Id, Arc<Self>>;

    /// Returns whether that client refers to this item.
    fn is_used_by(&self, client: &Client) -> bool;
}

/// Says that a client would refer to a policy that does not exist: the member that does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnknownPolicy(pub(crate) &'static str);

/// Says why an item was not removed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotRemoved {
    /// There is no such item.
    Unknown,
    /// These clients refer to it.
    InUse(Vec<Id>),
}

impl Customer {
    /// Items of a list that is kept.
    const LONG_LIST: usize = 1000;

    pub(crate) fn new(
        id: Id,
        keys: Keys,
        records: Records,
        users: Users,
        settings: HostedLogin,
        webhooks: WebhookSettings,
    ) -> Self {
        Self {
            id,
            records: RwLock::new(records),
            keys,
            lists: Mutex::default(),
            users,
            sessions: Sessions::new(settings),
            attempts: Attempts::new(settings),
            webhooks: Arc::new(Webhooks::new(webhooks)),
            regulars: Arc::default(),
        }
    }

    /// Takes the first keys of another, so that nobody makes them again.
    pub(crate) fn with_first_keys_of(self, other: &Self) -> Self {
        Self {
            keys: other.keys.first(),
            ..self
        }
    }

    /// Has its clients remembered there from now on.
    pub(super) fn with_regulars(self, regulars: &Arc<Regulars>) -> Self {
        Self {
            regulars: Arc::clone(regulars),
            ..self
        }
    }

    /// Returns a copy, for a snapshot.
    pub(super) fn copied(&self) -> Self {
        Self {
            id: self.id,
            records: RwLock::new(self.read().clone()),
            keys: self.keys.copied(),
            lists: Mutex::default(),
            users: self.users.copied(),
            sessions: self.sessions.copied(),
            attempts: self.attempts.copied(),
            webhooks: Arc::new(self.webhooks.copied()),
            regulars: Arc::default(),
        }
    }

    pub(crate) fn id(&self) -> Id {
        self.id
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(crate) fn users(&self) -> &Users {
        &self.users
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    pub(crate) fn attempts(&self) -> &Attempts {
        &self.attempts
    }

    pub(crate) fn webhooks(&self) -> &Arc<Webhooks> {
        &self.webhooks
    }

    pub(crate) fn find<T: Item>(&self, id: Id) -> Option<Arc<T>> {
        T::collection(&self.read()).get(&id).cloned()
    }

    /// Returns every item of a collection, in the order of their ids.
    pub(crate) fn list<T: Item>(&self) -> Vec<Arc<T>> {
        T::collection(&self.read()).values().cloned().collect()
    }

    /// Returns the same, and which version of the records it is of.
    pub(crate) fn list_of_version<T: Item>(&self) -> (Vec<Arc<T>>, u64) {
        let records = self.read();
        let items = T::collection(&records).values().cloned().collect();
        (items, records.version)
    }

    /// Returns a list as it was shown before, unless something has changed since.
    pub(crate) fn kept_list<T: Item>(&self) -> Option<Bytes> {
        let version = self.read().version;
        let lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = lists.get(T::COLLECTION)?;
        (kept.version == version).then(|| kept.body.clone())
    }

    /// Keeps a list of that many items as it is shown, if making it again would take long.
    pub(crate) fn keep_list<T: Item>(&self, items: usize, version: u64, body: &Bytes) {
        if items < Self::LONG_LIST {
            return;
        }
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let body = body.clone();
        lists.insert(T::COLLECTION, KeptList { version, body });
    }

    /// Returns a client with the token policy that it refers to.
    pub(crate) fn client_with_policy(&self, id: Id) -> Option<(Arc<Client>, Arc<TokenPolicy>)> {
        let records = self.read();
        let client = records.clients.get(&id)?;
        let policy = records.token_policies.get(&client.token_policy)?;
        Some((Arc::clone(client), Arc::clone(policy)))
    }

    /// Remembers what a client just got, for the next time, if its client and its policy are still what they were then.
    pub(super) fn remember(
        &self,
        client: &Arc<Client>,
        policy: &Arc<TokenPolicy>,
        requested: &str,
        grant: &Arc<Grant>,
    ) {
        let records = self.read();
        let is_so = records
            .clients
            .get(&client.id)
            .is_some_and(|now| Arc::ptr_eq(now, client))
            && records
                .token_policies
                .get(&policy.id)
                .is_some_and(|now| Arc::ptr_eq(now, policy));
        if let Some(secret) = client
            .secret
            .as_ref()
            .filter(|_| is_so && !policy.use_access_jwt)
        {
            // While nobody can change the records.
            self.regulars.remember(&secret.digest, requested, grant);
        }
    }

    /// Returns a client that signs users in, with the policies that it refers to.
    pub(crate) fn login_client(&self, id: Id) -> Option<LoginClient> {
        let records = self.read();
        let client = records.clients.get(&id)?;
        let login_policy = records.login_policies.get(&client.login.as_ref()?.policy)?;
        let token_policy = records.token_policies.get(&client.token_policy)?;
        Some(LoginClient {
            client: Arc::clone(client),
            login_policy: Arc::clone(login_policy),
            token_policy: Arc::clone(token_policy),
        })
    }

    /// Returns whether a path below this customer names something that exists.
    pub(crate) fn has(&self, path: &ResourcePath, now: Moment) -> bool {
        if path.resource() == SESSIONS {
            return true;
        }
        if let Some(session) = path.session() {
            return self.sessions.find(session, now).is_some();
        }
        let collection = path.resource().split('/').nth(1);
        let is_webhooks = path.resource().starts_with("webhooks/");
        let Some(item) = path.item() else {
            if is_webhooks {
                return collection == Some("subscriptions");
            }
            return [
                Client::COLLECTION,
                LoginPolicy::COLLECTION,
                TokenPolicy::COLLECTION,
            ]
            .iter()
            .any(|known| collection == Some(known));
        };
        let Some(id) = Id::parse(item) else {
            return false;
        };
        if is_webhooks {
            return collection == Some("subscriptions") && self.webhooks.find(id).is_some();
        }
        let records = self.read();
        match collection {
            Some(Client::COLLECTION) => records.clients.contains_key(&id),
            Some(LoginPolicy::COLLECTION) => records.login_policies.contains_key(&id),
            Some(TokenPolicy::COLLECTION) => records.token_policies.contains_key(&id),
            _ => false,
        }
    }

    /// Adds a policy.
    pub(crate) fn add<T: Item>(&self, item: T) {
        T::collection_mut(&mut self.write()).insert(item.id(), Arc::new(item));
    }

    /// Adds a client whose policies exist. `make` sees the records it is going to stand in.
    pub(crate) fn add_client(
        &self,
        make: impl FnOnce(&Records) -> Result<Client, UnknownPolicy>,
    ) -> Result<Arc<Client>, UnknownPolicy> {
        let mut records = self.write();
        let client = Arc::new(make(&records)?);
        records.clients.insert(client.id, Arc::clone(&client));
        Ok(client)
    }

    /// Puts another in the place of an item; `None` if there is none. `make` sees the present one and the records.
    pub(crate) fn replace<T: Item, E>(
        &self,
        id: Id,
        make: impl FnOnce(&T, &Records) -> Result<T, E>,
    ) -> Option<Result<Arc<T>, E>> {
        let mut records = self.write();
        let present = T::collection(&records).get(&id)?;
        let next = match make(present, &records) {
            Ok(next) => Arc::new(next),
            Err(error) => return Some(Err(error)),
        };
        T::collection_mut(&mut records).insert(id, Arc::clone(&next));
        Some(Ok(next))
    }

    /// Removes an item that no client refers to.
    pub(crate) fn remove<T: Item>(&self, id: Id) -> Result<(), NotRemoved> {
        let mut records = self.write();
        let item = T::collection(&records)
            .get(&id)
            .ok_or(NotRemoved::Unknown)?;
        let users: Vec<Id> = records
            .clients
            .values()
            .filter(|client| item.is_used_by(client))
            .map(|client| client.id)
            .collect();
        if !users.is_empty() {
            return Err(NotRemoved::InUse(users));
        }
        T::collection_mut(&mut records).remove(&id);
        Ok(())
    }

    /// Removes an item, whoever refers to it, and returns whether it was there.
    pub(crate) fn take_away<T: Item>(&self, id: Id) -> bool {
        T::collection_mut(&mut self.write()).remove(&id).is_some()
    }

    /// A lock that was poisoned is used all the same: each change is a single insertion or removal, so none is half done.
    fn read(&self) -> RwLockReadGuard<'_, Records> {
        self.records.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Records> {
        let mut records = self.records.write().unwrap_or_else(PoisonError::into_inner);
        records.version += 1;
        // Nobody is remembered while the records are held for a change.
        self.regulars.forget(self.id);
        records
    }
}
