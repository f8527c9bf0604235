//! The ledger of what a check made and nobody deleted yet, kept from the wire.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::Method;
use serde_json::Value;

use super::session::Session;
use crate::{
    http::{Answer, Request},
    verdict::Broken,
};

/// The beginning of every name and title that a run gives.
pub const PREFIX: &str = "proofhouse-";

/// A collection of the target's configuration, in the order in which clean-up deletes: clients hold the policies they use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Collection {
    /// `config/clients`
    Clients,
    /// `config/loginPolicies`
    LoginPolicies,
    /// `config/tokenPolicies`
    TokenPolicies,
    /// `webhooks/subscriptions`
    Subscriptions,
}

impl Collection {
    /// Every collection, in the order of clean-up.
    pub const ALL: [Self; 4] = [
        Self::Clients,
        Self::LoginPolicies,
        Self::TokenPolicies,
        Self::Subscriptions,
    ];

    /// Returns the collection's segment in a path, which is its name in a list as well.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::LoginPolicies => "loginPolicies",
            Self::TokenPolicies => "tokenPolicies",
            Self::Subscriptions => "subscriptions",
        }
    }

    /// Returns the collection's path below the customer.
    pub fn path(self) -> &'static str {
        match self {
            Self::Clients => "config/clients",
            Self::LoginPolicies => "config/loginPolicies",
            Self::TokenPolicies => "config/tokenPolicies",
            Self::Subscriptions => "webhooks/subscriptions",
        }
    }

    /// Returns the member that carries the name a person gave.
    pub fn name_member(self) -> &'static str {
        match self {
            Self::Clients => "name",
            Self::LoginPolicies | Self::TokenPolicies | Self::Subscriptions => "title",
        }
    }

    /// Finds the collection that a path below the customer begins with, and returns what follows it.
    fn parse(path: &str) -> Option<(Self, &str)> {
        Self::ALL.into_iter().find_map(|collection| {
            let rest = path.strip_prefix(collection.path())?;
            (rest.is_empty() || rest.starts_with('/')).then_some((collection, rest))
        })
    }
}

/// One object of the target's configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// Where it stands.
    pub collection: Collection,
    /// Its id.
    pub id: String,
}

impl Object {
    /// Returns its path below the customer.
    pub fn path(&self) -> String {
        format!("{}/{}", self.collection.path(), self.id)
    }
}

/// What a check made and nobody deleted yet.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Written by exchanges, read by the clean-up; never held across an await.
    objects: Mutex<BTreeSet<Object>>,
}

impl Ledger {
    /// Notes what an exchange made or deleted. Returns whether that is certain: `false` when something may have been made
    /// whose id nobody knows.
    pub(super) fn note(
        &self,
        session: &Session,
        request: &Request,
        result: &Result<Answer, Broken>,
    ) -> bool {
        let Some((collection, id)) = place(session, &request.path) else {
            return true;
        };
        let done = |answer: &Answer| (200..300).contains(&answer.status());
        match (&request.method, id, result) {
            (&Method::POST, None, Ok(answer)) if done(answer) => match created(answer) {
                Some(id) if !session.is_foreign(&id) => {
                    self.lock().insert(Object { collection, id });
                    true
                }
                _ => false,
            },
            (&Method::POST, None, Err(broken)) => !matches!(
                broken,
                Broken::Timeout { .. } | Broken::Protocol { .. } | Broken::TooLarge { .. }
            ),
            (&Method::DELETE, Some(id), Ok(answer)) if done(answer) => {
                self.lock().remove(&Object {
                    collection,
                    id: id.to_owned(),
                });
                true
            }
            _ => true,
        }
    }

    /// Returns what is left, in the order of clean-up, and forgets it.
    pub(crate) fn take(&self) -> Vec<Object> {
        std::mem::take(&mut *self.lock()).into_iter().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<Object>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the collection, and the item if one is named, that a path below the customer means.
fn place<'p>(session: &Session, path: &'p str) -> Option<(Collection, Option<&'p str>)> {
    let rest = path
        .strip_prefix('/')?
        .strip_prefix(session.customer.as_deref()?)?
        .strip_prefix('/')?;
    let (collection, rest) = Collection::parse(rest.trim_end_matches('/'))?;
    let item = rest.strip_prefix('/');
    let is_below = item.is_some_and(|item| item.contains('/'));
    (!is_below).then_some((collection, item))
}

/// Returns the id in the answer to a creation: a JSON string, or the member `id`. Only a plain segment is taken.
fn created(answer: &Answer) -> Option<String> {
    let body: Value = serde_json::from_slice(answer.bytes()).ok()?;
    let id = body.as_str().or_else(|| body.get("id")?.as_str())?;
    is_plain(id).then(|| id.to_owned())
}

/// Tells whether an id can stand in a path as it is: a hostile one must not lead a DELETE elsewhere.
pub(crate) fn is_plain(id: &str) -> bool {
    (1..=128).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
