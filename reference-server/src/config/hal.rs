//! Links, in the manner of HAL.

use serde::Serialize;

use crate::ids::Id;
use crate::store::Item;

/// A path without host, as the value of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Link {
    href: String,
}

impl Link {
    pub(crate) fn to(href: String) -> Self {
        Self { href }
    }
}

/// The links of a policy.
#[derive(Debug, Serialize)]
pub(crate) struct Links {
    #[serde(rename = "self")]
    own: Link,
}

impl Links {
    /// Links to an item of one of the customer's collections.
    pub(crate) fn to<T: Item>(customer: Id, id: Id) -> Self {
        Self {
            own: Link::to(format!("/{customer}/config/{}/{id}", T::COLLECTION)),
        }
    }
}

/// A policy in a list.
#[derive(Serialize)]
pub(crate) struct PolicySummary {
    id: Id,
    title: String,
    #[serde(rename = "_links")]
    links: Links,
}

impl PolicySummary {
    pub(crate) fn of<T: Item>(customer: Id, policy: &T, title: &str) -> Self {
        Self {
            id: policy.id(),
            title: title.to_owned(),
            links: Links::to::<T>(customer, policy.id()),
        }
    }
}
