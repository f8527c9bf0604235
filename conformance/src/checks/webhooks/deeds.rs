//! What is tried with a token, to see whether its scopes allow it.
//!
//! Only objects of the check's own are touched. What is refused must be refused with 403; what is allowed must not be, and
//! does what it says.

use http::Method;
use serde_json::json;

use super::ground::{SUBSCRIPTIONS, administrator, draft, patch, path, subscribe};
use crate::{
    expect,
    http::Request,
    target::Target,
    verdict::{During as _, NotPassed, Outcome},
};

/// Something that somebody tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// GET of the list.
    List,
    /// GET of the subscription.
    View,
    /// GET of another subscription.
    ViewOther,
    /// POST of a subscription.
    Create,
    /// PATCH of the subscription.
    Modify,
    /// DELETE of the subscription.
    Delete,
    /// POST of a test notification; the subscription is disabled, so that none is sent.
    Test,
    /// GET of the events.
    Events,
    /// GET of the summary.
    Summary,
    /// GET of the exports.
    Exports,
    /// POST of an export.
    StartExport,
}

/// Tries what is refused, then what is allowed, with a token of these scopes; `{id}` in a scope is the subscription.
pub(super) async fn hold(
    target: &Target,
    scopes: &[&str],
    allowed: &[Deed],
    refused: &[Deed],
) -> Outcome {
    administrator(target).await?;
    let made = subscribe(target, json!({ "title": title(target, "one") })).await?;
    let other = subscribe(target, json!({ "title": title(target, "other") })).await?;
    let id = expect::text(&made, "/id")?;
    let scopes: Vec<String> = scopes
        .iter()
        .map(|scope| scope.replace("{id}", id))
        .collect();
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let caller = target.bearer_of(&scopes).await?;
    let tries = refused.iter().map(|deed| (deed, false));
    for (deed, is_allowed) in tries.chain(allowed.iter().map(|deed| (deed, true))) {
        let request = deed.request(target, &path(&made), &path(&other)).await?;
        let answer = caller.send(request).await?;
        let statuses = match is_allowed {
            true => deed.statuses(),
            false => &[403],
        };
        expect::status(&answer, statuses).during(&format!("{deed:?}"))?;
    }
    Ok(())
}

/// Returns a title that no other call of the same check gives.
fn title(target: &Target, what: &str) -> String {
    target.name(&format!("{what} {}", crate::chance::id().simple()))
}

impl Deed {
    async fn request(self, target: &Target, one: &str, other: &str) -> Result<Request, NotPassed> {
        let below = |rest: &str| format!("{one}/{rest}");
        Ok(match self {
            Self::List => Request::get(SUBSCRIPTIONS),
            Self::View => Request::get(one),
            Self::ViewOther => Request::get(other),
            Self::Create => {
                let members = json!({ "title": title(target, "new"), "enabled": false });
                Request::post(SUBSCRIPTIONS).json(draft(target, members).await?)
            }
            Self::Modify => patch(one, &json!({ "events": ["entityUpdated"] })),
            Self::Delete => Request::delete(one),
            Self::Test => Request::new(Method::POST, below("test")),
            Self::Events => Request::get(below("events")),
            Self::Summary => Request::get(below("summary")),
            Self::Exports => Request::get(below("exports")),
            Self::StartExport => Request::new(Method::POST, below("exports")),
        })
    }

    /// Returns the statuses that show that it was allowed.
    fn statuses(self) -> &'static [u16] {
        match self {
            Self::List
            | Self::View
            | Self::ViewOther
            | Self::Modify
            | Self::Events
            | Self::Summary
            | Self::Exports => &[200],
            Self::Create => &[201],
            Self::Delete => &[204, 200],
            // Whoever may ask is told that the subscription is disabled.
            Self::Test => &[409],
            Self::StartExport => &[202, 201, 200],
        }
    }
}
