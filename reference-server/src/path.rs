//! The one spelling of a path that is routed and decided upon.

use std::borrow::Cow;

use http::Uri;
use http::uri::PathAndQuery;
use percent_encoding::percent_decode_str;

use crate::ids::Id;

/// The path of a request whose every segment is a plain name: not empty, not `.` or `..`, and made of RFC 3986's
/// unreserved characters only.
///
/// The door makes one for every request before anything looks at the path, so the scope decision and the routing
/// cannot be of two minds about what a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResourcePath(PathAndQuery);

impl ResourcePath {
    /// Takes the path of a request that came through the door.
    pub(crate) fn of(uri: &Uri) -> Self {
        Self(
            uri.path_and_query()
                .cloned()
                .unwrap_or_else(|| PathAndQuery::from_static("/")),
        )
    }

    /// Returns the first segment.
    pub(crate) fn customer(&self) -> &str {
        self.split().0
    }

    /// Returns what follows the customer, without a slash in front: what a scope speaks about.
    pub(crate) fn resource(&self) -> &str {
        self.split().1
    }

    /// Returns what a scope has to allow: the resource, except that the events of a subscription, their exports and their
    /// summary belong to `webhooks/events`, although they lie below the subscription.
    ///
    /// Access to subscriptions can be given without access to what they caught (seed 001).
    pub(crate) fn guarded(&self) -> Cow<'_, str> {
        let resource = self.resource();
        let below = resource
            .strip_prefix("webhooks/subscriptions/")
            .and_then(|below| below.split_once('/'));
        let Some((_, below)) = below else {
            return Cow::Borrowed(resource);
        };
        let (first, _) = below.split_once('/').unwrap_or((below, ""));
        match first {
            "events" => Cow::Owned(format!("webhooks/{below}")),
            "exports" | "summary" => Cow::Owned(format!("webhooks/events/{below}")),
            _ => Cow::Borrowed(resource),
        }
    }

    /// Returns the item that a path below a collection names: `<id>` in `config/clients/<id>/secret`.
    pub(crate) fn item(&self) -> Option<&str> {
        self.resource().split('/').nth(2)
    }

    /// Returns the session that a path names: `<id>` in `sessions/<id>`.
    pub(crate) fn session(&self) -> Option<Id> {
        let (sessions, id) = self.resource().split_once('/')?;
        (sessions == SESSIONS).then(|| Id::parse(id)).flatten()
    }

    fn split(&self) -> (&str, &str) {
        let path = self.0.path().trim_start_matches('/');
        path.split_once('/').unwrap_or((path, ""))
    }
}

/// The path of a request as it was sent, where the door gave it another spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent(pub(crate) String);

/// The name of the sessions in paths.
pub(crate) const SESSIONS: &str = "sessions";

/// Stands where a customer id is wanted. No customer has it.
pub(crate) const NO_CUSTOMER: &str = "-";

/// Returns whether a plain path begins with a resource where others have their customer.
pub(crate) fn lacks_customer(plain: &str) -> bool {
    plain
        .strip_prefix('/')
        .and_then(|path| path.split('/').next())
        .is_some_and(|first| first == SESSIONS)
}

/// Where a request is sent whose path has a spelling that names nothing. No customer has such an id, and no resource
/// such a name; it lies below `config`, so it is refused in the same order as anything else there.
pub(crate) const NOWHERE: &str = "/-/config/-";

/// Returns the plain spelling of a raw path, or `None` if it names nothing.
///
/// Segments are split before they are decoded, so an encoded slash is part of a name, and no name has one. Decoding
/// happens once: what still needs an encoding afterwards names nothing either.
///
/// A path that is already plain, as nearly all are, is returned as it is.
pub(crate) fn plain(raw: &str) -> Option<Cow<'_, str>> {
    let segments = raw.strip_prefix('/')?;
    if segments.split('/').all(is_plain_name) {
        return Some(Cow::Borrowed(raw));
    }
    let mut decoded = String::with_capacity(raw.len());
    for segment in segments.split('/') {
        let name = percent_decode_str(segment).decode_utf8().ok()?;
        if !is_plain_name(&name) {
            return None;
        }
        decoded.push('/');
        decoded.push_str(&name);
    }
    Some(Cow::Owned(decoded))
}

fn is_plain_name(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && segment
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "6d1f0b8a-7c11-4c39-9a51-000000000001";

    #[test]
    fn parts_have_names() {
        let uri: Uri = format!("/c/config/clients/{ID}/secret?x=/y")
            .parse()
            .expect("a URI");
        let path = ResourcePath::of(&uri);
        assert_eq!(path.customer(), "c");
        assert_eq!(path.resource(), format!("config/clients/{ID}/secret"));
        assert_eq!(path.item(), Some(ID));
        let short = ResourcePath::of(&Uri::from_static("/c"));
        assert_eq!(
            (short.customer(), short.resource(), short.item()),
            ("c", "", None)
        );
    }

    #[test]
    fn what_a_subscription_caught_is_guarded_by_the_events() {
        for (resource, guarded) in [
            ("config/clients/x/secret", "config/clients/x/secret"),
            ("webhooks/subscriptions", "webhooks/subscriptions"),
            ("webhooks/subscriptions/s", "webhooks/subscriptions/s"),
            (
                "webhooks/subscriptions/s/test",
                "webhooks/subscriptions/s/test",
            ),
            (
                "webhooks/subscriptions/events",
                "webhooks/subscriptions/events",
            ),
            ("webhooks/subscriptions/s/events", "webhooks/events"),
            (
                "webhooks/subscriptions/s/events/e/history",
                "webhooks/events/e/history",
            ),
            (
                "webhooks/subscriptions/s/events/exports",
                "webhooks/events/exports",
            ),
            (
                "webhooks/subscriptions/s/exports",
                "webhooks/events/exports",
            ),
            (
                "webhooks/subscriptions/s/exports/x/download",
                "webhooks/events/exports/x/download",
            ),
            (
                "webhooks/subscriptions/s/summary",
                "webhooks/events/summary",
            ),
            (
                "webhooks/subscriptions/s/eventsx",
                "webhooks/subscriptions/s/eventsx",
            ),
        ] {
            let uri: Uri = format!("/c/{resource}").parse().expect("a URI");
            assert_eq!(ResourcePath::of(&uri).guarded(), guarded);
        }
    }

    #[test]
    fn unreserved_characters_may_be_encoded() {
        assert_eq!(
            plain("/c/%63onfig/clients").as_deref(),
            Some("/c/config/clients")
        );
        assert_eq!(
            plain("/c/config/cl%69ents/%36d").as_deref(),
            Some("/c/config/clients/6d")
        );
        assert!(matches!(plain("/c/config/clients"), Some(Cow::Borrowed(_))));
    }

    #[test]
    fn other_spellings_name_nothing() {
        for raw in [
            "",
            "/",
            "*",
            "//",
            "/c//clients",
            "/c/config/clients/",
            "/c/config/./clients",
            "/c/config/x/../clients",
            "/c/config/%2e%2e/clients",
            "/c/config/.%2E/clients",
            "/c/config%2Fclients",
            "/c/config%5cclients",
            "/c/config\\clients",
            "/c/config/clients%00",
            "/c/config/clients/%",
            "/c/config/clients/%zz",
            "/c/config/clients/%ff",
            "/c/config/clients/%2563",
            "/c/config/clients;v=1",
            "/c/config/clients/%20",
        ] {
            assert_eq!(plain(raw), None, "`{raw}`");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_plain_path_stays_as_it_is(raw in "/[ -~]{0,40}") {
            if let Some(path) = plain(&raw) {
                prop_assert_eq!(plain(&path), Some(Cow::Borrowed(&*path)));
                prop_assert!(!path.contains('%'));
            }
        }
    }
}
