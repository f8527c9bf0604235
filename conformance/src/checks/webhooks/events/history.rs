//! What the history of an event tells.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    checks::webhooks::told::Told,
    expect,
    listener::Reply,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.events.history",
        title: "The history of an event tells its states in order",
        cites: &["hooks-history"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(history(target))),
    },
    Check {
        id: "webhooks.events.history-of-retries",
        title: "The history of an event tells every try",
        cites: &["hooks-history"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 40 },
        ],
        run: Run::Function(|target| Box::pin(history_of_retries(target))),
    },
];

/// Returns the names of states among the texts of a history, in the order in which they stand.
fn states(history: &Value, found: &mut Vec<String>) {
    const STATES: [&str; 5] = [
        "awaiting-executing",
        "executing",
        "success",
        "awaiting-retry",
        "failure",
    ];
    match history {
        Value::String(text) if STATES.contains(&text.as_str()) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| states(item, found)),
        Value::Object(members) => members.values().for_each(|item| states(item, found)),
        _ => {}
    }
}

/// Requires that the history of an event has these states in this order, others in between left aside.
async fn passed_through(told: &Told<'_>, event: &Value, wanted: &[&str]) -> Outcome {
    let id = expect::text(event, "/id")?;
    let answer = told.get(&format!("events/{id}/history")).await?;
    expect::status(&answer, &[200]).during("GET of the history")?;
    let mut found = Vec::new();
    states(&answer.json()?, &mut found);
    expect::equal("states in the history", &json!(wanted), &json!(found))?;
    Ok(())
}

async fn history(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let delivery = told.notification().await?;
    let event = told.event_of(&delivery).await?;
    let event = told.in_state(&event, "success").await?;
    passed_through(
        &told,
        &event,
        &["awaiting-executing", "executing", "success"],
    )
    .await?;
    let failed = told.failure().await?;
    passed_through(
        &told,
        &failed,
        &["awaiting-executing", "executing", "failure"],
    )
    .await
}

async fn history_of_retries(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.hook
        .answer(&[Reply::Status(500), Reply::Status(500), Reply::Status(200)]);
    let delivery = told.notification().await?;
    let event = told.event_of(&delivery).await?;
    for wait in [3.0, 30.0] {
        told.in_state(&event, "awaiting-retry").await?;
        target.pass(wait + 0.2).await?;
        told.hook.next().await.during("a retry")?;
    }
    let event = told.in_state(&event, "success").await?;
    let failed = ["executing", "awaiting-retry"];
    let states = [
        &["awaiting-executing"][..],
        &failed,
        &failed,
        &["executing", "success"],
    ]
    .concat();
    passed_through(&told, &event, &states).await
}
