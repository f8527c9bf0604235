//! What the event store shows of a delivery.

use serde_json::{Value, json};

use crate::{
    chance,
    check::{Check, Effects, Need, Run},
    checks::webhooks::{
        ground::{administrator, path},
        told::Told,
    },
    expect,
    listener::Reply,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.events.list",
        title: "The events of a subscription are listed, and nobody else's",
        cites: &["hooks-event-list", "hooks-event-per-subscription"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(list(target))),
    },
    Check {
        id: "webhooks.events.list-form",
        title: "The list of events counts, links to itself, and begins with the oldest",
        cites: &["hooks-event-list-form"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(list_form(target))),
    },
    Check {
        id: "webhooks.events.after-and-before",
        title: "Events are listed after one, before one, and between two",
        cites: &["hooks-event-after", "hooks-event-before"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(after_and_before(target))),
    },
    Check {
        id: "webhooks.events.view",
        title: "An event is shown with its state, its tries and its times, as in the list",
        cites: &["hooks-event-view", "hooks-event-attempts"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(view(target))),
    },
    Check {
        id: "webhooks.events.links",
        title: "An event links to itself, to its redelivery and to its history",
        cites: &["hooks-event-links"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(links(target))),
    },
    Check {
        id: "webhooks.events.request",
        title: "An event has the request that was sent",
        cites: &["hooks-event-request"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(request(target))),
    },
    Check {
        id: "webhooks.events.response",
        title: "An event has the listener's answer",
        cites: &["hooks-event-response"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(response(target))),
    },
    Check {
        id: "webhooks.events.unknown",
        title: "An event that does not exist is answered 404, and so is one of another subscription",
        cites: &["hooks-event-unknown", "hooks-event-per-subscription"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(unknown(target))),
    },
    Check {
        id: "webhooks.events.deleted",
        title: "The events go with their subscription",
        cites: &["hooks-event-deleted"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(deleted(target))),
    },
    Check {
        id: "webhooks.events.retention",
        title: "Events are there for seven days, and then gone",
        cites: &["hooks-event-retention"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 605000 },
        ],
        run: Run::Function(|target| Box::pin(retention(target))),
    },
];

async fn list(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let other = Told::of(
        target,
        json!({ "title": target.name("other"), "events": [] }),
    )
    .await?;
    expect::equal("events before", &json!([]), &json!(told.events("").await?))?;
    let first = told.notification().await?;
    let second = told.notification().await?;
    for delivery in [&first, &second] {
        told.event_of(delivery).await?;
    }
    expect::equal(
        "number of events",
        &json!(2),
        &json!(told.events("").await?.len()),
    )?;
    expect::equal(
        "events of the other",
        &json!([]),
        &json!(other.events("").await?),
    )?;
    Ok(())
}

async fn list_form(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let first = told.notification().await?;
    let second = told.notification().await?;
    let list = told.get("events").await?.json()?;
    expect::member(&list, "/total", &json!(2))?;
    let own = format!("/{}/{}", target.customer(), told.below("events"));
    expect::member(&list, "/_links/self/href", &json!(own))?;
    for (index, delivery) in [first, second].iter().enumerate() {
        let payload = format!("/_embedded/events/{index}/request/payload");
        expect::member(&list, &payload, &json!(delivery.body))?;
    }
    Ok(())
}

/// Returns the ids of events.
fn ids(events: &[Value]) -> Vec<Value> {
    let mut ids: Vec<Value> = events.iter().map(|event| event["id"].clone()).collect();
    ids.sort_by_key(Value::to_string);
    ids
}

async fn after_and_before(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let mut made = Vec::new();
    for _ in 0..4 {
        let delivery = told.notification().await?;
        made.push(told.event_of(&delivery).await?);
    }
    let id = |index: usize| made[index]["id"].as_str().unwrap_or_default();
    for (query, wanted) in [
        (format!("?after={}", id(1)), &made[2..]),
        (format!("?before={}", id(1)), &made[..1]),
        (format!("?after={}&before={}", id(0), id(3)), &made[1..3]),
        (format!("?after={}", id(3)), &made[4..]),
        (format!("?before={}", id(0)), &made[..0]),
        (String::new(), &made[..]),
    ] {
        let shown = told.events(&query).await?;
        let action = if query.is_empty() {
            "all"
        } else {
            query.split('=').next().unwrap_or_default()
        };
        expect::equal(
            "ids of the events",
            &json!(ids(wanted)),
            &json!(ids(&shown)),
        )
        .during(action)?;
    }
    Ok(())
}

async fn view(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let delivery = told.notification().await?;
    let listed = told.event_of(&delivery).await?;
    let event = told.in_state(&listed, "success").await?;
    expect::member(&event, "/id", &listed["id"])?;
    expect::member(&event, "/attempts", &json!(1))?;
    for member in ["/createdAt", "/updatedAt"] {
        let text = expect::text(&event, member)?;
        let time = text.parse::<jiff::Timestamp>().ok();
        let now = target.now().await;
        let is_near = time.is_some_and(|time| time.duration_since(now).abs().as_secs() <= 60);
        if !is_near {
            return Err(Mismatch::new(
                format!("member {member}"),
                [json!("the present")],
                json!(text),
            )
            .into());
        }
    }
    let again = told.event_of(&delivery).await?;
    Ok(expect::equal("the event in the list", &event, &again)?)
}

async fn links(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let delivery = told.notification().await?;
    let event = told.event_of(&delivery).await?;
    let id = expect::text(&event, "/id")?;
    let own = format!(
        "/{}/{}",
        target.customer(),
        told.below(&format!("events/{id}"))
    );
    for (name, href) in [
        ("self", own.clone()),
        ("redeliver", format!("{own}/redeliver")),
        ("history", format!("{own}/history")),
    ] {
        expect::member(&event, &format!("/_links/{name}/href"), &json!(href))?;
    }
    let followed = administrator(target).await?.get(own).await?;
    expect::status(&followed, &[200]).during("GET of the link")?;
    Ok(())
}

async fn request(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let delivery = told.notification().await?;
    let event = told.event_of(&delivery).await?;
    let event = told.in_state(&event, "success").await?;
    expect::member(&event, "/request/endpoint", &json!(told.hook.url()))?;
    expect::member(&event, "/request/payload", &json!(delivery.body))?;
    let headers = expect::present(&event, "/request/headers")?.as_object();
    for name in ["content-type", "user-agent"] {
        let mut named = headers.into_iter().flatten();
        let told = named.find(|(given, _)| given.eq_ignore_ascii_case(name));
        let told = told.map(|(_, value)| value.clone()).unwrap_or_default();
        let sent = json!(delivery.header(name));
        expect::equal(&format!("header {name}"), &sent, &told)?;
    }
    Ok(())
}

async fn response(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    for (status, state) in [(201, "success"), (503, "awaiting-retry")] {
        told.hook.answer(&[Reply::Status(status)]);
        let delivery = told.notification().await?;
        let event = told.event_of(&delivery).await?;
        let event = told.in_state(&event, state).await?;
        expect::member(&event, "/response/statusCode", &json!(status))?;
        let headers = expect::present(&event, "/response/headers")?.as_object();
        let mut named = headers.into_iter().flatten();
        let own = named.find(|(name, _)| name.eq_ignore_ascii_case("x-proofhouse"));
        let own = own.map(|(_, value)| value.clone()).unwrap_or_default();
        expect::equal("the header of the listener", &json!("answered"), &own)?;
    }
    Ok(())
}

async fn unknown(target: &Target) -> Outcome {
    let administrator = administrator(target).await?;
    let told = Told::of_tests(target).await?;
    let other = Told::of(
        target,
        json!({ "title": target.name("other"), "events": [] }),
    )
    .await?;
    let delivery = told.notification().await?;
    let event = told.event_of(&delivery).await?;
    let id = expect::text(&event, "/id")?;
    let nobody = path(&json!({ "id": chance::id().to_string() }));
    for place in [
        told.below(&format!("events/{}", chance::id())),
        told.below(&format!("events/{}/history", chance::id())),
        other.below(&format!("events/{id}")),
        other.below(&format!("events/{id}/history")),
        format!("{nobody}/events"),
        format!("{nobody}/events/{id}"),
        format!("{nobody}/summary"),
    ] {
        let answer = administrator.get(&place).await?;
        expect::status(&answer, &[404]).during(&place)?;
    }
    Ok(())
}

async fn deleted(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let delivery = told.notification().await?;
    let event = told.event_of(&delivery).await?;
    let id = expect::text(&event, "/id")?;
    let answer = administrator(target)
        .await?
        .delete(path(&told.subscription))
        .await?;
    expect::status(&answer, &[204, 200]).during("DELETE of the subscription")?;
    for rest in [
        "events".to_owned(),
        format!("events/{id}"),
        format!("events/{id}/history"),
    ] {
        let answer = told.get(&rest).await?;
        expect::status(&answer, &[404]).during(&rest)?;
    }
    Ok(())
}

async fn retention(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let sent = told.notification().await?;
    let sent = told.event_of(&sent).await?;
    let failed = told.failure().await?;
    target.pass(7.0 * 86_400.0 - 600.0).await?;
    let before = ids(&told.events("").await?);
    expect::equal(
        "events before",
        &json!(ids(&[sent.clone(), failed.clone()])),
        &json!(before),
    )?;
    target.pass(1_200.0).await?;
    expect::equal(
        "events after seven days",
        &json!([]),
        &json!(told.events("").await?),
    )?;
    for event in [sent, failed] {
        let id = expect::text(&event, "/id")?;
        let answer = told.get(&format!("events/{id}")).await?;
        expect::status(&answer, &[404]).during("an event after seven days")?;
    }
    Ok(())
}
