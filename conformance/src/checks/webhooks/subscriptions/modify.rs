//! What a PATCH changes.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    checks::webhooks::ground::{administrator, draft, modify, path, subscribe, view},
    expect,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.subscriptions.patch",
        title: "A PATCH changes the member that is sent and no other",
        cites: &[
            "hooks-patch",
            "hooks-patch-members",
            "hooks-patch-nowhere-else",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(patch_one(target))),
    },
    Check {
        id: "webhooks.subscriptions.patch-several",
        title: "A PATCH changes several members at once, and answers with the subscription",
        cites: &["hooks-patch"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(patch_several(target))),
    },
    Check {
        id: "webhooks.subscriptions.patch-nothing",
        title: "An empty PATCH changes nothing, and is no mistake",
        cites: &["hooks-patch"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(patch_nothing(target))),
    },
    Check {
        id: "webhooks.subscriptions.patch-same-title",
        title: "A PATCH may send the title that the subscription has",
        cites: &["hooks-patch-members"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(patch_same_title(target))),
    },
    Check {
        id: "webhooks.subscriptions.patch-null",
        title: "Null takes the filter out",
        cites: &["hooks-patch-null"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(patch_null(target))),
    },
    Check {
        id: "webhooks.subscriptions.no-put",
        title: "PUT replaces nothing",
        cites: &["hooks-no-put"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(no_put(target))),
    },
    Check {
        id: "webhooks.subscriptions.no-put-status",
        title: "PUT is answered 405 with the methods that there are",
        cites: &["hooks-no-put-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(no_put_status(target))),
    },
];

/// What a comparison of two states leaves out: it moves with every change.
fn without_time(mut subscription: Value) -> Value {
    if let Some(members) = subscription.as_object_mut() {
        members.remove("updatedAt");
    }
    subscription
}

fn filter() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema",
        "properties": { "entityCreated": { "properties": { "entityType": { "const": "user" } } } },
    })
}

async fn patch_one(target: &Target) -> Outcome {
    let mut expected = subscribe(target, json!({})).await?;
    let endpoint = target.endpoint().await?;
    for (member, value) in [
        ("title", json!(target.name("with another title"))),
        ("events", json!(["entityDeleted", "entityUpdated"])),
        ("endpoint", json!(endpoint)),
        ("filter", filter()),
        ("events", json!([])),
        ("enabled", json!(true)),
        ("enabled", json!(false)),
    ] {
        let changed = modify(target, &expected, &json!({ member: value })).await?;
        expected[member] = value;
        let action = format!("PATCH of `{member}`");
        let (expected, changed) = (without_time(expected.clone()), without_time(changed));
        expect::equal("the answer", &expected, &changed).during(&action)?;
        let shown = without_time(view(target, &expected).await?);
        expect::equal("what is shown later", &expected, &shown).during(&action)?;
    }
    Ok(())
}

async fn patch_several(target: &Target) -> Outcome {
    let made = subscribe(target, json!({ "filter": filter() })).await?;
    let other = subscribe(target, json!({ "title": target.name("beside it") })).await?;
    let change = json!({ "title": target.name("changed"), "events": ["entityUpdated"] });
    let changed = modify(target, &made, &change).await?;
    for member in ["title", "events"] {
        expect::member(&changed, &format!("/{member}"), &change[member])?;
    }
    for member in [
        "id",
        "customerId",
        "endpoint",
        "enabled",
        "filter",
        "createdAt",
        "_links",
    ] {
        expect::member(&changed, &format!("/{member}"), &made[member])?;
    }
    let shown = view(target, &other).await?;
    Ok(expect::equal("the subscription beside it", &other, &shown)?)
}

async fn patch_nothing(target: &Target) -> Outcome {
    let made = subscribe(target, json!({ "filter": filter() })).await?;
    let changed = modify(target, &made, &json!({})).await?;
    let (made, changed) = (without_time(made), without_time(changed));
    Ok(expect::equal("the subscription", &made, &changed)?)
}

async fn patch_same_title(target: &Target) -> Outcome {
    let made = subscribe(target, json!({})).await?;
    let change = json!({ "title": made["title"], "events": [] });
    let changed = modify(target, &made, &change).await?;
    expect::member(&changed, "/title", &made["title"])?;
    Ok(expect::member(&changed, "/events", &json!([]))?)
}

async fn patch_null(target: &Target) -> Outcome {
    let made = subscribe(target, json!({ "filter": filter() })).await?;
    expect::member(&made, "/filter", &filter()).during("the creation")?;
    let changed = modify(target, &made, &json!({ "filter": null })).await?;
    expect::absent(&changed, "/filter").during("the answer")?;
    let shown = view(target, &made).await?;
    expect::absent(&shown, "/filter").during("shown later")?;
    Ok(expect::member(&shown, "/events", &made["events"])?)
}

async fn no_put(target: &Target) -> Outcome {
    let made = subscribe(target, json!({})).await?;
    let members =
        json!({ "title": target.name("put"), "events": [], "endpoint": made["endpoint"] });
    let body = draft(target, members).await?;
    let answer = administrator(target).await?.put(path(&made), body).await?;
    if answer.status() < 400 {
        expect::status(&answer, &[405])?;
    }
    let shown = view(target, &made).await?;
    Ok(expect::equal(
        "the subscription after the PUT",
        &made,
        &shown,
    )?)
}

async fn no_put_status(target: &Target) -> Outcome {
    let made = subscribe(target, json!({})).await?;
    let body = draft(target, json!({ "enabled": false })).await?;
    let answer = administrator(target).await?.put(path(&made), body).await?;
    expect::status(&answer, &[405])?;
    let allow = answer.header("allow").unwrap_or_default();
    for method in ["GET", "PATCH", "DELETE"] {
        let listed = allow.split(',').any(|listed| listed.trim() == method);
        expect::equal(
            &format!("`{method}` in the header allow"),
            &json!(true),
            &json!(listed),
        )?;
    }
    Ok(())
}
