//! Sessions: who is signed in, and on which devices.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::digest::{Digest, digest};
use crate::clock::Moment;
use crate::ids::{Id, Ids, Token};
use crate::settings::HostedLogin;

/// That somebody is signed in. It never changes; another one takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    /// The `sid` of ID tokens: the same until the session ends.
    pub(crate) id: Id,
    pub(crate) user: Id,
    /// When the user signed in last, be it without a password.
    pub(crate) auth_time: Moment,
    pub(crate) acr: &'static str,
    pub(crate) amr: &'static [&'static str],
    pub(crate) created: Moment,
}

impl Session {
    /// What signing in with a password amounts to: one factor.
    pub(crate) const BY_PASSWORD: (&'static str, &'static [&'static str]) =
        ("urn:akamai-ic:nist:800-63-3:aal:1", &["pwd"]);
}

/// What a browser keeps to be recognised: the value of its cookie.
pub(crate) struct Device(Token);

impl Device {
    pub(crate) fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// The sessions of one customer: one a user, with the devices that are bound to it.
///
/// What has expired is dropped by whoever comes next, so memory is bounded by what lives.
pub(crate) struct Sessions {
    settings: HostedLogin,
    /// One lock for all of it: each operation is a few look-ups, and what the tables say of each other always holds.
    records: Mutex<Records>,
}

#[derive(Default, Clone)]
struct Records {
    sessions: HashMap<Id, Record>,
    of_user: HashMap<Id, Id>,
    /// By the digests of their values, which are not kept.
    of_device: HashMap<Digest, Id>,
    /// The sessions in the order in which they expire.
    expiry: BTreeSet<(Moment, Id)>,
}

#[derive(Clone)]
struct Record {
    session: Arc<Session>,
    /// In the order in which they signed in.
    devices: Vec<Digest>,
    /// The end, used or not.
    end: Moment,
    /// The end, if nobody uses it before.
    expires: Moment,
}

impl Sessions {
    pub(crate) fn new(settings: HostedLogin) -> Self {
        Self {
            settings,
            records: Mutex::default(),
        }
    }

    /// Returns the session that a device is bound to. That is a use of it.
    pub(crate) fn of_device(&self, device: &str, now: Moment) -> Option<Arc<Session>> {
        let mut records = self.at(now);
        let id = *records.of_device.get(&digest(device))?;
        records.renew(id, now + self.settings.session_idle);
        records.session(id)
    }

    /// Binds a device to the one session of a user who entered a password; it begins if there is none.
    ///
    /// The device gets a new value, whatever it presents: a value that somebody planted before is worth nothing.
    pub(crate) fn sign_in(
        &self,
        user: Id,
        device: Option<&str>,
        ids: &Ids,
        now: Moment,
    ) -> (Arc<Session>, Device) {
        let fresh = Device(ids.token());
        let bound = digest(fresh.reveal());
        let mut records = self.at(now);
        if let Some(device) = device {
            records.unbind(device);
        }
        let id = match records.of_user.get(&user) {
            Some(id) => *id,
            None => records.begin(ids.id(), user, now),
        };
        records.of_device.insert(bound, id);
        let session = records.authenticate(id, Session::BY_PASSWORD, now);
        let forgotten = records.sessions.get_mut(&id).and_then(|record| {
            record.end = now + self.settings.session_lifetime;
            record.devices.push(bound);
            (record.devices.len() > self.settings.devices.max(1)).then(|| record.devices.remove(0))
        });
        if let Some(forgotten) = forgotten {
            records.of_device.remove(&forgotten);
        }
        records.renew(id, now + self.settings.session_idle);
        (session, fresh)
    }

    /// Moves the time of authentication: somebody was signed in at another site without being asked.
    pub(crate) fn touch(&self, id: Id, now: Moment) -> Option<Arc<Session>> {
        let mut records = self.at(now);
        let record = records.sessions.get(&id)?;
        let by = (record.session.acr, record.session.amr);
        records.renew(id, now + self.settings.session_idle);
        Some(records.authenticate(id, by, now))
    }

    /// Signs one device out. The others stay, and so does the session until it expires.
    pub(crate) fn unbind(&self, device: &str, now: Moment) {
        self.at(now).unbind(device);
    }

    /// Ends a session on every device, and returns whether there was one.
    pub(crate) fn end(&self, id: Id, now: Moment) -> bool {
        self.at(now).end(id)
    }

    pub(crate) fn find(&self, id: Id, now: Moment) -> Option<Arc<Session>> {
        self.at(now).session(id)
    }

    pub(crate) fn of_user(&self, user: Id, now: Moment) -> Option<Arc<Session>> {
        let records = self.at(now);
        let id = records.of_user.get(&user)?;
        records.session(*id)
    }

    /// Ends the session of a user, if there is one.
    pub(crate) fn end_of_user(&self, user: Id, now: Moment) {
        let mut records = self.at(now);
        if let Some(id) = records.of_user.get(&user).copied() {
            records.end(id);
        }
    }

    /// Returns a copy, for a snapshot.
    pub(super) fn copied(&self) -> Self {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        Self {
            settings: self.settings,
            records: Mutex::new(records.clone()),
        }
    }

    /// Returns the session of whoever signed in last.
    pub(crate) fn latest(&self, now: Moment) -> Option<Arc<Session>> {
        let records = self.at(now);
        let sessions = records.sessions.values().map(|record| &record.session);
        sessions.max_by_key(|session| session.auth_time).cloned()
    }

    /// Drops what has expired; call it now and then, also when nobody comes.
    pub(crate) fn sweep(&self, now: Moment) {
        drop(self.at(now));
    }

    /// Returns what is there at a moment. A lock that was poisoned is used all the same: what a change leaves half done
    /// is a device without a session, and that is nothing.
    fn at(&self, now: Moment) -> MutexGuard<'_, Records> {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.expire(now);
        records
    }
}

impl Records {
    fn session(&self, id: Id) -> Option<Arc<Session>> {
        let record = self.sessions.get(&id)?;
        Some(Arc::clone(&record.session))
    }

    /// Begins a session that ends at once: whoever calls says until when it lives.
    fn begin(&mut self, id: Id, user: Id, now: Moment) -> Id {
        let (acr, amr) = Session::BY_PASSWORD;
        let session = Session {
            id,
            user,
            auth_time: now,
            acr,
            amr,
            created: now,
        };
        let record = Record {
            session: Arc::new(session),
            devices: Vec::new(),
            end: now,
            expires: now,
        };
        self.sessions.insert(id, record);
        self.of_user.insert(user, id);
        self.expiry.insert((now, id));
        id
    }

    /// Says when and by what the user of a session that is there was authenticated.
    fn authenticate(
        &mut self,
        id: Id,
        (acr, amr): (&'static str, &'static [&'static str]),
        now: Moment,
    ) -> Arc<Session> {
        let record = self
            .sessions
            .get_mut(&id)
            .expect("whoever calls has seen it under this lock");
        record.session = Arc::new(Session {
            auth_time: record.session.auth_time.max(now),
            acr,
            amr,
            ..*record.session
        });
        Arc::clone(&record.session)
    }

    /// Lets a session live on, but not past its end.
    fn renew(&mut self, id: Id, expires: Moment) {
        if let Some(record) = self.sessions.get_mut(&id) {
            self.expiry.remove(&(record.expires, id));
            record.expires = expires.min(record.end);
            self.expiry.insert((record.expires, id));
        }
    }

    fn unbind(&mut self, device: &str) {
        let device = digest(device);
        let session = self.of_device.remove(&device);
        if let Some(record) = session.and_then(|id| self.sessions.get_mut(&id)) {
            record.devices.retain(|bound| *bound != device);
        }
    }

    fn end(&mut self, id: Id) -> bool {
        let Some(record) = self.sessions.remove(&id) else {
            return false;
        };
        self.expiry.remove(&(record.expires, id));
        self.of_user.remove(&record.session.user);
        for device in &record.devices {
            self.of_device.remove(device);
        }
        true
    }

    fn expire(&mut self, now: Moment) {
        let before = self.sessions.len();
        while let Some((expires, id)) = self.expiry.first().copied()
            && expires <= now
        {
            self.end(id);
        }
        // A crowd that has left does not keep its room.
        if self.sessions.len() < before && self.sessions.capacity() > 4 * self.sessions.len() {
            self.sessions.shrink_to_fit();
            self.of_user.shrink_to_fit();
            self.of_device.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests;
