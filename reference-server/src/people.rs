//! Adding, changing and removing people by hand, beside the registration page.

use fixtures::seed::TenantError;
use fixtures::seed::tenant as seed;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::App;
use crate::ids::Id;
use crate::store::{NotAdded, NotAdmitted, User};
use crate::tenant;
use crate::webhooks::cause::Cause;

/// A user as a tenant file describes one, without the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Person {
    /// The id, which is also the subject of tokens.
    pub uuid: String,
    /// The address that the person signs in with.
    pub email: String,
    /// The other attributes, by the names that the profile store gives them.
    pub profile: Map<String, Value>,
}

impl Person {
    pub(crate) fn of(user: &User) -> Self {
        let mut profile = user.attributes.clone();
        profile.retain(|name, _| name != "uuid" && name != "email");
        Self {
            uuid: user.id.to_string(),
            email: user.email().to_owned(),
            profile,
        }
    }
}

/// Says why nobody was added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddUserError {
    /// No customer has that id.
    #[error("no customer has the id `{0}`")]
    UnknownCustomer(Id),
    /// The user breaks a rule of tenant files.
    #[error(transparent)]
    Broken(TenantError),
    /// Somebody has the id or the address: the name of the member.
    #[error("somebody has this `{0}`")]
    Taken(&'static str),
    /// There are as many people as a customer may have.
    #[error("there are as many users as there may be")]
    Full,
}

/// Says why nobody was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeUserError {
    /// The customer or the user is not there.
    #[error("nobody has the id `{0}`")]
    Unknown(Id),
    /// What was to be changed stays as it is for good: the name of the member.
    #[error("`profile.{0}` cannot be changed")]
    Fixed(&'static str),
    /// The profile would break a rule of tenant files.
    #[error(transparent)]
    Broken(TenantError),
}

impl App {
    /// Returns the users of a customer, in the order of their ids; none if no customer has that id.
    pub fn users(&self, customer: Id) -> Option<Vec<Person>> {
        let users = self.store().customer(customer)?.users().list();
        Some(users.iter().map(|user| Person::of(user)).collect())
    }

    /// Adds a user as a tenant file describes one, and returns the id, which is made if none is given.
    ///
    /// # Errors
    ///
    /// Refuses a customer that is not there, a user who breaks a rule of tenant files, and one whose id or address somebody
    /// has.
    pub fn add_user(&self, customer: Id, user: &seed::User) -> Result<Id, AddUserError> {
        let customer = self
            .store()
            .customer(customer)
            .ok_or(AddUserError::UnknownCustomer(customer))?;
        let user = tenant::lone_user(user, self.ids()).map_err(AddUserError::Broken)?;
        let admitted = customer.users().admit(user);
        let user = admitted.map_err(|error| match error {
            NotAdmitted::IdTaken => AddUserError::Taken("uuid"),
            NotAdmitted::NotAdded(NotAdded::EmailTaken) => AddUserError::Taken("email"),
            NotAdmitted::NotAdded(NotAdded::Full) => AddUserError::Full,
        })?;
        self.tell(&customer, &Cause::created(&user));
        Ok(user.id)
    }

    /// Changes the profile of a user by a merge patch (RFC 7396), and returns who it is afterwards. Neither the id nor the
    /// address can be changed.
    ///
    /// # Errors
    ///
    /// Refuses a user who is not there, and a profile that would break a rule of tenant files; nothing changes then.
    pub fn change_user(
        &self,
        customer: Id,
        user: Id,
        patch: &Map<String, Value>,
    ) -> Result<Person, ChangeUserError> {
        let unknown = ChangeUserError::Unknown(user);
        let customer = self.store().customer(customer).ok_or(unknown.clone())?;
        let present = customer.users().find(user).ok_or(unknown.clone())?;
        if let Some(name) = ["uuid", "email"]
            .iter()
            .find(|name| patch.contains_key(**name))
        {
            return Err(ChangeUserError::Fixed(name));
        }
        let change = |attributes: &mut Map<String, Value>| {
            let mut next = Value::Object(std::mem::take(attributes));
            json_patch::merge(&mut next, &Value::Object(patch.clone()));
            if let Value::Object(next) = next {
                *attributes = next;
            }
        };
        let mut next = Person::of(&present);
        change(&mut next.profile);
        tenant::check_person(&next.email, next.profile).map_err(ChangeUserError::Broken)?;
        let now = self.clock().now();
        let [before, after] = customer.users().modify(user, now, change).ok_or(unknown)?;
        if let Some(cause) = Cause::updated(&before, &after) {
            self.tell(&customer, &cause);
        }
        Ok(Person::of(&after))
    }

    /// Removes a user along with the session, and returns whether there was one. Whoever brings a token or a code of that
    /// user is told that the user is not there any more.
    pub fn remove_user(&self, customer: Id, user: Id) -> bool {
        let Some(customer) = self.store().customer(customer) else {
            return false;
        };
        let is_removed = customer.users().remove(user).is_some();
        customer.sessions().end_of_user(user, self.clock().now());
        if is_removed {
            self.tell(&customer, &Cause::deleted(user));
        }
        is_removed
    }
}
