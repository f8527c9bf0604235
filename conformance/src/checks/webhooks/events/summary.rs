//! The counts of a subscription.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    checks::webhooks::told::Told,
    expect,
    listener::Reply,
    target::Target,
    verdict::{During as _, NotPassed, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.summary.counts",
        title: "The summary counts what succeeded, what waits and what was given up",
        cites: &["hooks-summary", "hooks-summary-adds-up"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(counts(target))),
    },
    Check {
        id: "webhooks.summary.of-nothing",
        title: "The summary of a subscription without events counts nothing",
        cites: &["hooks-summary"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(of_nothing(target))),
    },
    Check {
        id: "webhooks.summary.once-a-day",
        title: "The summary stays the same for a day, and is computed anew after it",
        cites: &["hooks-summary-once-a-day"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 90000 },
        ],
        run: Run::Function(|target| Box::pin(once_a_day(target))),
    },
    Check {
        id: "webhooks.summary.seven-days",
        title: "The summary counts the last seven days only",
        cites: &["hooks-summary"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 605000 },
        ],
        run: Run::Function(|target| Box::pin(seven_days(target))),
    },
];

async fn summary(told: &Told<'_>) -> Result<Value, NotPassed> {
    let answer = told.get("summary").await?;
    expect::status(&answer, &[200]).during("GET of the summary")?;
    Ok(answer.json().during("GET of the summary")?)
}

/// Requires these counts.
fn count(summary: &Value, counts: [(&str, u64); 5]) -> Outcome {
    for (member, wanted) in counts {
        expect::member(summary, &format!("/{member}"), &json!(wanted)).during("summary")?;
    }
    expect::text(summary, "/updatedAt")?;
    Ok(())
}

async fn counts(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    for (reply, state) in [
        (Reply::Status(200), "success"),
        (Reply::Status(200), "success"),
        (Reply::Status(200), "success"),
        (Reply::Status(500), "awaiting-retry"),
        (Reply::Redirect, "failure"),
        (Reply::Redirect, "failure"),
    ] {
        told.hook.answer(&[reply]);
        let delivery = told.notification().await?;
        let event = told.event_of(&delivery).await?;
        told.in_state(&event, state).await?;
    }
    let counts = [
        ("total", 6),
        ("succeeded", 3),
        ("retrying", 1),
        ("failed", 2),
        ("exportable", 2),
    ];
    count(&summary(&told).await?, counts)
}

async fn of_nothing(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let counts = [
        ("total", 0),
        ("succeeded", 0),
        ("retrying", 0),
        ("failed", 0),
        ("exportable", 0),
    ];
    count(&summary(&told).await?, counts)
}

async fn once_a_day(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let first = summary(&told).await?;
    told.failure().await?;
    let second = summary(&told).await?;
    expect::equal("the summary at once", &first, &second)?;
    target.pass(86_400.0 - 600.0).await?;
    expect::equal("the summary within the day", &first, &summary(&told).await?)?;
    target.pass(1_200.0).await?;
    let counts = [
        ("total", 1),
        ("succeeded", 0),
        ("retrying", 0),
        ("failed", 1),
        ("exportable", 1),
    ];
    count(&summary(&told).await?, counts).during("after a day")
}

async fn seven_days(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.failure().await?;
    target.pass(7.0 * 86_400.0 + 600.0).await?;
    let delivery = {
        told.hook.answer(&[Reply::Status(200)]);
        told.notification().await?
    };
    let event = told.event_of(&delivery).await?;
    told.in_state(&event, "success").await?;
    let counts = [
        ("total", 1),
        ("succeeded", 1),
        ("retrying", 0),
        ("failed", 0),
        ("exportable", 0),
    ];
    count(&summary(&told).await?, counts)
}
