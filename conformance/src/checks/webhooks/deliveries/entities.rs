//! Events of users: made, changed and removed through the control API.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::webhooks::told::{Told, new_user},
    expect,
    target::Target,
    verdict::{During as _, NotPassed, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.entities.created",
        title: "A new user is told as created",
        cites: &["hooks-event-created"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(created(target))),
    },
    Check {
        id: "webhooks.entities.updated",
        title: "A changed user is told as updated, with the paths of what changed and no values",
        cites: &["hooks-event-updated", "hooks-token-attributes"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(updated(target))),
    },
    Check {
        id: "webhooks.entities.parts",
        title: "A part of an attribute that is added, changed or taken away has its own path, and one without parts the attribute's",
        cites: &["hooks-token-attributes"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(parts(target))),
    },
    Check {
        id: "webhooks.entities.removed",
        title: "A removed user is told as deleted",
        cites: &["hooks-event-removed"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(removed(target))),
    },
    Check {
        id: "webhooks.entities.members",
        title: "The event of a user says whom it is about, and who did it",
        cites: &[
            "hooks-token-entity",
            "hooks-token-transaction",
            "hooks-token-one-event",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(members(target))),
    },
    Check {
        id: "webhooks.entities.subscribed-only",
        title: "Only the types that a subscription lists are told",
        cites: &["hooks-event-subscribed-only"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(subscribed_only(target))),
    },
    Check {
        id: "webhooks.entities.each-subscription",
        title: "Each subscription is told, each with a notification of its own",
        cites: &["hooks-event-per-subscription", "hooks-token-audience"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(each_subscription(target))),
    },
    Check {
        id: "webhooks.entities.disabled",
        title: "What happens while a subscription is disabled is recorded as failed, and never sent",
        cites: &["hooks-disabled-recorded"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(disabled(target))),
    },
    Check {
        id: "webhooks.entities.after-deletion",
        title: "After its subscription is deleted nothing is sent",
        cites: &["hooks-delete"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(after_deletion(target))),
    },
    Check {
        id: "webhooks.entities.event-id",
        title: "The id of an event is the one in its token",
        cites: &["hooks-event-id"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener, Need::Control],
        run: Run::Function(|target| Box::pin(event_id(target))),
    },
];

const ALL: [&str; 3] = ["entityCreated", "entityUpdated", "entityDeleted"];

/// Returns the event of a type in claims.
fn event<'c>(claims: &'c Value, kind: &str) -> Result<&'c Value, NotPassed> {
    Ok(expect::present(claims, &format!("/events/{kind}"))?)
}

async fn created(target: &Target) -> Outcome {
    let told = Told::of(target, json!({ "events": ["entityCreated"] })).await?;
    let user = target.make_user(new_user(target, "new")).await?;
    let (_, claims) = told.about(&user.uuid).await?;
    event(&claims, "entityCreated")?;
    target.remove_user(&user).await
}

async fn updated(target: &Target) -> Outcome {
    let told = Told::of(target, json!({ "events": ["entityUpdated"] })).await?;
    let user = target.make_user(new_user(target, "changed")).await?;
    let change = json!({ "givenName": "Grace", "primaryAddress": { "city": "Arlington" } });
    target.change_user(&user, change).await?;
    let (delivery, claims) = told.about(&user.uuid).await?;
    same_paths(&claims, &["givenName", "primaryAddress.city"])?;
    let text = claims.to_string();
    for value in ["Grace", "Arlington"] {
        expect::equal(
            &format!("`{value}` in the claims"),
            &json!(false),
            &json!(text.contains(value)),
        )?;
    }
    expect::equal(
        "the body",
        &json!(3),
        &json!(delivery.body.split('.').count()),
    )?;
    target.remove_user(&user).await
}

async fn parts(target: &Target) -> Outcome {
    let told = Told::of(target, json!({ "events": ["entityUpdated"] })).await?;
    let user = target.make_user(new_user(target, "in-parts")).await?;
    for (change, paths) in [
        (
            json!({ "primaryAddress": { "city": "Lund", "zip": "22100" } }),
            &["primaryAddress.city", "primaryAddress.zip"][..],
        ),
        (
            json!({ "primaryAddress": { "city": "Malmö" } }),
            &["primaryAddress.city"],
        ),
        (
            json!({ "primaryAddress": null, "givenName": "Grace" }),
            &["givenName", "primaryAddress.city", "primaryAddress.zip"],
        ),
        (json!({ "primaryAddress": {} }), &["primaryAddress"]),
        (json!({ "primaryAddress": null }), &["primaryAddress"]),
    ] {
        let action = change.to_string();
        target.change_user(&user, change).await?;
        let (_, claims) = told.about(&user.uuid).await.during(&action)?;
        same_paths(&claims, paths).during(&action)?;
    }
    target.remove_user(&user).await
}

/// Requires that the event of a change lists these paths, in any order.
fn same_paths(claims: &Value, expected: &[&str]) -> Outcome {
    let attributes = expect::present(event(claims, "entityUpdated")?, "/attributes")?;
    let attributes = attributes.as_array().into_iter().flatten();
    let mut paths: Vec<&str> = attributes.filter_map(Value::as_str).collect();
    paths.sort_unstable();
    Ok(expect::equal(
        "the attributes, sorted",
        &json!(expected),
        &json!(paths),
    )?)
}

async fn removed(target: &Target) -> Outcome {
    let told = Told::of(target, json!({ "events": ["entityDeleted"] })).await?;
    let user = target.make_user(new_user(target, "removed")).await?;
    target.remove_user(&user).await?;
    let (_, claims) = told.about(&user.uuid).await?;
    event(&claims, "entityDeleted")?;
    Ok(())
}

async fn members(target: &Target) -> Outcome {
    let told = Told::of(target, json!({ "events": ALL })).await?;
    let user = target.make_user(new_user(target, "told")).await?;
    target
        .change_user(&user, json!({ "givenName": "Grace" }))
        .await?;
    target.remove_user(&user).await?;
    let mut kinds = Vec::new();
    for _ in ALL {
        let (_, claims) = told.about(&user.uuid).await?;
        let events = expect::present(&claims, "/events")?.as_object();
        let all: Vec<(&String, &Value)> = events.into_iter().flatten().collect();
        expect::equal("members of the claim events", &json!(1), &json!(all.len()))?;
        for (kind, event) in all {
            kinds.push(kind.clone());
            for member in [
                "/captureApplicationId",
                "/captureClientId",
                "/entityType",
                "/sub",
            ] {
                expect::text(event, member).during(kind)?;
            }
            expect::member(event, "/sub", &json!(user.uuid)).during(kind)?;
            let subject = expect::text(event, "/globalSub").during(kind)?;
            let is_about = subject.starts_with("capture-v1://") && subject.ends_with(&user.uuid);
            expect::equal("globalSub is of the user", &json!(true), &json!(is_about))
                .during(kind)?;
            let id = expect::text(event, "/id").during(kind)?;
            expect::equal(
                "id is a UUID",
                &json!(true),
                &json!(Uuid::try_parse(id).is_ok()),
            )
            .during(kind)?;
            let has_attributes = event.get("attributes").is_some();
            let is_update = kind == "entityUpdated";
            expect::equal("has attributes", &json!(is_update), &json!(has_attributes))
                .during(kind)?;
        }
        if let Some(transaction) = claims.get("txn") {
            let is_uuid = transaction
                .as_str()
                .is_some_and(|text| Uuid::try_parse(text).is_ok());
            expect::equal("txn is a UUID", &json!(true), &json!(is_uuid))?;
        }
        expect::absent(&claims, "/exp")?;
    }
    kinds.sort_unstable();
    Ok(expect::equal(
        "types, sorted",
        &json!(["entityCreated", "entityDeleted", "entityUpdated"]),
        &json!(kinds),
    )?)
}

async fn subscribed_only(target: &Target) -> Outcome {
    let told = Told::of(target, json!({ "events": ["entityDeleted"] })).await?;
    let none = Told::of(
        target,
        json!({ "title": target.name("none"), "events": [] }),
    )
    .await?;
    let user = target.make_user(new_user(target, "removed")).await?;
    target
        .change_user(&user, json!({ "givenName": "Grace" }))
        .await?;
    target.remove_user(&user).await?;
    let (_, claims) = told.about(&user.uuid).await?;
    event(&claims, "entityDeleted")?;
    told.nothing_about(&user.uuid).await.during("the others")?;
    none.hook.none().await.during("a subscription to nothing")?;
    expect::equal(
        "events stored for it",
        &json!([]),
        &json!(none.events("").await?),
    )?;
    Ok(())
}

async fn each_subscription(target: &Target) -> Outcome {
    let one = Told::of(
        target,
        json!({ "title": target.name("one"), "events": ["entityCreated"] }),
    )
    .await?;
    let other = Told::of(
        target,
        json!({ "title": target.name("other"), "events": ["entityCreated"] }),
    )
    .await?;
    let user = target.make_user(new_user(target, "new")).await?;
    let (first, of_one) = one.about(&user.uuid).await?;
    let (second, of_other) = other.about(&user.uuid).await?;
    for (claims, told) in [(&of_one, &one), (&of_other, &other)] {
        let forms = [json!([told.hook.url()]), json!(told.hook.url())];
        expect::one_of("member /aud", &forms, &claims["aud"])?;
    }
    let is_same = of_one["jti"] == of_other["jti"];
    expect::equal("both have the same jti", &json!(false), &json!(is_same))?;
    one.event_of(&first).await?;
    other.event_of(&second).await?;
    let is_shared = one.event_of(&second).await.is_ok();
    expect::equal(
        "one has the event of the other",
        &json!(false),
        &json!(is_shared),
    )?;
    target.remove_user(&user).await
}

async fn disabled(target: &Target) -> Outcome {
    let told = Told::of(
        target,
        json!({ "events": ["entityCreated"], "enabled": false }),
    )
    .await?;
    let user = target.make_user(new_user(target, "new")).await?;
    told.hook.none().await.during("while it is disabled")?;
    let events = told.events("").await?;
    let of_user = |event: &&Value| is_about(event, &user.uuid);
    let event = events.iter().find(of_user).cloned().unwrap_or_default();
    expect::member(&event, "/state", &json!("failure")).during("the event of the user")?;
    let change = json!({ "enabled": true });
    crate::checks::webhooks::ground::modify(target, &told.subscription, &change).await?;
    told.nothing_about(&user.uuid)
        .await
        .during("once it is enabled")?;
    target.remove_user(&user).await
}

/// Tells whether the token of an event speaks of a user.
fn is_about(event: &Value, user: &str) -> bool {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let payload = event["request"]["payload"].as_str().unwrap_or_default();
    let claims = payload
        .split('.')
        .nth(1)
        .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    claims.is_some_and(|claims| String::from_utf8_lossy(&claims).contains(user))
}

async fn after_deletion(target: &Target) -> Outcome {
    let told = Told::of(
        target,
        json!({ "events": ["entityCreated", "entityDeleted"] }),
    )
    .await?;
    let user = target.make_user(new_user(target, "new")).await?;
    told.about(&user.uuid).await?;
    let path = crate::checks::webhooks::ground::path(&told.subscription);
    let answer = target.administrator().delete(path).await?;
    expect::status(&answer, &[204, 200]).during("DELETE of the subscription")?;
    target.remove_user(&user).await?;
    told.nothing_about(&user.uuid)
        .await
        .during("after the deletion")
}

async fn event_id(target: &Target) -> Outcome {
    let told = Told::of(target, json!({ "events": ["entityCreated"] })).await?;
    let user = target.make_user(new_user(target, "new")).await?;
    let (delivery, claims) = told.about(&user.uuid).await?;
    let event = told.event_of(&delivery).await?;
    expect::member(&event, "/id", &claims["events"]["entityCreated"]["id"])?;
    target.remove_user(&user).await
}
