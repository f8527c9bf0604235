//! Subscriptions of a check's own, and who may do what with them.

use http::Method;
use serde_json::{Map, Value, json};

use crate::{
    expect,
    http::{Answer, Request},
    target::{Caller, Target},
    verdict::{During as _, NotPassed},
};

/// The collection.
pub(super) const SUBSCRIPTIONS: &str = "webhooks/subscriptions";

/// Returns who may do everything with webhooks; skips where the target grants the administrator nothing of that.
pub(super) async fn administrator(target: &Target) -> Result<Caller<'_>, NotPassed> {
    target.webhooks_administrator().await
}

/// Returns a request body for a subscription: these members, and what is required besides.
pub(super) async fn draft(target: &Target, members: Value) -> Result<Value, NotPassed> {
    let mut draft = match members {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    if !draft.contains_key("endpoint") {
        draft.insert("endpoint".to_owned(), json!(target.endpoint().await?));
    }
    for (name, value) in [
        ("title", json!(target.name("subscription"))),
        ("events", json!(["entityCreated"])),
    ] {
        draft.entry(name).or_insert(value);
    }
    Ok(Value::Object(draft))
}

/// Asks for a subscription with these members, and returns whatever is answered.
pub(super) async fn ask_for(target: &Target, members: Value) -> Result<Answer, NotPassed> {
    let draft = draft(target, members).await?;
    administrator(target)
        .await?
        .post(SUBSCRIPTIONS, draft)
        .await
}

/// Makes a subscription with these members, and returns it. It tells nobody of anything unless the members say so.
pub(super) async fn subscribe(target: &Target, mut members: Value) -> Result<Value, NotPassed> {
    if members.get("endpoint").is_none() && members.get("enabled").is_none() {
        members["enabled"] = json!(false);
    }
    let answer = ask_for(target, members).await?;
    let action = "making a subscription";
    expect::status(&answer, &[201]).during(action)?;
    let subscription = answer.json().during(action)?;
    expect::text(&subscription, "/id").during(action)?;
    Ok(subscription)
}

/// Returns the path of a subscription below the customer.
pub(super) fn path(subscription: &Value) -> String {
    let id = subscription["id"].as_str().unwrap_or_default();
    format!("{SUBSCRIPTIONS}/{id}")
}

/// Returns a PATCH of a path.
pub(super) fn patch(path: impl Into<String>, members: &Value) -> Request {
    Request::new(Method::PATCH, path).raw("application/merge-patch+json", members.to_string())
}

/// Changes members of a subscription, and returns it as it is answered.
pub(super) async fn modify(
    target: &Target,
    subscription: &Value,
    members: &Value,
) -> Result<Value, NotPassed> {
    let request = patch(path(subscription), members);
    let answer = administrator(target).await?.send(request).await?;
    let action = format!("PATCH of {members}");
    expect::status(&answer, &[200]).during(&action)?;
    Ok(answer.json().during(&action)?)
}

/// Returns a subscription as it is shown.
pub(super) async fn view(target: &Target, subscription: &Value) -> Result<Value, NotPassed> {
    let answer = administrator(target).await?.get(path(subscription)).await?;
    let action = "GET of the subscription";
    expect::status(&answer, &[200]).during(action)?;
    Ok(answer.json().during(action)?)
}

/// Returns what the list shows, and the list itself.
pub(super) async fn listed(target: &Target, query: &str) -> Result<(Vec<Value>, Value), NotPassed> {
    let answer = administrator(target)
        .await?
        .get(format!("{SUBSCRIPTIONS}{query}"))
        .await?;
    let action = format!("GET of the list{query}");
    expect::status(&answer, &[200]).during(&action)?;
    let list = answer.json().during(&action)?;
    let items = expect::present(&list, "/_embedded/subscriptions").during(&action)?;
    Ok((items.as_array().cloned().unwrap_or_default(), list))
}

/// Returns the titles in a list that the check gave, in their order.
pub(super) fn own_titles(target: &Target, items: &[Value]) -> Vec<String> {
    let titles = items.iter().filter_map(|item| item["title"].as_str());
    titles
        .filter(|title| title.starts_with(&format!("{}-", target.prefix())))
        .map(str::to_owned)
        .collect()
}
