//! When a delivery is tried again, by the clock of the target.

use serde_json::json;

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
        id: "webhooks.retries.timetable",
        title: "A delivery is tried six times with the documented waits, and then given up",
        cites: &["hooks-retries"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 115000 },
        ],
        run: Run::Function(|target| Box::pin(timetable(target))),
    },
    Check {
        id: "webhooks.retries.success",
        title: "A retry that succeeds is the last one",
        cites: &["hooks-retry-success", "hooks-event-attempts"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 60 },
        ],
        run: Run::Function(|target| Box::pin(success(target))),
    },
    Check {
        id: "webhooks.retries.same-token",
        title: "Every try sends the same token",
        cites: &["hooks-retry-same-token"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 60 },
        ],
        run: Run::Function(|target| Box::pin(same_token(target))),
    },
    Check {
        id: "webhooks.retries.resumed",
        title: "What waits is sent with the same token after a change of keys, and again once the target was set back",
        cites: &["hooks-retry-same-token"],
        // Keys, and whatever else there is, are set back with it.
        effects: Effects::Destroys,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Control,
            Need::Time { seconds: 10 },
        ],
        run: Run::Function(|target| Box::pin(resumed(target))),
    },
    Check {
        id: "webhooks.retries.no-connection",
        title: "A broken connection is followed by a retry",
        cites: &["hooks-outcome-no-connection"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 10 },
        ],
        run: Run::Function(|target| Box::pin(no_connection(target))),
    },
    Check {
        id: "webhooks.retries.time-out",
        title: "A listener that holds its answer for 10 seconds is tried again, and none that is faster",
        cites: &["hooks-timeout"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 14 },
        ],
        run: Run::Function(|target| Box::pin(time_out(target))),
    },
    Check {
        id: "webhooks.retries.not-after-disabling",
        title: "A try that fails after its subscription was disabled is not repeated",
        cites: &["hooks-disabled-executing"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 60 },
        ],
        run: Run::Function(|target| Box::pin(not_after_disabling(target))),
    },
];

/// The waits before the second try and those after it, in seconds.
const WAITS: [f64; 5] = [3.0, 30.0, 300.0, 3_600.0, 86_400.0];

async fn timetable(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.hook.answer(&[Reply::Status(500)]);
    let first = told.notification().await?;
    let event = told.event_of(&first).await?;
    told.in_state(&event, "awaiting-retry")
        .await
        .during("try 1")?;
    for (wait, tries) in WAITS.into_iter().zip(2..) {
        let action = format!("try {tries}, {wait} s after the one before");
        target.pass(wait * 0.5).await?;
        told.hook.none().await.during(&format!("before {action}"))?;
        target.pass(wait * 0.5 + 0.2).await?;
        told.hook.next().await.during(&action)?;
        let state = if tries == 6 {
            "failure"
        } else {
            "awaiting-retry"
        };
        let event = told.in_state(&event, state).await.during(&action)?;
        expect::member(&event, "/attempts", &json!(tries)).during(&action)?;
    }
    target.pass(2.0 * WAITS[0]).await?;
    told.hook.none().await.during("after the last try")
}

async fn success(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.hook
        .answer(&[Reply::Status(503), Reply::Status(503), Reply::Status(200)]);
    let first = told.notification().await?;
    let event = told.event_of(&first).await?;
    for (wait, tries) in [(WAITS[0], 2), (WAITS[1], 3)] {
        let shown = told.in_state(&event, "awaiting-retry").await?;
        expect::member(&shown, "/attempts", &json!(tries - 1))?;
        target.pass(wait + 0.2).await?;
        told.hook.next().await.during(&format!("try {tries}"))?;
    }
    let shown = told.in_state(&event, "success").await?;
    expect::member(&shown, "/attempts", &json!(3))?;
    expect::member(&shown, "/response/statusCode", &json!(200))?;
    target.pass(WAITS[2] + 1.0).await?;
    told.hook.none().await.during("after the success")
}

async fn same_token(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.hook.answer(&[Reply::Status(500)]);
    let first = told.notification().await?;
    let event = told.event_of(&first).await?;
    for wait in &WAITS[..2] {
        told.in_state(&event, "awaiting-retry").await?;
        target.pass(wait + 0.2).await?;
        let again = told.hook.next().await.during("a retry")?;
        expect::equal("the token", &json!(first.body), &json!(again.body))?;
    }
    Ok(())
}

async fn resumed(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.hook.answer(&[Reply::Status(500)]);
    let first = told.notification().await?;
    let event = told.event_of(&first).await?;
    told.in_state(&event, "awaiting-retry").await?;
    let snapshot = target.remember().await?;
    target.rotate_keys().await?;
    target.pass(WAITS[0] + 0.2).await?;
    let again = told.hook.next().await.during("with other keys")?;
    expect::equal("the token", &json!(first.body), &json!(again.body))?;
    // By then the event waited for its first retry, which is due by now.
    target.go_back(&snapshot).await?;
    let again = told.hook.next().await.during("once set back")?;
    expect::equal("the token", &json!(first.body), &json!(again.body))?;
    Ok(())
}

async fn no_connection(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.hook.answer(&[Reply::Hangup, Reply::Status(200)]);
    let first = told.notification().await?;
    let event = told.event_of(&first).await?;
    told.in_state(&event, "awaiting-retry").await?;
    target.pass(WAITS[0] + 0.2).await?;
    told.hook.next().await.during("the retry")?;
    told.in_state(&event, "success").await?;
    Ok(())
}

/// How long a listener may hold its answer, in milliseconds.
const TIME_OUT: i64 = 10_000;

async fn time_out(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.hook.answer(&[Reply::Silence, Reply::Status(200)]);
    let asked = target.now().await;
    let first = told.notification().await?;
    let event = told.event_of(&first).await?;
    target.pass(9.0).await?;
    let action = "9 s after the delivery";
    told.hook.none().await.during(action)?;
    let shown = told.event_of(&first).await.during(action)?;
    // On a machine that was slow the time may have been over when the event was looked at.
    let gone = target.now().await.as_millisecond() - asked.as_millisecond();
    if gone < TIME_OUT {
        expect::member(&shown, "/state", &json!("executing")).during(action)?;
    }
    target.pass(1.2).await?;
    let late = told.in_state(&event, "awaiting-retry").await;
    late.during("10 s after the delivery")?;
    target.pass(WAITS[0] + 0.2).await?;
    told.hook.next().await.during("the retry")?;
    told.in_state(&event, "success").await?;
    Ok(())
}

async fn not_after_disabling(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.hook.answer(&[Reply::Status(500)]);
    let first = told.notification().await?;
    let event = told.event_of(&first).await?;
    told.in_state(&event, "awaiting-retry").await?;
    let change = json!({ "enabled": false });
    crate::checks::webhooks::ground::modify(target, &told.subscription, &change).await?;
    target.pass(WAITS[0] + WAITS[1] + 1.0).await?;
    told.hook
        .none()
        .await
        .during("after the subscription was disabled")?;
    told.in_state(&event, "failure").await?;
    Ok(())
}
