//! A PATCH that must be refused, and change nothing.

use http::Method;
use serde_json::json;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::webhooks::ground::{administrator, patch, path, subscribe, view},
    expect,
    http::Request,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.subscriptions.patch-rules",
        title: "A PATCH is held to the rules of a creation",
        cites: &["hooks-patch-rules", "hooks-body-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(patch_rules(target))),
    },
    Check {
        id: "webhooks.subscriptions.patch-media-type",
        title: "A PATCH of another media type changes nothing",
        cites: &["hooks-patch-media-type"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(patch_media_type(target))),
    },
    Check {
        id: "webhooks.subscriptions.patch-media-type-status",
        title: "A PATCH of another media type is answered with one of the listed statuses",
        cites: &["hooks-patch-media-type-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(patch_media_type_status(target))),
    },
    Check {
        id: "webhooks.subscriptions.patch-read-only",
        title: "A PATCH of what the server decides is refused",
        cites: &["hooks-patch-read-only"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(patch_read_only(target))),
    },
    Check {
        id: "webhooks.subscriptions.patch-title-taken",
        title: "A PATCH takes no title that another subscription has",
        cites: &["hooks-title-unique", "hooks-patch-rules"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(patch_title_taken(target))),
    },
];

async fn patch_rules(target: &Target) -> Outcome {
    let administrator = administrator(target).await?;
    let made = subscribe(target, json!({})).await?;
    let prefix = target.name("");
    let too_long = format!("{prefix}{}", "a".repeat(201 - prefix.len()));
    for change in [
        json!({ "title": "x" }),
        json!({ "title": too_long }),
        json!({ "title": null }),
        json!({ "title": 7 }),
        json!({ "events": ["entityRead"] }),
        json!({ "events": "entityCreated" }),
        json!({ "events": null }),
        json!({ "endpoint": null }),
        json!({ "endpoint": "not an address" }),
        json!({ "enabled": "false" }),
        json!({ "filter": "entityCreated" }),
        json!({ "events": [], "title": "x" }),
        json!(["events"]),
    ] {
        let answer = administrator.send(patch(path(&made), &change)).await?;
        let action = format!("PATCH of {}", shortened(&change.to_string()));
        expect::status(&answer, &[400]).during(&action)?;
        expect::text(&answer.json()?, "/errors").during(&action)?;
    }
    let shown = view(target, &made).await?;
    Ok(expect::equal("the subscription afterwards", &made, &shown)?)
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

async fn patch_media_type(target: &Target) -> Outcome {
    let administrator = administrator(target).await?;
    let made = subscribe(target, json!({})).await?;
    let change = json!({ "events": [] }).to_string();
    for media_type in [
        "application/json",
        "application/json-patch+json",
        "text/plain",
        "",
    ] {
        let request = Request::new(Method::PATCH, path(&made)).raw(media_type, change.clone());
        let answer = administrator.send(request).await?;
        if answer.status() < 400 {
            expect::status(&answer, &[415, 400]).during(&format!("as `{media_type}`"))?;
        }
    }
    let shown = view(target, &made).await?;
    Ok(expect::equal("the subscription afterwards", &made, &shown)?)
}

async fn patch_media_type_status(target: &Target) -> Outcome {
    let made = subscribe(target, json!({})).await?;
    let change = json!({ "events": [] }).to_string();
    let request = Request::new(Method::PATCH, path(&made)).raw("application/json", change);
    let answer = administrator(target).await?.send(request).await?;
    expect::status(&answer, &[415, 400])?;
    expect::text(&answer.json()?, "/errors")?;
    Ok(target.reading("patch-media-type", answer.status())?)
}

async fn patch_read_only(target: &Target) -> Outcome {
    let administrator = administrator(target).await?;
    let made = subscribe(target, json!({})).await?;
    for (member, value) in [
        ("id", json!(crate::chance::id().to_string())),
        ("customerId", json!(crate::chance::id().to_string())),
        ("createdAt", json!("2020-01-01T00:00:00.000000Z")),
        ("updatedAt", json!("2020-01-01T00:00:00.000000Z")),
        ("_links", json!({})),
        ("name", json!("a name")),
    ] {
        let answer = administrator
            .send(patch(path(&made), &json!({ member: value })))
            .await?;
        expect::status(&answer, &[400]).during(&format!("PATCH of `{member}`"))?;
    }
    let shown = view(target, &made).await?;
    Ok(expect::equal("the subscription afterwards", &made, &shown)?)
}

async fn patch_title_taken(target: &Target) -> Outcome {
    let first = subscribe(target, json!({ "title": target.name("first") })).await?;
    let second = subscribe(target, json!({ "title": target.name("second") })).await?;
    let change = patch(path(&second), &json!({ "title": first["title"] }));
    let answer = administrator(target).await?.send(change).await?;
    if answer.status() < 400 {
        expect::status(&answer, &[409, 400])?;
    }
    let shown = view(target, &second).await?;
    Ok(expect::equal("the second one afterwards", &second, &shown)?)
}
