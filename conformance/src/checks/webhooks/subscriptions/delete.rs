//! What a deletion takes away.

use serde_json::json;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::webhooks::ground::{administrator, listed, own_titles, patch, path, subscribe, view},
    expect,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.subscriptions.delete",
        title: "A deleted subscription is gone, and no other one",
        cites: &["hooks-delete"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(delete(target))),
    },
    Check {
        id: "webhooks.subscriptions.delete-status",
        title: "A deletion is answered 204 without a body, or 200",
        cites: &["hooks-delete-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(delete_status(target))),
    },
];

async fn delete(target: &Target) -> Outcome {
    let administrator = administrator(target).await?;
    let made = subscribe(target, json!({ "title": target.name("deleted") })).await?;
    let other = subscribe(target, json!({ "title": target.name("kept") })).await?;
    let answer = administrator.delete(path(&made)).await?;
    if !(200..300).contains(&answer.status()) {
        expect::status(&answer, &[204, 200]).during("DELETE")?;
    }
    let change = patch(path(&made), &json!({ "enabled": true }));
    for (answer, method) in [
        (administrator.get(path(&made)).await?, "GET"),
        (administrator.send(change).await?, "PATCH"),
        (administrator.delete(path(&made)).await?, "DELETE"),
    ] {
        expect::status(&answer, &[404]).during(&format!("{method} after the deletion"))?;
    }
    let (items, _) = listed(target, "").await?;
    let kept = json!([target.name("kept")]);
    expect::equal("what is listed", &kept, &json!(own_titles(target, &items)))?;
    Ok(expect::equal(
        "the other one",
        &other,
        &view(target, &other).await?,
    )?)
}

async fn delete_status(target: &Target) -> Outcome {
    let made = subscribe(target, json!({})).await?;
    let answer = administrator(target).await?.delete(path(&made)).await?;
    let status = expect::status(&answer, &[204, 200])?;
    if status == 204 {
        expect::equal("body", &json!(""), &json!(answer.text()))?;
    }
    Ok(())
}
