//! The list of subscriptions, and its pages.

use serde_json::{Value, json};

use crate::{
    chance,
    check::{Check, Effects, Need, Run},
    checks::webhooks::ground::{SUBSCRIPTIONS, administrator, listed, own_titles, path, subscribe},
    expect,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.subscriptions.list",
        title: "The list shows every subscription in full, and a new one at once",
        cites: &["hooks-list-embedded", "hooks-list-everything"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(list(target))),
    },
    Check {
        id: "webhooks.subscriptions.list-counts",
        title: "The list counts what it holds, and links to itself",
        cites: &["hooks-list-total"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(list_counts(target))),
    },
    Check {
        id: "webhooks.subscriptions.list-page",
        title: "A page that cannot be is answered with the last one",
        cites: &["hooks-list-page"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(list_page(target))),
    },
    Check {
        id: "webhooks.subscriptions.unknown",
        title: "A subscription that does not exist is answered 404 by every method",
        cites: &["hooks-unknown"],
        effects: Effects::Attempts,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(unknown(target))),
    },
];

async fn list(target: &Target) -> Outcome {
    let (before, _) = listed(target, "").await?;
    expect::equal(
        "own subscriptions before",
        &json!([]),
        &json!(own_titles(target, &before)),
    )?;
    let mut made = Vec::new();
    for name in ["first", "second", "third"] {
        made.push(subscribe(target, json!({ "title": target.name(name) })).await?);
    }
    let (items, _) = listed(target, "").await?;
    for subscription in &made {
        let same = items.iter().filter(|item| item["id"] == subscription["id"]);
        let same: Vec<&Value> = same.collect();
        expect::equal("the items of that id", &json!([subscription]), &json!(same))?;
    }
    Ok(())
}

async fn list_counts(target: &Target) -> Outcome {
    subscribe(target, json!({})).await?;
    let (items, list) = listed(target, "").await?;
    expect::member(&list, "/total", &json!(items.len()))?;
    let own = json!(format!("/{}/{SUBSCRIPTIONS}", target.customer()));
    Ok(expect::member(&list, "/_links/self/href", &own)?)
}

async fn list_page(target: &Target) -> Outcome {
    let made = subscribe(target, json!({})).await?;
    let mut pages = Vec::new();
    for page in ["999999", "0", "-1", "no-number"] {
        let (items, _) = listed(target, &format!("?page={page}")).await?;
        let ids: Vec<Value> = items.iter().map(|item| item["id"].clone()).collect();
        pages.push((page, ids));
    }
    // Other checks make and remove subscriptions meanwhile: only what stays can be looked for. What was made last is on the
    // last page.
    for (page, ids) in pages {
        if !ids.contains(&made["id"]) {
            let expected = json!({ "with": made["id"] });
            return Err(Mismatch::new(format!("page {page}"), [expected], json!(ids)).into());
        }
    }
    Ok(())
}

async fn unknown(target: &Target) -> Outcome {
    let administrator = administrator(target).await?;
    let nowhere = path(&json!({ "id": chance::id().to_string() }));
    let change =
        crate::checks::webhooks::ground::patch(nowhere.as_str(), &json!({ "enabled": false }));
    for (answer, method) in [
        (administrator.get(nowhere.as_str()).await?, "GET"),
        (administrator.send(change).await?, "PATCH"),
        (administrator.delete(nowhere.as_str()).await?, "DELETE"),
    ] {
        expect::status(&answer, &[404]).during(method)?;
        expect::text(&answer.json()?, "/errors").during(method)?;
    }
    let answer = administrator
        .get(format!("{SUBSCRIPTIONS}/no-uuid"))
        .await?;
    expect::status(&answer, &[404]).during("GET of what is no id")?;
    Ok(())
}
