//! Below `/{customerId}/config`: the configuration APIs.

pub(crate) mod answer;
pub(crate) mod clients;
pub(crate) mod hal;
mod list;
pub(crate) mod login_policies;
pub(crate) mod token_policies;

use crate::error::AdminError;
use crate::extract::Administrator;
use crate::store::{Item, NotRemoved};

use answer::Deleted;

/// Refuses a path below `config` that names nothing.
pub(crate) async fn unknown(_administrator: Administrator) -> AdminError {
    AdminError::NotFound
}

/// Refuses a method that a resource does not take.
pub(crate) async fn method_not_allowed(_administrator: Administrator) -> AdminError {
    AdminError::MethodNotAllowed
}

/// Deletes the item that the path names, unless clients use it.
fn remove<T: Item>(administrator: &Administrator) -> Result<Deleted, AdminError> {
    let customer = administrator.customer();
    let item = administrator.item::<T>()?;
    match customer.remove::<T>(item.id()) {
        Ok(()) => Ok(Deleted(administrator.readings().deletion_status)),
        Err(NotRemoved::Unknown) => Err(AdminError::NotFound),
        Err(NotRemoved::InUse(clients)) => Err(AdminError::InUse {
            customer: customer.id(),
            clients,
        }),
    }
}
