//! Events that are sent once more, and test notifications.

use serde_json::json;

use crate::{
    chance,
    check::{Check, Effects, Need, Run},
    checks::webhooks::{
        ground::{modify, path},
        told::{Told, verified},
    },
    expect,
    listener::Reply,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.redelivery.delivers",
        title: "A redelivery sends an event that was given up, and it may succeed",
        cites: &["hooks-redeliver"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(delivers(target))),
    },
    Check {
        id: "webhooks.redelivery.elsewhere",
        title: "A redelivery goes to the endpoint that the subscription has by then, with a token for that one",
        cites: &["hooks-redeliver"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(elsewhere(target))),
    },
    Check {
        id: "webhooks.redelivery.whole-timetable",
        title: "A redelivery that fails is followed by the whole timetable",
        cites: &["hooks-redeliver"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 45 },
        ],
        run: Run::Function(|target| Box::pin(whole_timetable(target))),
    },
    Check {
        id: "webhooks.redelivery.status",
        title: "A redelivery is answered with one of the listed statuses",
        cites: &["hooks-redeliver-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(status(target))),
    },
    Check {
        id: "webhooks.redelivery.conflict",
        title: "An event that was not given up is not redelivered",
        cites: &["hooks-redeliver-conflict"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(conflict(target))),
    },
    Check {
        id: "webhooks.redelivery.disabled",
        title: "While its subscription is disabled, an event is not redelivered",
        cites: &["hooks-redeliver-disabled"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(disabled(target))),
    },
    Check {
        id: "webhooks.redelivery.unknown",
        title: "An event that does not exist is not redelivered",
        cites: &["hooks-redeliver-unknown"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(unknown(target))),
    },
    Check {
        id: "webhooks.tests.delivers",
        title: "A test notification arrives once for every call, whatever the subscription is told of",
        cites: &["hooks-test"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(test_delivers(target))),
    },
    Check {
        id: "webhooks.tests.status",
        title: "A test notification is answered with one of the listed statuses",
        cites: &["hooks-test-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(test_status(target))),
    },
    Check {
        id: "webhooks.tests.disabled",
        title: "A disabled subscription sends no test notification, and says so",
        cites: &["hooks-test-disabled"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(test_disabled(target))),
    },
    Check {
        id: "webhooks.tests.unknown",
        title: "A subscription that does not exist sends no test notification",
        cites: &["hooks-unknown"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(test_unknown(target))),
    },
];

async fn delivers(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let event = told.failure().await?;
    told.hook.answer(&[Reply::Status(200)]);
    let id = expect::text(&event, "/id")?;
    let answer = told.post(&format!("events/{id}/redeliver")).await?;
    expect::status(&answer, &[202, 200, 204])?;
    let again = told.hook.next().await.during("the redelivery")?;
    expect::equal(
        "the token",
        &event["request"]["payload"],
        &json!(again.body),
    )?;
    let event = told.in_state(&event, "success").await?;
    expect::member(&event, "/response/statusCode", &json!(200))?;
    told.hook.none().await.during("after the redelivery")
}

async fn elsewhere(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let event = told.failure().await?;
    let moved = target.hook().await?;
    let change = json!({ "endpoint": moved.url() });
    modify(target, &told.subscription, &change).await?;
    let id = expect::text(&event, "/id")?;
    let answer = told.post(&format!("events/{id}/redeliver")).await?;
    expect::status(&answer, &[202, 200, 204])?;
    let again = moved.next().await.during("the redelivery")?;
    let claims = verified(target, &again).await?.claims;
    let audience = claims["aud"].to_string();
    expect::equal(
        "whether the new endpoint is the audience",
        &json!(true),
        &json!(audience.contains(moved.url())),
    )?;
    told.hook.none().await.during("the old endpoint")
}

async fn whole_timetable(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let event = told.failure().await?;
    told.hook.answer(&[Reply::Status(500)]);
    let id = expect::text(&event, "/id")?;
    let answer = told.post(&format!("events/{id}/redeliver")).await?;
    expect::status(&answer, &[202, 200, 204])?;
    told.hook.next().await.during("the redelivery")?;
    for wait in [3.0, 30.0] {
        told.in_state(&event, "awaiting-retry").await?;
        target.pass(wait * 0.5).await?;
        told.hook.none().await.during(&format!("before {wait} s"))?;
        target.pass(wait * 0.5 + 0.2).await?;
        told.hook.next().await.during(&format!("after {wait} s"))?;
    }
    Ok(())
}

async fn status(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let event = told.failure().await?;
    let id = expect::text(&event, "/id")?;
    let answer = told.post(&format!("events/{id}/redeliver")).await?;
    expect::status(&answer, &[202, 200, 204])?;
    Ok(())
}

async fn conflict(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    for (reply, state) in [
        (Reply::Status(200), "success"),
        (Reply::Status(500), "awaiting-retry"),
    ] {
        told.hook.answer(&[reply]);
        let delivery = told.notification().await?;
        let event = told.event_of(&delivery).await?;
        let event = told.in_state(&event, state).await?;
        let id = expect::text(&event, "/id")?;
        let answer = told.post(&format!("events/{id}/redeliver")).await?;
        expect::status(&answer, &[409]).during(state)?;
        told.in_state(&event, state).await.during("afterwards")?;
    }
    Ok(())
}

async fn disabled(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let event = told.failure().await?;
    let id = expect::text(&event, "/id")?;
    modify(target, &told.subscription, &json!({ "enabled": false })).await?;
    let answer = told.post(&format!("events/{id}/redeliver")).await?;
    expect::status(&answer, &[409])?;
    told.hook.none().await.during("while it is disabled")?;
    modify(target, &told.subscription, &json!({ "enabled": true })).await?;
    let answer = told.post(&format!("events/{id}/redeliver")).await?;
    expect::status(&answer, &[202, 200, 204]).during("once it is enabled")?;
    told.hook.next().await.during("once it is enabled")?;
    Ok(())
}

async fn unknown(target: &Target) -> Outcome {
    let administrator = crate::checks::webhooks::ground::administrator(target).await?;
    let made = crate::checks::webhooks::ground::subscribe(target, json!({})).await?;
    let nobody = path(&json!({ "id": chance::id().to_string() }));
    for place in [path(&made), nobody] {
        let place = format!("{place}/events/{}/redeliver", chance::id());
        let answer = administrator
            .send(crate::http::Request::post(place))
            .await?;
        expect::status(&answer, &[404])?;
    }
    Ok(())
}

async fn test_delivers(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let everything = json!({ "title": target.name("other"), "events": ["entityCreated"] });
    let other = Told::of(target, everything).await?;
    let mut seen = Vec::new();
    for told in [&told, &told, &other] {
        let delivery = told.notification().await?;
        let is_new = !seen.contains(&delivery.body);
        expect::equal("a token of its own", &json!(true), &json!(is_new))?;
        seen.push(delivery.body);
    }
    told.hook.none().await.during("after two calls")
}

async fn test_status(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let answer = told.post("test").await?;
    expect::status(&answer, &[202, 200, 204])?;
    Ok(())
}

async fn test_disabled(target: &Target) -> Outcome {
    let told = Told::of(target, json!({ "events": [], "enabled": false })).await?;
    let answer = told.post("test").await?;
    expect::status(&answer, &[409])?;
    expect::text(&answer.json()?, "/errors")?;
    told.hook.none().await
}

async fn test_unknown(target: &Target) -> Outcome {
    let administrator = crate::checks::webhooks::ground::administrator(target).await?;
    let nobody = path(&json!({ "id": chance::id().to_string() }));
    let request = crate::http::Request::post(format!("{nobody}/test"));
    let answer = administrator.send(request).await?;
    expect::status(&answer, &[404])?;
    Ok(())
}
