//! Clients that are let in without having proved who they are.

use std::convert::Infallible;
use std::sync::Arc;

use crate::app::App;
use crate::ids::Id;
use crate::secret::SecretDigest;
use crate::store::{Client, ClientSecret, Customer};

/// What a client authenticates with while it is let in.
pub(super) const SECRET: &str = "let-in-by-a-fault";

/// A client that has another secret for the time of one exchange, in which no other reaches the handlers. It gets its
/// own back however the exchange ends.
pub(super) struct LetIn {
    customer: Arc<Customer>,
    client: Id,
    own: Option<ClientSecret>,
}

impl LetIn {
    pub(super) fn new(app: &App, customer: Id, client: Id) -> Option<Self> {
        let customer = app.store().customer(customer)?;
        let own = customer.find::<Client>(client)?.secret.clone();
        let other = ClientSecret {
            digest: SecretDigest::of(SECRET),
            readable: None,
        };
        let let_in = Self {
            customer,
            client,
            own,
        };
        let_in.give(Some(other));
        Some(let_in)
    }

    fn give(&self, secret: Option<ClientSecret>) {
        let changed = self
            .customer
            .replace::<Client, Infallible>(self.client, |client, _| {
                Ok(Client {
                    secret,
                    ..client.clone()
                })
            });
        // A client that is gone needs no secret.
        drop(changed);
    }
}

impl Drop for LetIn {
    fn drop(&mut self) {
        let own = self.own.take();
        self.give(own);
    }
}
