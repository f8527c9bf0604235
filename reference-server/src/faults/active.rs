//! The faults that are on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::asked::Asked;
use super::fault::Fault;
use super::injection::Injection;
use super::notes::Notes;
use crate::ids::Ids;

/// The faults of a server that are on. Clones share them.
///
/// ```
/// use reference_server::faults::{Faults, Injection};
///
/// let faults = Faults::default();
/// faults.add(Injection::named("deny-is-forgotten")?);
/// assert_eq!(faults.list().len(), 1);
/// assert!(faults.remove("deny-is-forgotten"));
/// assert!(faults.list().is_empty());
/// # Ok::<(), reference_server::faults::InjectionError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Faults {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Whether any is on: looked at by every request, so that none pays for a layer that it need not pass.
    are_any: AtomicBool,
    /// In the order in which they were added; held for the moment of a look only.
    injections: RwLock<Vec<Arc<Injection>>>,
    /// Held for reading by every exchange with the handlers, and for writing by one that lets a client in: the others
    /// must not meet that client meanwhile.
    exchanges: tokio::sync::RwLock<()>,
    notes: Notes,
}

impl Faults {
    /// Turns a fault on, beside those that are on; the same fault may be on several times, in different places.
    pub fn add(&self, injection: Injection) {
        let mut injections = self.write();
        injections.push(Arc::new(injection));
        self.shared.are_any.store(true, Ordering::Release);
    }

    /// Turns a fault off, wherever it is on, and returns whether it was.
    pub fn remove(&self, name: &str) -> bool {
        let mut injections = self.write();
        let before = injections.len();
        injections.retain(|injection| injection.fault().name != name);
        self.shared
            .are_any
            .store(!injections.is_empty(), Ordering::Release);
        injections.len() < before
    }

    /// Turns all faults off.
    pub fn clear(&self) {
        let mut injections = self.write();
        injections.clear();
        self.shared.notes.forget();
        self.shared.are_any.store(false, Ordering::Release);
    }

    /// Returns what is on, in the order in which it was turned on.
    pub fn list(&self) -> Vec<Arc<Injection>> {
        let injections = self.shared.injections.read();
        injections.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn are_any(&self) -> bool {
        self.shared.are_any.load(Ordering::Acquire)
    }

    pub(super) fn exchanges(&self) -> &tokio::sync::RwLock<()> {
        &self.shared.exchanges
    }

    pub(super) fn notes(&self) -> &Notes {
        &self.shared.notes
    }

    /// Returns the faults that take part in an exchange, and counts it for each. Whether an unlikely one does comes from the
    /// server's source of chance, so that a seed decides it.
    pub(super) fn taking_part(&self, asked: &Asked, ids: &Ids) -> Vec<&'static Fault> {
        self.list()
            .iter()
            .filter(|injection| injection.takes_part(asked, || ids.chance()))
            .map(|injection| injection.fault())
            .collect()
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Vec<Arc<Injection>>> {
        self.shared
            .injections
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
