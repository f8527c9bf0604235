//! The keys that sign ID tokens and access tokens: three a customer, as the documentation shows them.
//!
//! The previous one has signed what is still about, the current one signs, and the next one is published ahead, so that
//! whoever keeps the set for a while knows it when its turn comes.

mod key;
mod signer;

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use bytes::Bytes;
use serde_json::json;

use crate::ids::Id;
use key::SigningKey;

pub(crate) use signer::Signer;

/// Says that there is no key or no signature: the cryptographic library, or the machine's source of chance, failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no key could be made or used")]
pub(crate) struct KeyError;

/// The keys of one customer. Clones share them.
///
/// They are made when they are first needed: most customers of a test never sign anything.
#[derive(Clone)]
pub(crate) struct Keys {
    shared: Arc<Shared>,
}

struct Shared {
    customer: Id,
    /// The keys that the customer begins with. Copies share them, so that nobody makes them twice.
    first: Arc<OnceLock<Arc<Ring>>>,
    /// What there is after a rotation; held for the moment of a look only.
    rotated: RwLock<Option<Arc<Ring>>>,
    /// Held by whoever makes keys, so that nobody makes the same twice. Never taken on a thread of the runtime. Copies
    /// share it, as they share the first keys.
    making: Arc<Mutex<()>>,
}

/// Three keys, and how they are published.
pub(crate) struct Ring {
    /// The previous, the current and the next one.
    keys: [Arc<SigningKey>; 3],
    published: Bytes,
}

impl Keys {
    pub(crate) fn of(customer: Id) -> Self {
        Self::new(customer, Arc::default(), None, Arc::default())
    }

    fn new(
        customer: Id,
        first: Arc<OnceLock<Arc<Ring>>>,
        rotated: Option<Arc<Ring>>,
        making: Arc<Mutex<()>>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                customer,
                first,
                rotated: RwLock::new(rotated),
                making,
            }),
        }
    }

    /// Returns the same keys, to be rotated on their own.
    pub(crate) fn copied(&self) -> Self {
        self.after(self.rotated())
    }

    /// Returns the keys as they were before the first rotation, to be rotated on their own.
    pub(crate) fn first(&self) -> Self {
        self.after(None)
    }

    fn after(&self, rotated: Option<Arc<Ring>>) -> Self {
        let shared = &self.shared;
        let (first, making) = (Arc::clone(&shared.first), Arc::clone(&shared.making));
        Self::new(shared.customer, first, rotated, making)
    }

    /// Returns the ring if there is one, without making any.
    fn present(&self) -> Option<Arc<Ring>> {
        self.rotated()
            .or_else(|| self.shared.first.get().map(Arc::clone))
    }

    fn rotated(&self) -> Option<Arc<Ring>> {
        let ring = self.shared.rotated.read();
        ring.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the ring; makes its keys if need be, which takes a fifth of a second.
    fn get_or_make(&self) -> Result<Arc<Ring>, KeyError> {
        let _making = self.making();
        if let Some(ring) = self.present() {
            return Ok(ring);
        }
        let is_demo = self.shared.customer.to_string() == fixtures::seed::DEMO_CUSTOMER;
        let [previous, current, next] = fixtures::keys::DEMO.map(|pem| match is_demo {
            true => SigningKey::from_pem(pem),
            false => SigningKey::generate(),
        });
        let ring = Ring::new([previous?.into(), current?.into(), next?.into()]);
        Ok(Arc::clone(self.shared.first.get_or_init(|| ring)))
    }

    /// Moves each key up by one, and makes another next one.
    fn rotate(&self) -> Result<Arc<Ring>, KeyError> {
        let _present = self.get_or_make()?;
        let _making = self.making();
        let present = self.present().ok_or(KeyError)?;
        let [_, current, next] = &present.keys;
        let ring = Ring::new([
            Arc::clone(current),
            Arc::clone(next),
            Arc::new(SigningKey::generate()?),
        ]);
        let place = self.shared.rotated.write();
        *place.unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&ring));
        Ok(ring)
    }

    /// Whoever made keys and panicked has not published any.
    fn making(&self) -> impl Drop + '_ {
        self.shared
            .making
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    fn new(keys: [Arc<SigningKey>; 3]) -> Arc<Self> {
        let public = keys.each_ref().map(|key| key.public());
        let published = json!({ "keys": public }).to_string().into();
        Arc::new(Self { keys, published })
    }

    /// Returns the ids of the previous, the current and the next key.
    pub(crate) fn ids(&self) -> [&str; 3] {
        self.keys.each_ref().map(|key| key.public().kid.as_str())
    }

    fn current(&self) -> &SigningKey {
        &self.keys[1]
    }

    fn key(&self, place: usize) -> Result<&SigningKey, KeyError> {
        self.keys.get(place).map(AsRef::as_ref).ok_or(KeyError)
    }

    /// Returns the JWK set as JSON.
    pub(crate) fn published(&self) -> Bytes {
        self.published.clone()
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("customer", &self.shared.customer)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Ids;

    #[test]
    fn keys_move_up_by_one() {
        let keys = Keys::of(Ids::seeded(1).id());
        let ids = |ring: &Ring| ring.keys.each_ref().map(|key| key.public().kid.clone());
        let first = ids(&keys.get_or_make().expect("keys"));
        assert_eq!(first, ids(&keys.get_or_make().expect("the same keys")));
        let second = ids(&keys.rotate().expect("another key"));
        assert_eq!(second[..2], first[1..]);
        assert!(!first.contains(&second[2]));
        let (copy, at_first) = (keys.copied(), keys.first());
        let _third = keys.rotate().expect("another key");
        assert_eq!(second, ids(&copy.get_or_make().expect("the same keys")));
        assert_eq!(first, ids(&at_first.get_or_make().expect("the same keys")));
    }

    #[test]
    fn the_demo_tenant_has_the_keys_of_the_fixtures() {
        let demo = Id::parse(fixtures::seed::DEMO_CUSTOMER).expect("an id");
        let ring = Keys::of(demo).get_or_make().expect("keys");
        let read = fixtures::keys::DEMO.map(SigningKey::from_pem);
        for (key, read) in ring.keys.iter().zip(read) {
            assert_eq!(key.public(), read.expect("a key of the fixtures").public());
        }
    }
}
