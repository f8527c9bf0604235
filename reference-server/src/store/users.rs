//! The people who can sign in: what the profile store knows.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::{Map, Value};

use crate::clock::Moment;
use crate::ids::Id;
use crate::password::Password;

/// One person. It never changes; another one takes its place.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: Id,
    /// The profile by the store's own names, among them `uuid` and `email`.
    pub(crate) attributes: Map<String, Value>,
    pub(crate) password: Arc<Password>,
}

impl User {
    const ID: &str = "uuid";
    const EMAIL: &str = "email";
    pub(crate) const UPDATED: &str = "lastUpdated";
    /// Verified along with a number, so it goes when the number does.
    const NUMBER: &str = "mobileNumber";
    const NUMBER_VERIFIED: &str = "mobileNumberVerified";

    pub(crate) fn new(
        id: Id,
        email: &str,
        password: Password,
        mut attributes: Map<String, Value>,
    ) -> Self {
        attributes.insert(Self::ID.to_owned(), id.to_string().into());
        attributes.insert(Self::EMAIL.to_owned(), email.into());
        Self {
            id,
            attributes,
            password: Arc::new(password),
        }
    }

    pub(crate) fn email(&self) -> &str {
        self.text(Self::EMAIL).unwrap_or_default()
    }

    /// Returns an attribute by its path: `givenName`, or `primaryAddress.city`. Null is no value.
    pub(crate) fn attribute(&self, path: &str) -> Option<&Value> {
        let mut names = path.split('.');
        let first = self.attributes.get(names.next()?)?;
        let value = names.try_fold(first, |parent, name| parent.get(name))?;
        (!value.is_null()).then_some(value)
    }

    /// Returns an attribute that is a text, and not an empty one.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.attribute(path)?
            .as_str()
            .filter(|text| !text.is_empty())
    }

    /// Returns when the attributes changed last.
    pub(crate) fn last_updated(&self) -> Option<Moment> {
        Moment::parse(self.text(Self::UPDATED)?)
    }
}

/// The people of one customer.
pub(crate) struct Users {
    /// People it takes before nobody can register.
    room: usize,
    records: RwLock<Records>,
}

#[derive(Default, Clone)]
struct Records {
    users: HashMap<Id, Arc<User>>,
    /// By the address in lower case: nobody means two people by two spellings that differ in case.
    by_email: HashMap<String, Id>,
}

/// Says why nobody was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAdded {
    /// Somebody has the address.
    EmailTaken,
    /// There are as many people as there may be.
    Full,
}

/// Says why nobody was added with an id that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAdmitted {
    /// Somebody has the id.
    IdTaken,
    /// The address, or the room, as for whoever registers.
    NotAdded(NotAdded),
}

impl Users {
    pub(crate) fn new(room: usize) -> Self {
        Self {
            room,
            records: RwLock::default(),
        }
    }

    /// Adds somebody whom a tenant file names. There is no bound on how many it may name.
    pub(crate) fn add(&self, user: User) {
        self.write(|records| records.insert(Arc::new(user)));
    }

    /// Returns whether somebody with that address could register at this moment.
    pub(crate) fn has_room_for(&self, email: &str) -> Result<(), NotAdded> {
        self.read(|records| records.has_room_for(email, self.room))
    }

    /// Adds somebody who registers.
    pub(crate) fn register(&self, mut user: User, now: Moment) -> Result<Arc<User>, NotAdded> {
        user.attributes
            .insert(User::UPDATED.to_owned(), now.to_string().into());
        let user = Arc::new(user);
        self.write(|records| {
            records.has_room_for(user.email(), self.room)?;
            records.insert(Arc::clone(&user));
            Ok(user)
        })
    }

    /// Adds somebody as a tenant file would, unless somebody has the id or the address.
    pub(crate) fn admit(&self, user: User) -> Result<Arc<User>, NotAdmitted> {
        let user = Arc::new(user);
        self.write(|records| {
            if records.users.contains_key(&user.id) {
                return Err(NotAdmitted::IdTaken);
            }
            records
                .has_room_for(user.email(), self.room)
                .map_err(NotAdmitted::NotAdded)?;
            records.insert(Arc::clone(&user));
            Ok(user)
        })
    }

    /// Removes somebody, and returns who it was.
    pub(crate) fn remove(&self, id: Id) -> Option<Arc<User>> {
        self.write(|records| {
            let user = records.users.remove(&id)?;
            records.by_email.remove(&spelling(user.email()));
            Some(user)
        })
    }

    /// Returns everybody, in the order of their ids.
    pub(crate) fn list(&self) -> Vec<Arc<User>> {
        let mut users: Vec<_> = self.read(|records| records.users.values().cloned().collect());
        users.sort_unstable_by_key(|user: &Arc<User>| user.id);
        users
    }

    /// Returns a copy, for a snapshot.
    pub(super) fn copied(&self) -> Self {
        Self {
            room: self.room,
            records: RwLock::new(self.read(Records::clone)),
        }
    }

    /// Changes the attributes of somebody, and says when. Neither the id nor the address can be changed. Returns who it was
    /// before and after.
    pub(crate) fn modify(
        &self,
        id: Id,
        now: Moment,
        change: impl FnOnce(&mut Map<String, Value>),
    ) -> Option<[Arc<User>; 2]> {
        self.write(|records| {
            let present = Arc::clone(records.users.get(&id)?);
            let mut user = User::clone(&present);
            change(&mut user.attributes);
            for own in [User::ID, User::EMAIL] {
                user.attributes
                    .insert(own.to_owned(), present.attributes[own].clone());
            }
            if user.attributes == present.attributes {
                return Some([Arc::clone(&present), present]);
            }
            if user.attributes.get(User::NUMBER) != present.attributes.get(User::NUMBER) {
                user.attributes.remove(User::NUMBER_VERIFIED);
            }
            user.attributes
                .insert(User::UPDATED.to_owned(), now.to_string().into());
            let user = Arc::new(user);
            records.users.insert(id, Arc::clone(&user));
            Some([present, user])
        })
    }

    pub(crate) fn find(&self, id: Id) -> Option<Arc<User>> {
        self.read(|records| records.users.get(&id).cloned())
    }

    pub(crate) fn by_email(&self, email: &str) -> Option<Arc<User>> {
        self.read(|records| {
            let id = records.by_email.get(&spelling(email))?;
            records.users.get(id).cloned()
        })
    }

    fn read<T>(&self, read: impl FnOnce(&Records) -> T) -> T {
        read(&self.records.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, write: impl FnOnce(&mut Records) -> T) -> T {
        write(&mut self.records.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Records {
    fn has_room_for(&self, email: &str, room: usize) -> Result<(), NotAdded> {
        if self.by_email.contains_key(&spelling(email)) {
            return Err(NotAdded::EmailTaken);
        }
        if self.users.len() >= room {
            return Err(NotAdded::Full);
        }
        Ok(())
    }

    fn insert(&mut self, user: Arc<User>) {
        self.by_email.insert(spelling(user.email()), user.id);
        self.users.insert(user.id, user);
    }
}

/// Returns the one spelling by which an address is found.
pub(crate) fn spelling(email: &str) -> String {
    email.to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::clock::Clock;
    use crate::ids::Ids;
    use crate::secret::Secret;

    fn user(ids: &Ids, email: &str) -> User {
        let password = Password::in_clear(Secret::from("correct horse".to_owned()));
        User::new(ids.id(), email, password, Map::new())
    }

    #[test]
    fn an_address_belongs_to_one_person_whatever_its_case() {
        let (ids, now) = (Ids::seeded(1), Clock::fixed().now());
        let users = Users::new(2);
        let mira = users.register(user(&ids, "Mira.Lind@example.com"), now);
        let id = mira.map(|mira| mira.id).expect("there is room");
        for email in ["mira.lind@example.com", "MIRA.LIND@EXAMPLE.COM"] {
            assert_eq!(users.by_email(email).map(|user| user.id), Some(id));
            let again = users.register(user(&ids, email), now);
            assert_eq!(again.err(), Some(NotAdded::EmailTaken));
        }
        assert!(
            users
                .register(user(&ids, "second@example.com"), now)
                .is_ok()
        );
        let third = users.register(user(&ids, "third@example.com"), now);
        assert_eq!(third.err(), Some(NotAdded::Full));
    }

    #[test]
    fn a_change_is_dated_and_a_number_loses_its_verification_with_it() {
        let (ids, clock) = (Ids::seeded(1), Clock::fixed());
        let users = Users::new(2);
        let id = users
            .register(user(&ids, "mira.lind@example.com"), clock.now())
            .map(|mira| mira.id)
            .expect("there is room");
        let set = |name: &'static str, value: Value| {
            clock.advance(Duration::from_secs(1));
            users
                .modify(id, clock.now(), |attributes| {
                    attributes.insert(name.to_owned(), value);
                })
                .map(|[_, after]| after)
                .expect("she is there")
        };
        set("mobileNumber", json!("1"));
        set("mobileNumberVerified", json!("2026-01-01T00:00:00Z"));
        let changed = set("givenName", json!("Mira"));
        assert_eq!(changed.last_updated(), Some(clock.now()));
        assert!(changed.text("mobileNumberVerified").is_some());
        let again = set("givenName", json!("Mira"));
        assert_eq!(again.last_updated(), changed.last_updated());
        assert_eq!(
            set("mobileNumber", json!("2")).attribute("mobileNumberVerified"),
            None
        );
        assert_eq!(set("email", json!("x")).email(), "mira.lind@example.com");
        assert_eq!(
            set("uuid", json!("x")).text("uuid"),
            Some(id.to_string().as_str())
        );
    }

    #[test]
    fn attributes_have_paths() {
        let mut mira = user(&Ids::seeded(1), "mira.lind@example.com");
        mira.attributes.insert(
            "primaryAddress".to_owned(),
            json!({ "city": "Lund", "zip": null }),
        );
        assert_eq!(mira.attribute("primaryAddress.city"), Some(&json!("Lund")));
        for path in [
            "",
            ".",
            "primaryAddress.zip",
            "primaryAddress.city.x",
            "email.",
            "nobody",
        ] {
            assert_eq!(mira.attribute(path), None, "`{path}`");
        }
    }
}
