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

use crate::ids::{Id, Ids};
use key::SigningKey;

pub(crate) use signer::Signer;

/// Says that there is no key or no signature: the cryptographic library, or the machine's source of chance, failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no key could be made or used")]
pub(crate) struct KeyError;

/// The keys of one customer. Clones share them.
///
/// They are made when they are first needed: most customers of a test never sign anything. Of a server with a seed they are
/// public test keys, chosen when the customer is added, so that it does not matter who signs first.
#[derive(Clone)]
pub(crate) struct Keys {
    shared: Arc<Shared>,
}

struct Shared {
    customer: Id,
    /// Where another key comes from.
    ids: Ids,
    /// The keys to begin with, in PEM; what is missing is made.
    given: [Option<&'static str>; 3],
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
    pub(crate) fn of(customer: Id, ids: &Ids) -> Self {
        let is_demo = customer.to_string() == fixtures::seed::DEMO_CUSTOMER;
        let given = match is_demo {
            true => fixtures::keys::DEMO.map(Some),
            false => std::array::from_fn(|_| ids.signing_key()),
        };
        Self {
            shared: Arc::new(Shared {
                customer,
                ids: ids.clone(),
                given,
                first: Arc::default(),
                rotated: RwLock::default(),
                making: Arc::default(),
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
        Self {
            shared: Arc::new(Shared {
                customer: shared.customer,
                ids: shared.ids.clone(),
                given: shared.given,
                first: Arc::clone(&shared.first),
                rotated: RwLock::new(rotated),
                making: Arc::clone(&shared.making),
            }),
        }
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
        let [previous, current, next] = self.shared.given.map(read_or_make);
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
            Arc::new(read_or_make(self.shared.ids.signing_key())?),
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

fn read_or_make(pem: Option<&str>) -> Result<SigningKey, KeyError> {
    pem.map_or_else(SigningKey::generate, SigningKey::from_pem)
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

    fn names(ring: &Ring) -> [String; 3] {
        ring.ids().map(str::to_owned)
    }

    #[test]
    fn a_seed_decides_the_keys_until_all_are_dealt_out() {
        let dealt = |seed| {
            let ids = Ids::seeded(seed);
            let customers = [ids.id(), ids.id()].map(|id| Keys::of(id, &ids));
            // Whoever needs keys first has the same.
            let second = names(&customers[1].get_or_make().expect("keys"));
            let first = names(&customers[0].get_or_make().expect("keys"));
            let rotated = names(&customers[0].rotate().expect("another key"));
            (ids, [first, second, rotated])
        };
        let (ids, one) = dealt(7);
        assert_eq!(one, dealt(7).1);
        assert_ne!(one, dealt(8).1);
        assert!(one[0].iter().all(|name| !one[1].contains(name)));
        ids.start_again();
        let again = Keys::of(ids.id(), &ids).get_or_make().expect("keys");
        assert_eq!(names(&again), one[0]);
        let left = fixtures::keys::SEEDED_KEYS - 3;
        assert!((0..left).all(|_| ids.signing_key().is_some()));
        let keys = Keys::of(ids.id(), &ids).get_or_make().expect("keys");
        assert_eq!(ids.signing_key(), None);
        assert_ne!(names(&keys), one[0]);
    }

    #[test]
    fn keys_move_up_by_one() {
        let ids = Ids::by_chance();
        let keys = Keys::of(ids.id(), &ids);
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
        let ring = Keys::of(demo, &Ids::seeded(1)).get_or_make().expect("keys");
        let read = fixtures::keys::DEMO.map(SigningKey::from_pem);
        for (key, read) in ring.keys.iter().zip(read) {
            assert_eq!(key.public(), read.expect("a key of the fixtures").public());
        }
    }
}
