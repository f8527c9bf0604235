//! Subscriptions: who is notified of what.

use crate::clock::Moment;
use crate::ids::Id;
use crate::webhooks::Filter;

/// A subscription. It never changes; another one takes its place.
#[derive(Debug, Clone)]
pub(crate) struct Subscription {
    pub(crate) id: Id,
    pub(crate) created_at: Moment,
    pub(crate) updated_at: Moment,
    pub(crate) terms: Terms,
}

/// What somebody chose who made or changed a subscription.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) title: String,
    /// The URL of the listener, as it was sent.
    pub(crate) endpoint: String,
    pub(crate) events: Vec<EventType>,
    pub(crate) enabled: bool,
    pub(crate) filter: Option<Filter>,
}

/// What one can be notified of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventType {
    Created,
    Updated,
    Deleted,
}

impl EventType {
    pub(crate) const ALL: [Self; 3] = [Self::Created, Self::Deleted, Self::Updated];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Created => "entityCreated",
            Self::Updated => "entityUpdated",
            Self::Deleted => "entityDeleted",
        }
    }
}
