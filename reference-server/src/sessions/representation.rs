//! How a session is shown. No page that can be read prints one, so this is a choice.

use serde::Serialize;

use crate::config::hal::Link;
use crate::ids::Id;
use crate::path::SESSIONS;
use crate::store::Session;

/// A session, without its devices.
#[derive(Serialize)]
pub(crate) struct Shown {
    id: Id,
    /// The subject of the user's tokens.
    sub: Id,
    /// Seconds since 1970 (UTC), as in ID tokens.
    auth_time: u64,
    acr: &'static str,
    amr: &'static [&'static str],
    #[serde(rename = "createdAt")]
    created: String,
    #[serde(rename = "updatedAt")]
    updated: String,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Serialize)]
struct Links {
    #[serde(rename = "self")]
    own: Link,
}

impl Shown {
    pub(super) fn of(customer: Id, session: &Session) -> Self {
        Self {
            id: session.id,
            sub: session.user,
            auth_time: session.auth_time.seconds(),
            acr: session.acr,
            amr: session.amr,
            created: session.created.to_string(),
            updated: session.auth_time.to_string(),
            links: Links {
                own: Link::to(format!("/{customer}/{SESSIONS}/{}", session.id)),
            },
        }
    }
}
