//! What the scopes of a token open. Expectations are those of the documented table; see `deeds` for what is tried.

use serde_json::{Value, json};

use super::{
    deeds::{Deed, hold},
    ground::{administrator, listed, own_titles, path, subscribe},
};
use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.scopes.namespace",
        title: "Full access to the namespace allows everything with subscriptions and events",
        cites: &["hooks-scope-namespace"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(namespace(target))),
    },
    Check {
        id: "webhooks.scopes.not-the-configuration",
        title: "Full access to the namespace opens nothing under config",
        cites: &["scope-webhooks-namespace"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(not_the_configuration(target))),
    },
    Check {
        id: "webhooks.scopes.not-by-the-configuration",
        title: "Full access to config opens nothing under webhooks",
        cites: &["hooks-scope-config"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(not_by_the_configuration(target))),
    },
    Check {
        id: "webhooks.scopes.subscriptions-alone",
        title: "Full access to the subscriptions opens none of their events",
        cites: &["hooks-scope-subscriptions-alone"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(subscriptions_alone(target))),
    },
    Check {
        id: "webhooks.scopes.events-alone",
        title: "Access to the events opens no subscription",
        cites: &["hooks-scope-events-alone"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(events_alone(target))),
    },
    Check {
        id: "webhooks.scopes.mutate",
        title: "Mutate access creates and modifies, and neither views nor deletes",
        cites: &["hooks-scope-mutate"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(mutate(target))),
    },
    Check {
        id: "webhooks.scopes.read",
        title: "Read access views, and neither creates, modifies nor deletes",
        cites: &["hooks-scope-read"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(read(target))),
    },
    Check {
        id: "webhooks.scopes.deny",
        title: "A deny closes the subscriptions, whatever else is granted",
        cites: &["hooks-scope-deny"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(deny(target))),
    },
    Check {
        id: "webhooks.scopes.full-wins",
        title: "Full access wins against mutate and read",
        cites: &["hooks-scope-full-over-read"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(full_wins(target))),
    },
    Check {
        id: "webhooks.scopes.mutate-wins",
        title: "Where mutate and read meet, a subscription can be modified",
        cites: &["hooks-scope-mutate-over-read"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(mutate_wins(target))),
    },
    Check {
        id: "webhooks.scopes.item",
        title: "A scope for one subscription opens that one alone",
        cites: &["hooks-scope-item"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(item(target))),
    },
    Check {
        id: "webhooks.scopes.item-mutate",
        title: "Mutate access to one subscription modifies that one alone",
        cites: &["hooks-scope-item", "hooks-scope-mutate"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(item_mutate(target))),
    },
    Check {
        id: "webhooks.scopes.item-deny",
        title: "A deny for one subscription closes it, and leaves it in the list",
        cites: &["hooks-scope-item-deny"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(item_deny(target))),
    },
    Check {
        id: "webhooks.scopes.refusal",
        title: "What no scope allows is refused with `Forbidden`",
        cites: &["hooks-forbidden"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(refusal(target))),
    },
    Check {
        id: "webhooks.scopes.test-notifications",
        title: "A test notification needs a scope on the subscription that lets it be changed",
        cites: &["hooks-scope-test"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(test_notifications(target))),
    },
    Check {
        id: "webhooks.scopes.events-guard",
        title: "The events' own scope guards events, summary and exports",
        cites: &["hooks-scope-events-guard"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(events_guard(target))),
    },
];

use Deed::{
    Create, Delete, Events, Exports, List, Modify, StartExport, Summary, Test, View, ViewOther,
};

async fn namespace(target: &Target) -> Outcome {
    let allowed = [List, View, Create, Modify, Events, Summary, Exports, Delete];
    hold(target, &["*:webhooks/**"], &allowed, &[]).await
}

async fn not_the_configuration(target: &Target) -> Outcome {
    administrator(target).await?;
    let caller = target.bearer_of(&["*:webhooks/**"]).await?;
    for collection in ["clients", "loginPolicies", "tokenPolicies"] {
        let answer = caller.get(format!("config/{collection}")).await?;
        expect::status(&answer, &[403]).during(collection)?;
    }
    Ok(())
}

async fn not_by_the_configuration(target: &Target) -> Outcome {
    let refused = [
        List, View, Create, Modify, Delete, Test, Events, Summary, Exports,
    ];
    hold(target, &["*:config/**"], &[], &refused).await
}

async fn subscriptions_alone(target: &Target) -> Outcome {
    let allowed = [List, View, Create, Modify, Delete];
    hold(target, &["*:webhooks/subscriptions"], &allowed, &[Events]).await
}

async fn events_alone(target: &Target) -> Outcome {
    let refused = [List, View, Create, Modify, Delete, Test];
    hold(target, &[".:webhooks/events"], &[Events], &refused).await
}

async fn mutate(target: &Target) -> Outcome {
    let refused = [List, View, Delete];
    let scopes = ["+:webhooks/subscriptions"];
    hold(target, &scopes, &[Modify], &refused).await?;
    may_create(target, &scopes).await
}

/// Finds out whether mutate access creates, which the documentation says and denies.
async fn may_create(target: &Target, scopes: &[&str]) -> Outcome {
    let members = json!({ "title": target.name("by mutate"), "enabled": false });
    let draft = super::ground::draft(target, members).await?;
    let caller = target.bearer_of(scopes).await?;
    let answer = caller.post(super::ground::SUBSCRIPTIONS, draft).await?;
    let status = expect::status(&answer, &[201, 403]).during("POST of a subscription")?;
    let creates = if status == 201 { "yes" } else { "no" };
    Ok(target.reading("plus-creates", creates)?)
}

async fn read(target: &Target) -> Outcome {
    let refused = [Create, Modify, Delete];
    hold(
        target,
        &[".:webhooks/subscriptions"],
        &[List, View],
        &refused,
    )
    .await
}

async fn deny(target: &Target) -> Outcome {
    let refused = [List, View, Create, Modify, Delete];
    for scopes in [
        &["*:webhooks/**", "-:webhooks/subscriptions"][..],
        &["*:webhooks/subscriptions", "-:webhooks/**"],
        &["+:webhooks/subscriptions", "-:webhooks/subscriptions"],
        &[".:webhooks/subscriptions", "-:webhooks/subscriptions"],
    ] {
        hold(target, scopes, &[], &refused)
            .await
            .during(&scopes.join(" "))?;
    }
    Ok(())
}

async fn full_wins(target: &Target) -> Outcome {
    let allowed = [List, View, Create, Modify, Delete];
    for other in ["+:webhooks/subscriptions", ".:webhooks/subscriptions"] {
        let scopes = ["*:webhooks/subscriptions", other];
        hold(target, &scopes, &allowed, &[]).await.during(other)?;
    }
    Ok(())
}

async fn mutate_wins(target: &Target) -> Outcome {
    let scopes = ["+:webhooks/subscriptions", ".:webhooks/subscriptions"];
    hold(target, &scopes, &[Modify], &[Delete]).await?;
    may_create(target, &scopes).await
}

async fn item(target: &Target) -> Outcome {
    let refused = [Create, ViewOther];
    let scopes = ["*:webhooks/subscriptions/{id}"];
    hold(target, &scopes, &[View, Modify, Delete], &refused).await
}

async fn item_mutate(target: &Target) -> Outcome {
    let refused = [View, ViewOther, Create, Delete];
    hold(
        target,
        &["+:webhooks/subscriptions/{id}"],
        &[Modify],
        &refused,
    )
    .await
}

async fn item_deny(target: &Target) -> Outcome {
    let scopes = ["*:webhooks/subscriptions", "-:webhooks/subscriptions/{id}"];
    let refused = [View, Modify, Delete, Test];
    hold(target, &scopes, &[List, ViewOther, Create], &refused).await?;
    let denied = subscribe(target, json!({})).await?;
    let scopes = ["*:webhooks/subscriptions", &format!("-:{}", path(&denied))];
    let answer = target
        .bearer_of(&scopes)
        .await?
        .get(super::ground::SUBSCRIPTIONS)
        .await?;
    expect::status(&answer, &[200]).during("GET of the list")?;
    let list = answer.json()?;
    let items = expect::present(&list, "/_embedded/subscriptions")?.as_array();
    let is_there = |item: &&Value| item["id"] == denied["id"];
    let found = items.into_iter().flatten().find(is_there);
    let actual = found.map_or(Value::Null, |item| item["id"].clone());
    let what = "the denied subscription in the list";
    Ok(expect::equal(what, &denied["id"], &actual)?)
}

async fn refusal(target: &Target) -> Outcome {
    let made = subscribe(target, json!({})).await?;
    let caller = target.bearer_of(&[".:config/clients"]).await?;
    for place in [
        path(&made),
        super::ground::SUBSCRIPTIONS.to_owned(),
        format!("{}/events", path(&made)),
    ] {
        let answer = caller.get(&place).await?;
        expect::errors(&answer, &[403], "Forbidden").during(&place)?;
    }
    let answer = caller.delete(path(&made)).await?;
    expect::errors(&answer, &[403], "Forbidden").during("DELETE")?;
    let (items, _) = listed(target, "").await?;
    let titles: Value = json!(own_titles(target, &items));
    Ok(expect::equal(
        "what is left",
        &json!([made["title"]]),
        &titles,
    )?)
}

async fn test_notifications(target: &Target) -> Outcome {
    hold(target, &["+:webhooks/subscriptions"], &[Test], &[])
        .await
        .during("mutate")?;
    hold(target, &[".:webhooks/subscriptions"], &[], &[Test])
        .await
        .during("read")?;
    hold(target, &["*:webhooks/events"], &[], &[Test])
        .await
        .during("events")
}

async fn events_guard(target: &Target) -> Outcome {
    let read = [Events, Summary, Exports];
    hold(target, &[".:webhooks/events"], &read, &[StartExport])
        .await
        .during("read")?;
    hold(target, &["+:webhooks/events"], &[StartExport], &read)
        .await
        .during("mutate")?;
    let refused = [Events, Summary, Exports, StartExport];
    hold(target, &["*:webhooks/subscriptions"], &[], &refused)
        .await
        .during("subscriptions")?;
    let scopes = ["*:webhooks/**", "-:webhooks/events"];
    hold(target, &scopes, &[List, View], &refused)
        .await
        .during("a deny of the events")
}
