//! The application: everything that handlers share, behind one cheap handle.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use fixtures::seed::Tenant;
use http::Uri;

use crate::clock::Clock;
use crate::deliveries::{Deliveries, Hosts, Reach};
use crate::faults::Faults;
use crate::ids::{Id, Ids};
use crate::journal::Journal;
use crate::keys::{KeyError, Signer};
use crate::password::Passwords;
use crate::path::ResourcePath;
use crate::settings::Settings;
use crate::store::{Customer, Store};
use crate::tenant;

/// A server's state: its settings, its time, its source of ids, and what it knows. Clones share all of it.
///
/// ```
/// use reference_server::{App, Clock, Ids, settings::Settings};
///
/// let app = App::new(Settings::default(), Clock::running(), Ids::by_chance());
/// app.add_tenant(&fixtures::seed::demo())?;
/// assert!(app.add_tenant(&fixtures::seed::demo()).is_err(), "the customer is there already");
/// # Ok::<(), reference_server::AddTenantError>(())
/// ```
#[derive(Clone)]
pub struct App {
    shared: Arc<Shared>,
}

struct Shared {
    settings: Settings,
    clock: Clock,
    ids: Ids,
    passwords: Passwords,
    store: Store,
    signer: Signer,
    faults: Faults,
    hosts: Hosts,
    deliveries: Deliveries,
    /// The tenants as they were added: what a reset goes back to. Held while a tenant is added and while the server is
    /// reset, so that the one does not lose the other.
    seed: Mutex<Vec<Tenant>>,
    /// There from the moment that somebody wants it kept.
    journal: OnceLock<Journal>,
}

/// Says why a tenant could not be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddTenantError {
    /// There is a customer with that id.
    #[error("customer `{0}` is there already")]
    Doubled(Id),
    /// The tenant breaks a rule; only one that was put together by hand can.
    #[error(transparent)]
    Broken(#[from] fixtures::seed::TenantError),
}

/// Says why a customer's keys were not rotated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RotateKeysError {
    /// Nobody has that id.
    #[error("no customer has the id `{0}`")]
    Unknown(Id),
    /// The machine could not make a key.
    #[error("no key could be made")]
    NoKey,
}

impl From<KeyError> for RotateKeysError {
    fn from(KeyError: KeyError) -> Self {
        Self::NoKey
    }
}

impl App {
    /// Makes a server without customers.
    pub fn new(settings: Settings, clock: Clock, ids: Ids) -> Self {
        let store = Store::new(&ids);
        let passwords = Passwords::new(ids.clone());
        let hosts = Hosts::default();
        let deliveries = Deliveries::new(&settings, hosts.clone());
        Self {
            shared: Arc::new(Shared {
                settings,
                clock,
                ids,
                passwords,
                store,
                signer: Signer::default(),
                faults: Faults::default(),
                hosts,
                deliveries,
                seed: Mutex::default(),
                journal: OnceLock::new(),
            }),
        }
    }

    /// Adds a customer with everything that belongs to it. There is no bound on how many.
    ///
    /// # Errors
    ///
    /// Refuses a customer that is there already, and a tenant whose parts do not fit together.
    pub fn add_tenant(&self, tenant: &Tenant) -> Result<(), AddTenantError> {
        let mut seed = self.seed();
        let customer = tenant::customer(tenant, self.ids(), self.settings())?;
        self.store()
            .add_customer(customer)
            .map_err(AddTenantError::Doubled)?;
        seed.push(tenant.clone());
        Ok(())
    }

    /// Rotates the signing keys of a customer: the next one signs from now on, another one is published ahead, and the
    /// previous one is forgotten, along with whatever it has signed. Returns the ids of the three, in that order: previous,
    /// current, next.
    ///
    /// # Errors
    ///
    /// Refuses an id that nobody has, and says so if the machine cannot make a key.
    pub async fn rotate_keys(&self, customer: Id) -> Result<[String; 3], RotateKeysError> {
        let found = self.store().customer(customer);
        let found = found.ok_or(RotateKeysError::Unknown(customer))?;
        let ring = self.signer().rotate(found.keys()).await?;
        Ok(ring.ids().map(str::to_owned))
    }

    /// Keeps a journal of all requests from now on, if it does not yet, and returns it.
    pub fn keep_journal(&self) -> &Journal {
        self.shared.journal.get_or_init(Journal::default)
    }

    /// Returns what the server's owner chose.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Returns the faults that are on; none are at first.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// Returns the names that the server knows before it asks the machine's resolver where a listener is.
    pub fn hosts(&self) -> &Hosts {
        &self.shared.hosts
    }

    /// Returns the notifications on their way.
    pub(crate) fn deliveries(&self) -> &Deliveries {
        &self.shared.deliveries
    }

    /// Returns whose listeners are reached.
    pub(crate) fn reach(&self) -> Reach {
        Reach::of(self.settings().webhooks.allow_local_listeners)
    }

    /// Returns the server's time.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// Returns the journal, if one is kept.
    pub(crate) fn journal(&self) -> Option<&Journal> {
        self.shared.journal.get()
    }

    /// A lock that was poisoned is used all the same: a tenant is added at its end, by one push.
    pub(crate) fn seed(&self) -> MutexGuard<'_, Vec<Tenant>> {
        let seed = self.shared.seed.lock();
        seed.unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn ids(&self) -> &Ids {
        &self.shared.ids
    }

    pub(crate) fn signer(&self) -> &Signer {
        &self.shared.signer
    }

    /// Returns the customer that a request is about.
    pub(crate) fn customer_of(&self, uri: &Uri) -> Option<Arc<Customer>> {
        let id = Id::parse(ResourcePath::of(uri).customer())?;
        self.store().customer(id)
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.shared.passwords
    }

    pub(crate) fn store(&self) -> &Store {
        &self.shared.store
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("settings", self.settings())
            .finish_non_exhaustive()
    }
}
