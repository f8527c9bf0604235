//! Bounds of subscriptions that the target itself promises: as much is taken, and one more is refused.

use serde_json::{Value, json};

use super::ground;
use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "webhooks.bounds.of-a-subscription",
    title: "An endpoint, a filter and a pattern of as many bytes as the target promises are taken, and one more byte is too much",
    cites: &["bound-subscription"],
    effects: Effects::Creates,
    needs: &[Need::ConfigurationClient, Need::Bounds],
    run: Run::Function(|target| Box::pin(of_a_subscription(target))),
}];

async fn of_a_subscription(target: &Target) -> Outcome {
    let bounds = target.bounds();
    let good = target.endpoint().await?;
    let endpoint = |size: usize| {
        let rest = size.saturating_sub(good.len() + 1);
        json!({ "endpoint": format!("{good}?{}", "x".repeat(rest)) })
    };
    // As JSON it is `{"const":"xxx"}`.
    let filter =
        |size: usize| json!({ "filter": { "const": "x".repeat(size.saturating_sub(12)) } });
    let pattern = |size: usize| json!({ "filter": { "pattern": "x".repeat(size) } });
    hold(target, "endpoint", bounds.endpoint_bytes, endpoint).await?;
    hold(target, "filter", bounds.filter_bytes, filter).await?;
    hold(target, "pattern", bounds.pattern_bytes, pattern).await
}

/// Makes subscriptions with members of sizes about the most, if there is one; `members` makes them.
async fn hold(
    target: &Target,
    what: &str,
    most: Option<usize>,
    members: impl Fn(usize) -> Value,
) -> Outcome {
    let Some(most) = most else {
        return Ok(());
    };
    for size in [most - 1, most, most + 1, 2 * most] {
        let mut members = members(size);
        members["title"] = json!(target.name(&format!("{what}-{size}")));
        members["enabled"] = json!(false);
        let statuses: &[u16] = if size > most { &[400] } else { &[201] };
        let answer = ground::ask_for(target, members).await?;
        expect::status(&answer, statuses).during(&format!("{what} of {size} bytes"))?;
    }
    Ok(())
}
