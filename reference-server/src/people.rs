//! Adding and removing people by hand, beside the registration page.

use fixtures::seed::TenantError;
use fixtures::seed::tenant as seed;

use crate::app::App;
use crate::ids::Id;
use crate::store::{NotAdded, NotAdmitted};
use crate::tenant;

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

impl App {
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
        admitted.map(|user| user.id).map_err(|error| match error {
            NotAdmitted::IdTaken => AddUserError::Taken("uuid"),
            NotAdmitted::NotAdded(NotAdded::EmailTaken) => AddUserError::Taken("email"),
            NotAdmitted::NotAdded(NotAdded::Full) => AddUserError::Full,
        })
    }

    /// Removes a user along with the session, and returns whether there was one. Whoever brings a token or a code of that
    /// user is told that the user is not there any more.
    pub fn remove_user(&self, customer: Id, user: Id) -> bool {
        let Some(customer) = self.store().customer(customer) else {
            return false;
        };
        let is_removed = customer.users().remove(user).is_some();
        customer.sessions().end_of_user(user, self.clock().now());
        is_removed
    }
}
