//! Creations that must be refused, and leave nothing behind.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    checks::webhooks::ground::{
        SUBSCRIPTIONS, administrator, ask_for, draft, listed, own_titles, subscribe,
    },
    expect,
    http::Request,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.subscriptions.required-members",
        title: "A subscription without title, endpoint or events is refused",
        cites: &["hooks-required-members", "hooks-body-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(required_members(target))),
    },
    Check {
        id: "webhooks.subscriptions.title-bounds",
        title: "A title of 1 or of 201 characters, and one that is no text, is refused",
        cites: &["hooks-title-length", "hooks-body-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(title_bounds(target))),
    },
    Check {
        id: "webhooks.subscriptions.other-event-types",
        title: "Event types that are not documented are refused, in any company",
        cites: &["hooks-event-types", "hooks-body-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(other_event_types(target))),
    },
    Check {
        id: "webhooks.subscriptions.types-of-members",
        title: "Members of another type than documented are refused",
        cites: &["hooks-body-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(types_of_members(target))),
    },
    Check {
        id: "webhooks.subscriptions.unknown-members",
        title: "Members that are not documented are refused",
        cites: &["hooks-unknown-member"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(unknown_members(target))),
    },
    Check {
        id: "webhooks.subscriptions.bodies",
        title: "What is no JSON object makes no subscription",
        cites: &["hooks-body-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(bodies(target))),
    },
    Check {
        id: "webhooks.subscriptions.title-taken",
        title: "A title that is taken is refused, and the first subscription stays as it is",
        cites: &["hooks-title-unique"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(title_taken(target))),
    },
    Check {
        id: "webhooks.subscriptions.title-taken-status",
        title: "A title that is taken is refused with one of the listed statuses",
        cites: &["hooks-title-clash-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(title_taken_status(target))),
    },
    Check {
        id: "webhooks.subscriptions.title-free-again",
        title: "A title is free again once its subscription is deleted",
        cites: &["hooks-title-unique"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(title_free_again(target))),
    },
];

/// Requires that a creation is refused with 400 and makes nothing.
async fn refused(target: &Target, body: Value, what: &str) -> Outcome {
    let answer = administrator(target)
        .await?
        .post(SUBSCRIPTIONS, body)
        .await?;
    expect::status(&answer, &[400]).during(what)?;
    expect::text(&answer.json()?, "/errors").during(what)?;
    let (items, _) = listed(target, "").await?;
    let made = own_titles(target, &items);
    Ok(expect::equal("subscriptions made", &json!([]), &json!(made)).during(what)?)
}

async fn required_members(target: &Target) -> Outcome {
    let whole = draft(target, json!({ "enabled": false })).await?;
    for member in ["title", "endpoint", "events"] {
        let mut body = whole.clone();
        if let Some(members) = body.as_object_mut() {
            members.remove(member);
        }
        refused(target, body, &format!("without `{member}`")).await?;
        let mut body = whole.clone();
        body[member] = Value::Null;
        refused(target, body, &format!("with null as `{member}`")).await?;
    }
    Ok(())
}

async fn title_bounds(target: &Target) -> Outcome {
    let whole = draft(target, json!({ "enabled": false })).await?;
    let prefix = target.name("");
    let too_long = format!("{prefix}{}", "a".repeat(201 - prefix.len()));
    for (title, what) in [
        (json!(""), "an empty title"),
        (json!("x"), "a title of 1 character"),
        (json!("ж"), "a title of 1 character of two bytes"),
        (json!(too_long), "a title of 201 characters"),
        (json!(7), "a number for a title"),
        (json!([target.name("listed")]), "a list for a title"),
    ] {
        let mut body = whole.clone();
        body["title"] = title;
        refused(target, body, what).await?;
    }
    Ok(())
}

async fn other_event_types(target: &Target) -> Outcome {
    let whole = draft(target, json!({ "enabled": false })).await?;
    for events in [
        json!(["entityRead"]),
        json!(["entityCreated", "userCredentialUpdated"]),
        json!(["test"]),
        json!(["EntityCreated"]),
        json!(["entityCreated "]),
        json!(["*"]),
        json!([null]),
        json!([["entityCreated"]]),
    ] {
        let mut body = whole.clone();
        body["events"] = events.clone();
        refused(target, body, &format!("events {events}")).await?;
    }
    Ok(())
}

async fn types_of_members(target: &Target) -> Outcome {
    let whole = draft(target, json!({ "enabled": false })).await?;
    for (member, value) in [
        ("events", json!("entityCreated")),
        ("events", json!({ "entityCreated": true })),
        ("endpoint", json!(80)),
        ("endpoint", json!("")),
        ("endpoint", json!("not an address")),
        ("endpoint", json!([whole["endpoint"]])),
        ("enabled", json!("true")),
        ("enabled", json!(1)),
        ("filter", json!("entityCreated")),
        ("filter", json!([])),
    ] {
        let mut body = whole.clone();
        body[member] = value.clone();
        refused(target, body, &format!("{value} as `{member}`")).await?;
    }
    Ok(())
}

async fn unknown_members(target: &Target) -> Outcome {
    let whole = draft(target, json!({ "enabled": false })).await?;
    for (member, value) in [
        ("name", json!("a name")),
        ("eventTypes", json!(["entityCreated"])),
        ("authentication", json!({ "type": "basic" })),
        ("status", json!("enabled")),
        ("Title", json!("in capitals")),
    ] {
        let mut body = whole.clone();
        body[member] = value;
        refused(target, body, &format!("with `{member}`")).await?;
    }
    Ok(())
}

async fn bodies(target: &Target) -> Outcome {
    let administrator = administrator(target).await?;
    let title = target.name("from what is no object");
    for (body, what) in [
        (String::new(), "nothing"),
        ("{".to_owned(), "half an object"),
        (format!("[{{\"title\": \"{title}\"}}]"), "a list"),
        (format!("\"{title}\""), "a text"),
        ("null".to_owned(), "null"),
    ] {
        let request = Request::post(SUBSCRIPTIONS).raw("application/json", body);
        let answer = administrator.send(request).await?;
        expect::status(&answer, &[400]).during(what)?;
    }
    let (items, _) = listed(target, "").await?;
    let made = own_titles(target, &items);
    Ok(expect::equal(
        "subscriptions made",
        &json!([]),
        &json!(made),
    )?)
}

async fn title_taken(target: &Target) -> Outcome {
    let title = target.name("taken");
    let first = subscribe(target, json!({ "title": title })).await?;
    let again = ask_for(
        target,
        json!({ "title": title, "events": [], "enabled": false }),
    )
    .await?;
    if again.status() < 400 {
        expect::status(&again, &[409, 400]).during("the second one")?;
    }
    let (items, _) = listed(target, "").await?;
    expect::equal(
        "subscriptions of that title",
        &json!([title]),
        &json!(own_titles(target, &items)),
    )?;
    let shown = items.into_iter().find(|item| item["id"] == first["id"]);
    Ok(expect::equal(
        "the first one",
        &first,
        &shown.unwrap_or_default(),
    )?)
}

async fn title_taken_status(target: &Target) -> Outcome {
    let title = target.name("taken");
    subscribe(target, json!({ "title": title })).await?;
    let again = ask_for(target, json!({ "title": title, "enabled": false })).await?;
    expect::status(&again, &[409, 400])?;
    expect::text(&again.json()?, "/errors")?;
    Ok(target.reading("subscription-title-clash", again.status())?)
}

async fn title_free_again(target: &Target) -> Outcome {
    let title = target.name("free again");
    let first = subscribe(target, json!({ "title": title })).await?;
    let path = crate::checks::webhooks::ground::path(&first);
    let answer = administrator(target).await?.delete(path).await?;
    expect::status(&answer, &[200, 204]).during("DELETE of the first one")?;
    subscribe(target, json!({ "title": title })).await?;
    Ok(())
}
