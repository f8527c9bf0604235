//! Whose notifications these are.

use std::sync::Arc;

use crate::ids::Id;
use crate::keys::Keys;
use crate::store::{Customer, Webhooks};

/// What of a customer goes along with its notifications.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(super) customer: Id,
    pub(super) keys: Keys,
    pub(super) webhooks: Arc<Webhooks>,
}

impl Origin {
    pub(crate) fn of(customer: &Customer) -> Self {
        Self {
            customer: customer.id(),
            keys: customer.keys().clone(),
            webhooks: Arc::clone(customer.webhooks()),
        }
    }
}
