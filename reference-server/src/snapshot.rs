//! What a server knows, to go back to.

use std::fmt;

use crate::app::App;
use crate::store::Store;
use crate::tenant;

/// Everything that a server knew at one moment: configuration, users, sessions, codes, tokens, keys, what was revoked, and
/// what subscriptions were told. An event whose delivery was under way waits for it again.
///
/// Neither the clock nor the journal is part of it: what has expired by the clock stays expired.
pub struct Snapshot(Store);

impl App {
    /// Takes a snapshot. Requests go on meanwhile; what they change may be in it or not.
    ///
    /// ```
    /// use reference_server::{App, Clock, Ids, settings::Settings};
    ///
    /// let app = App::new(Settings::default(), Clock::fixed(), Ids::seeded(1));
    /// let (before, hash) = (app.snapshot(), app.state_hash());
    /// app.add_tenant(&fixtures::seed::demo())?;
    /// assert_ne!(app.state_hash(), hash);
    /// app.restore(&before);
    /// assert_eq!(app.state_hash(), hash);
    /// # Ok::<(), reference_server::AddTenantError>(())
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.store().copied())
    }

    /// Goes back to a snapshot of this server, as often as wanted. A seed's sequence goes on, so no token that was issued
    /// since is ever issued again.
    pub fn restore(&self, snapshot: &Snapshot) {
        self.store().replace(snapshot.0.copied());
        self.deliver_all();
    }

    /// Goes back to the start: the tenants as they were added, the clock as it was made, no faults, an empty journal, and
    /// the sequence of the seed from its beginning, if there is one. The first keys of each customer sign again.
    ///
    /// ```
    /// use std::time::Duration;
    /// use reference_server::{App, Clock, Ids, settings::Settings};
    ///
    /// let app = App::new(Settings::default(), Clock::fixed(), Ids::seeded(1));
    /// app.add_tenant(&fixtures::seed::demo())?;
    /// let (start, hash) = (app.clock().now(), app.state_hash());
    /// app.clock().advance(Duration::from_secs(60));
    /// app.reset();
    /// assert_eq!((app.clock().now(), app.state_hash()), (start, hash));
    /// # Ok::<(), reference_server::AddTenantError>(())
    /// ```
    pub fn reset(&self) {
        let seed = self.seed();
        self.ids().start_again();
        let fresh = Store::new(self.ids());
        for tenant in seed.iter() {
            let customer = tenant::customer(tenant, self.ids(), self.settings())
                .expect("it was accepted when it was added");
            let customer = match self.store().customer(customer.id()) {
                Some(present) => customer.with_first_keys_of(&present),
                None => customer,
            };
            fresh
                .add_customer(customer)
                .expect("no two of the same id were added");
        }
        self.faults().clear();
        self.clock().reset();
        self.store().replace(fresh);
        if let Some(journal) = self.journal() {
            journal.start_again();
        }
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Snapshot(..)")
    }
}
