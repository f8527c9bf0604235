//! Who may ask at all.

use http::Method;
use serde_json::json;

use super::ground::{SUBSCRIPTIONS, administrator};
use crate::{
    chance,
    check::{Check, Effects, Need, Run},
    expect,
    http::Request,
    secret::Secret,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.bearer.every-operation-asks",
        title: "Every operation answers with the documented text when no token is sent",
        cites: &["hooks-bearer"],
        effects: Effects::Attempts,
        needs: &[],
        run: Run::Function(|target| Box::pin(every_operation_asks(target))),
    },
    Check {
        id: "webhooks.bearer.every-operation-says-unauthorized",
        title: "Every operation answers 401 when no token is sent",
        cites: &["hooks-bearer-status"],
        effects: Effects::Attempts,
        needs: &[],
        run: Run::Function(|target| Box::pin(every_operation_says_unauthorized(target))),
    },
    Check {
        id: "webhooks.bearer.rejected-tokens",
        title: "A token never issued is rejected by every operation",
        cites: &["hooks-rejected"],
        effects: Effects::Attempts,
        needs: &[],
        run: Run::Function(|target| Box::pin(rejected_tokens(target))),
    },
    Check {
        id: "webhooks.bearer.before-everything-else",
        title: "Whoever has no token is told so, and not what exists or what is wrong with the body",
        cites: &["hooks-bearer"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(before_everything_else(target))),
    },
];

/// Every operation: method, and path below a subscription.
const OPERATIONS: [(Method, &str); 16] = [
    (Method::GET, ""),
    (Method::PATCH, ""),
    (Method::DELETE, ""),
    (Method::POST, "/test"),
    (Method::GET, "/summary"),
    (Method::GET, "/events"),
    (Method::GET, "/events/{id}"),
    (Method::GET, "/events/{id}/history"),
    (Method::POST, "/events/{id}/redeliver"),
    (Method::GET, "/exports"),
    (Method::POST, "/exports"),
    (Method::GET, "/exports/{id}"),
    (Method::DELETE, "/exports/{id}"),
    (Method::GET, "/exports/{id}/download"),
    (Method::GET, "/events/exports"),
    (Method::POST, "/events/exports"),
];

/// Returns a request for each operation below a subscription, and for those on the collection.
fn requests(subscription: &str) -> impl Iterator<Item = Request> {
    let id = chance::id().to_string();
    let below = OPERATIONS.into_iter().map({
        let place = format!("{SUBSCRIPTIONS}/{subscription}");
        move |(method, rest)| Request::new(method, format!("{place}{}", rest.replace("{id}", &id)))
    });
    let collection = [
        Request::get(SUBSCRIPTIONS),
        Request::post(SUBSCRIPTIONS).json(json!({})),
    ];
    collection.into_iter().chain(below)
}

async fn every_operation_asks(target: &Target) -> Outcome {
    let text = "Unable to access TBA endpoints without token!";
    for request in requests(&chance::id().to_string()) {
        let action = format!("{} of {}", request.method, request.path());
        let answer = target.anonymous().send(request).await?;
        let body = answer.json().during(&action)?;
        expect::equal("body", &json!({ "errors": text }), &body).during(&action)?;
    }
    Ok(())
}

async fn every_operation_says_unauthorized(target: &Target) -> Outcome {
    for request in requests(&chance::id().to_string()) {
        let action = format!("{} of {}", request.method, request.path());
        let answer = target.anonymous().send(request).await?;
        expect::status(&answer, &[401]).during(&action)?;
    }
    Ok(())
}

async fn rejected_tokens(target: &Target) -> Outcome {
    let halves = [
        chance::id().simple().to_string(),
        chance::id().simple().to_string(),
    ];
    let caller = target.bearer(&Secret::new(halves.concat()));
    for request in requests(&chance::id().to_string()) {
        let action = format!("{} of {}", request.method, request.path());
        let answer = caller.send(request).await?;
        expect::refusal(&answer, &[401, 403]).during(&action)?;
    }
    Ok(())
}

async fn before_everything_else(target: &Target) -> Outcome {
    let made = super::ground::subscribe(target, json!({})).await?;
    let id = expect::text(&made, "/id")?;
    let text = "Unable to access TBA endpoints without token!";
    for request in requests(id) {
        let action = format!("{} of {}", request.method, request.path());
        let answer = target.anonymous().send(request).await?;
        let body = answer.json().during(&action)?;
        expect::equal("body", &json!({ "errors": text }), &body).during(&action)?;
    }
    let shown = administrator(target)
        .await?
        .get(super::ground::path(&made))
        .await?;
    expect::status(&shown, &[200]).during("the subscription afterwards")?;
    Ok(expect::equal(
        "the subscription afterwards",
        &made,
        &shown.json()?,
    )?)
}
