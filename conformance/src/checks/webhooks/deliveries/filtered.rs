//! Which events a filter lets through.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    checks::webhooks::told::{Told, new_user},
    expect,
    target::Target,
    verdict::{During as _, NotPassed, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.filtered.discarded",
        title: "What a filter refuses is neither sent nor stored",
        cites: &["hooks-filter-discards", "hooks-filter-claim"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(discarded(target))),
    },
    Check {
        id: "webhooks.filtered.attributes",
        title: "A filter chooses updates by the attributes that changed",
        cites: &["hooks-filter-claim", "hooks-filter-keywords"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(attributes(target))),
    },
    Check {
        id: "webhooks.filtered.unmentioned",
        title: "A type that a filter does not mention passes, unless nothing else may be there",
        cites: &["hooks-filter-unmentioned"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(unmentioned(target))),
    },
    Check {
        id: "webhooks.filtered.independent",
        title: "A filter concerns its own subscription only",
        cites: &["hooks-filter-independent"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(independent(target))),
    },
    Check {
        id: "webhooks.filtered.exact",
        title: "An asterisk in `const` stands for itself",
        cites: &["hooks-filter-exact"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(exact(target))),
    },
    Check {
        id: "webhooks.filtered.removed",
        title: "Without its filter a subscription is told of everything again",
        cites: &["hooks-filter-discards", "hooks-patch-members"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(removed(target))),
    },
    Check {
        id: "webhooks.filtered.tests",
        title: "A filter can refuse test notifications",
        cites: &["hooks-filter-test"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(tests(target))),
    },
];

const SCHEMA: &str = "http://json-schema.org/draft-07/schema";

/// A filter that holds a schema against the event of a type.
fn of(kind: &str, properties: &Value) -> Value {
    json!({ "$schema": SCHEMA, "properties": { kind: { "properties": properties } } })
}

async fn subscription<'t>(
    target: &'t Target,
    name: &str,
    filter: Value,
) -> Result<Told<'t>, NotPassed> {
    let events = json!(["entityCreated", "entityUpdated", "entityDeleted"]);
    let members = json!({ "title": target.name(name), "events": events, "filter": filter });
    Told::of(target, members).await
}

async fn discarded(target: &Target) -> Outcome {
    let entity = json!({ "entityType": { "const": "no-such-type" } });
    let told = subscription(target, "refusing", of("entityCreated", &entity)).await?;
    let user = target.make_user(new_user(target, "new")).await?;
    target.remove_user(&user).await?;
    let (_, claims) = told.about(&user.uuid).await?;
    expect::present(&claims, "/events/entityDeleted").during("the first that passes")?;
    told.nothing_about(&user.uuid).await?;
    let stored = told.events("").await?;
    let created = stored.iter().filter(|event| is_created(event)).count();
    Ok(expect::equal(
        "creations stored",
        &json!(0),
        &json!(created),
    )?)
}

fn is_created(event: &Value) -> bool {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let payload = event["request"]["payload"].as_str().unwrap_or_default();
    let claims = payload
        .split('.')
        .nth(1)
        .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    claims.is_some_and(|claims| String::from_utf8_lossy(&claims).contains("\"entityCreated\""))
}

async fn attributes(target: &Target) -> Outcome {
    let some =
        json!({ "attributes": { "contains": { "enum": ["familyName", "primaryAddress.city"] } } });
    let told = subscription(target, "choosing", of("entityUpdated", &some)).await?;
    let user = target.make_user(new_user(target, "changed")).await?;
    target
        .change_user(&user, json!({ "givenName": "Grace" }))
        .await?;
    target
        .change_user(&user, json!({ "primaryAddress": { "city": "Arlington" } }))
        .await?;
    target.remove_user(&user).await?;
    let mut updates = Vec::new();
    for _ in 0..3 {
        let (_, claims) = told.about(&user.uuid).await?;
        let update = claims["events"].get("entityUpdated").cloned();
        updates.extend(update.map(|update| update["attributes"].clone()));
    }
    expect::equal(
        "attributes of the updates",
        &json!([["primaryAddress.city"]]),
        &json!(updates),
    )?;
    told.nothing_about(&user.uuid).await
}

async fn unmentioned(target: &Target) -> Outcome {
    let kind = json!({ "entityType": { "const": "user" } });
    let mut closed = of("entityDeleted", &kind);
    closed["additionalProperties"] = json!(false);
    let open = subscription(target, "open", of("entityDeleted", &kind)).await?;
    let closed = subscription(target, "closed", closed).await?;
    let user = target.make_user(new_user(target, "new")).await?;
    target.remove_user(&user).await?;
    let mut kinds = Vec::new();
    for _ in 0..2 {
        let (_, claims) = open.about(&user.uuid).await?;
        let events = claims["events"].as_object().into_iter().flatten();
        kinds.extend(events.map(|(kind, _)| kind.clone()));
    }
    kinds.sort_unstable();
    expect::equal(
        "types that pass",
        &json!(["entityCreated", "entityDeleted"]),
        &json!(kinds),
    )?;
    let (_, claims) = closed.about(&user.uuid).await?;
    expect::present(&claims, "/events/entityDeleted").during("nothing else may be there")?;
    closed
        .nothing_about(&user.uuid)
        .await
        .during("nothing else may be there")
}

async fn independent(target: &Target) -> Outcome {
    let nobody = json!({ "sub": { "const": "nobody" } });
    let refusing = subscription(target, "refusing", of("entityCreated", &nobody)).await?;
    let open = subscription(target, "open", json!({})).await?;
    let user = target.make_user(new_user(target, "new")).await?;
    let (_, claims) = open.about(&user.uuid).await?;
    expect::present(&claims, "/events/entityCreated")?;
    refusing.nothing_about(&user.uuid).await?;
    target.remove_user(&user).await
}

async fn exact(target: &Target) -> Outcome {
    let any = json!({ "entityType": { "const": "*" } });
    let starred = subscription(target, "starred", of("entityCreated", &any)).await?;
    let user_type = json!({ "entityType": { "const": "user" } });
    let named = subscription(target, "named", of("entityCreated", &user_type)).await?;
    let user = target.make_user(new_user(target, "new")).await?;
    let (_, claims) = named.about(&user.uuid).await?;
    expect::present(&claims, "/events/entityCreated")?;
    starred.nothing_about(&user.uuid).await?;
    target.remove_user(&user).await
}

async fn removed(target: &Target) -> Outcome {
    let nobody = json!({ "sub": { "const": "nobody" } });
    let told = subscription(target, "refusing", of("entityCreated", &nobody)).await?;
    let before = target.make_user(new_user(target, "before")).await?;
    let change = json!({ "filter": null });
    crate::checks::webhooks::ground::modify(target, &told.subscription, &change).await?;
    let after = target.make_user(new_user(target, "after")).await?;
    let (_, claims) = told.about(&after.uuid).await?;
    expect::present(&claims, "/events/entityCreated")?;
    told.nothing_about(&before.uuid)
        .await
        .during("what came before")?;
    target.remove_user(&before).await?;
    target.remove_user(&after).await
}

async fn tests(target: &Target) -> Outcome {
    let mut filter = of("entityCreated", &json!({}));
    filter["additionalProperties"] = json!(false);
    let told = Told::of(target, json!({ "events": [], "filter": filter })).await?;
    let answer = told.post("test").await?;
    if answer.status() < 300 {
        told.hook.none().await?;
    }
    let change = json!({ "filter": null });
    crate::checks::webhooks::ground::modify(target, &told.subscription, &change).await?;
    told.notification().await.during("without the filter")?;
    Ok(())
}
