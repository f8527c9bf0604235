//! What a creation answers, and what is shown of it.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::webhooks::ground::{administrator, ask_for, draft, listed, path, subscribe, view},
    expect,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.subscriptions.create",
        title: "A subscription is created with 201, and the answer is the subscription with its id",
        cites: &["hooks-create", "hooks-create-answer"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(create(target))),
    },
    Check {
        id: "webhooks.subscriptions.members",
        title: "A subscription shows what was sent and what the server adds, wherever it is shown",
        cites: &["hooks-members", "hooks-get", "hooks-list-embedded"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(members(target))),
    },
    Check {
        id: "webhooks.subscriptions.no-credentials",
        title: "Nothing in a subscription authenticates its listener",
        cites: &["hooks-no-credentials"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(no_credentials(target))),
    },
    Check {
        id: "webhooks.subscriptions.ids",
        title: "The server gives every subscription a UUID of its own",
        cites: &["hooks-ids"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(ids(target))),
    },
    Check {
        id: "webhooks.subscriptions.self-link",
        title: "The link of a subscription is the path that it stands at",
        cites: &["hooks-self-link"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(self_link(target))),
    },
    Check {
        id: "webhooks.subscriptions.created-at",
        title: "The time of creation is UTC with a fraction, now, and stays",
        cites: &["hooks-created-at"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(created_at(target))),
    },
    Check {
        id: "webhooks.subscriptions.updated-at",
        title: "The time of the last change moves with a change",
        cites: &["hooks-updated-at"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(updated_at(target))),
    },
    Check {
        id: "webhooks.subscriptions.enabled-by-default",
        title: "A subscription is enabled unless it is sent disabled",
        cites: &["hooks-enabled-by-default"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(enabled_by_default(target))),
    },
    Check {
        id: "webhooks.subscriptions.every-event-type",
        title: "Each of the three event types can be subscribed to, alone and together, and none at all",
        cites: &["hooks-event-types", "hooks-no-event-types"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(every_event_type(target))),
    },
    Check {
        id: "webhooks.subscriptions.shortest-and-longest-title",
        title: "Titles of 2 and of 200 characters are taken, of whatever alphabet",
        cites: &["hooks-title-length"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(shortest_and_longest_title(target))),
    },
    Check {
        id: "webhooks.subscriptions.location",
        title: "A creation names the new resource in `Location`",
        cites: &["hooks-location"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(location(target))),
    },
    Check {
        id: "webhooks.subscriptions.answers-are-json",
        title: "Answers about subscriptions are JSON by their media type, refusals included",
        cites: &["hooks-answers-json"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(answers_are_json(target))),
    },
];

async fn create(target: &Target) -> Outcome {
    let members = json!({ "title": target.name("made"), "enabled": false });
    let answer = ask_for(target, members).await?;
    expect::status(&answer, &[201])?;
    let made = answer.json()?;
    expect::text(&made, "/id")?;
    expect::member(&made, "/title", &json!(target.name("made")))?;
    expect::equal(
        "the subscription that is shown",
        &made,
        &view(target, &made).await?,
    )?;
    Ok(())
}

async fn members(target: &Target) -> Outcome {
    let sent = draft(
        target,
        json!({ "events": ["entityUpdated", "entityDeleted"], "enabled": false }),
    )
    .await?;
    let made = subscribe(target, sent.clone()).await?;
    let (items, _) = listed(target, "").await?;
    let item = items.into_iter().find(|item| item["id"] == made["id"]);
    for (shown, place) in [
        (made.clone(), "the answer to the creation"),
        (view(target, &made).await?, "GET"),
        (item.unwrap_or_default(), "the item of the list"),
    ] {
        for (name, value) in sent.as_object().into_iter().flatten() {
            expect::member(&shown, &format!("/{name}"), value).during(place)?;
        }
        expect::member(&shown, "/id", &made["id"]).during(place)?;
        expect::member(&shown, "/customerId", &json!(target.customer())).during(place)?;
        for member in ["/createdAt", "/_links/self/href"] {
            expect::text(&shown, member).during(place)?;
        }
    }
    Ok(())
}

async fn no_credentials(target: &Target) -> Outcome {
    let made = subscribe(target, json!({})).await?;
    for shown in [&made, &view(target, &made).await?] {
        for member in ["/authentication", "/eventTypes", "/status", "/secret"] {
            expect::absent(shown, member)?;
        }
    }
    Ok(())
}

async fn ids(target: &Target) -> Outcome {
    let mut seen = Vec::new();
    for name in ["one", "two", "three"] {
        let made = subscribe(target, json!({ "title": target.name(name) })).await?;
        let id = expect::text(&made, "/id")?.to_owned();
        let canonical = Uuid::try_parse(&id).map(|uuid| uuid.hyphenated().to_string());
        if canonical.as_deref() != Ok(&id) || seen.contains(&id) {
            let expected = json!("a UUID of its own, in lower case");
            return Err(Mismatch::new("member /id", [expected], json!(id)).into());
        }
        seen.push(id);
    }
    Ok(())
}

async fn self_link(target: &Target) -> Outcome {
    let made = subscribe(target, json!({})).await?;
    let expected = json!(format!("/{}/{}", target.customer(), path(&made)));
    let (items, _) = listed(target, "").await?;
    let item = items.into_iter().find(|item| item["id"] == made["id"]);
    for (shown, place) in [
        (made.clone(), "the answer to the creation"),
        (view(target, &made).await?, "GET"),
        (item.unwrap_or_default(), "the item of the list"),
    ] {
        expect::member(&shown, "/_links/self/href", &expected).during(place)?;
    }
    let link = expected.as_str().unwrap_or_default();
    let answer = administrator(target).await?.get(link).await?;
    expect::status(&answer, &[200]).during("GET of the link")?;
    Ok(())
}

async fn created_at(target: &Target) -> Outcome {
    let made = subscribe(target, json!({})).await?;
    let text = expect::text(&made, "/createdAt")?.to_owned();
    let now = target.now().await;
    let time = text.parse::<jiff::Timestamp>().ok();
    let is_near = time.is_some_and(|time| time.duration_since(now).abs().as_secs() <= 60);
    if !is_near || !text.ends_with('Z') || !text.contains('.') {
        let expected = json!("the present in UTC, with a fraction and a Z");
        return Err(Mismatch::new("member /createdAt", [expected], json!(text)).into());
    }
    target.pass(1.1).await?;
    let changed =
        crate::checks::webhooks::ground::modify(target, &made, &json!({ "events": [] })).await?;
    Ok(expect::member(&changed, "/createdAt", &json!(text)).during("after a PATCH")?)
}

async fn updated_at(target: &Target) -> Outcome {
    let made = subscribe(target, json!({})).await?;
    let time = |value: &Value| -> Result<jiff::Timestamp, Mismatch> {
        let text = expect::text(value, "/updatedAt")?;
        let wrong = |_| Mismatch::new("member /updatedAt", [json!("a time")], json!(text));
        text.parse().map_err(wrong)
    };
    let before = time(&made)?;
    target.pass(1.1).await?;
    let changed =
        crate::checks::webhooks::ground::modify(target, &made, &json!({ "events": [] })).await?;
    let after = time(&changed)?;
    if after > before {
        return Ok(());
    }
    let expected = json!(format!("later than {before}"));
    Err(Mismatch::new("member /updatedAt", [expected], json!(after.to_string())).into())
}

async fn enabled_by_default(target: &Target) -> Outcome {
    let answer = ask_for(target, json!({ "events": [] })).await?;
    expect::status(&answer, &[201])?;
    let made = answer.json()?;
    expect::member(&made, "/enabled", &json!(true)).during("sent without `enabled`")?;
    expect::member(&view(target, &made).await?, "/enabled", &json!(true)).during("shown later")?;
    let title = target.name("disabled");
    let disabled = subscribe(target, json!({ "title": title, "enabled": false })).await?;
    expect::member(&disabled, "/enabled", &json!(false)).during("sent disabled")?;
    let shown = view(target, &disabled).await?;
    Ok(expect::member(&shown, "/enabled", &json!(false)).during("shown later")?)
}

async fn every_event_type(target: &Target) -> Outcome {
    for events in [
        json!([]),
        json!(["entityCreated"]),
        json!(["entityUpdated"]),
        json!(["entityDeleted"]),
        json!(["entityDeleted", "entityCreated", "entityUpdated"]),
    ] {
        let title = target.name(&format!("of {events}"));
        let members = json!({ "title": title, "events": events, "enabled": false });
        let made = subscribe(target, members).await?;
        let action = format!("events {events}");
        expect::member(&made, "/events", &events).during(&action)?;
    }
    Ok(())
}

async fn shortest_and_longest_title(target: &Target) -> Outcome {
    // The beginning of a title is given, so that the run finds it again: the shortest one cannot have it, and is random.
    let prefix = target.name("");
    let filled = |letter: &str| {
        let rest = 200 - prefix.chars().count();
        format!("{prefix}{}", letter.repeat(rest))
    };
    for title in [filled("a"), filled("ж"), filled("語")] {
        let made = subscribe(target, json!({ "title": title })).await?;
        expect::member(&made, "/title", &json!(title)).during("a title of 200 characters")?;
    }
    let shortest: String = crate::chance::id()
        .simple()
        .to_string()
        .chars()
        .take(2)
        .collect();
    let answer = ask_for(target, json!({ "title": shortest, "enabled": false })).await?;
    // It may be taken already.
    if !matches!(answer.status(), 400 | 409) || is_about_length(&answer.text()) {
        expect::status(&answer, &[201]).during("a title of 2 characters")?;
    }
    Ok(())
}

/// Tells whether a refusal speaks of how long something is, and not of another one of that title.
fn is_about_length(text: &str) -> bool {
    let text = text.to_lowercase();
    ["length", "character", "short", "least", "minimum"]
        .iter()
        .any(|word| text.contains(word))
}

async fn location(target: &Target) -> Outcome {
    let answer = ask_for(target, json!({ "enabled": false })).await?;
    expect::status(&answer, &[201])?;
    let made = answer.json()?;
    let place = format!("/{}/{}", target.customer(), path(&made));
    match answer.header("location") {
        Some(location) if location.ends_with(&place) => Ok(()),
        other => Err(Mismatch::new("header location", [json!(place)], json!(other)).into()),
    }
}

async fn answers_are_json(target: &Target) -> Outcome {
    let administrator = administrator(target).await?;
    let made = subscribe(target, json!({})).await?;
    let collection = crate::checks::webhooks::ground::SUBSCRIPTIONS;
    let unknown = format!("{collection}/{}", crate::chance::id());
    for place in [collection.to_owned(), path(&made), unknown] {
        let answer = administrator.get(&place).await?;
        expect::media_type(&answer, "application/json").during(&place)?;
    }
    let refused = administrator
        .post(collection, json!({ "title": "" }))
        .await?;
    expect::media_type(&refused, "application/json").during("a refused creation")?;
    let anonymous = target.anonymous().get(collection).await?;
    Ok(expect::media_type(&anonymous, "application/json").during("no token")?)
}
