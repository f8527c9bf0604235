//! What becomes of an event by what its listener answers.

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
        id: "webhooks.outcomes.success",
        title: "A delivery that is answered 2xx succeeds at the first try",
        cites: &["hooks-outcome-success"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(success(target))),
    },
    Check {
        id: "webhooks.outcomes.redirect",
        title: "A redirect ends the delivery, and is not followed",
        cites: &["hooks-outcome-redirect"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(redirect(target))),
    },
    Check {
        id: "webhooks.outcomes.other-redirects",
        title: "Every 3xx ends the delivery",
        cites: &["hooks-outcome-redirect"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(other_redirects(target))),
    },
    Check {
        id: "webhooks.outcomes.interim",
        title: "An interim status with nothing after it ends the delivery",
        cites: &["hooks-outcome-interim"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(interim(target))),
    },
    Check {
        id: "webhooks.outcomes.error",
        title: "A 4xx or a 5xx has the delivery repeated later",
        cites: &["hooks-outcome-error"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(error(target))),
    },
    Check {
        id: "webhooks.outcomes.no-connection",
        title: "A connection that breaks has the delivery repeated later",
        cites: &["hooks-outcome-no-connection"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(no_connection(target))),
    },
    Check {
        id: "webhooks.outcomes.no-http",
        title: "What is no HTTP ends the delivery",
        cites: &["hooks-outcome-no-http"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(no_http(target))),
    },
];

/// Has a test notification answered, and returns its event once it is in that state.
async fn answered(told: &Told<'_>, reply: Reply, state: &str) -> Result<Value, NotPassed> {
    told.hook.answer(&[reply]);
    let action = format!("{reply:?}");
    let delivery = told.notification().await.during(&action)?;
    let event = told.event_of(&delivery).await.during(&action)?;
    told.in_state(&event, state).await.during(&action)
}

async fn success(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    for status in [200, 201, 202, 204] {
        let event = answered(&told, Reply::Status(status), "success").await?;
        expect::member(&event, "/attempts", &json!(1)).during(&format!("{status}"))?;
    }
    told.hook.none().await.during("after the successes")
}

async fn redirect(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let event = answered(&told, Reply::Redirect, "failure").await?;
    expect::member(&event, "/attempts", &json!(1))?;
    told.hook
        .none()
        .await
        .during("where the redirect leads, and again")
}

async fn other_redirects(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    for status in [300, 301, 302, 303, 304, 308] {
        answered(&told, Reply::Status(status), "failure").await?;
    }
    Ok(())
}

async fn interim(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    answered(&told, Reply::Interim, "failure").await?;
    Ok(())
}

async fn error(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    for status in [400, 401, 404, 410, 429, 500, 503] {
        answered(&told, Reply::Status(status), "awaiting-retry").await?;
    }
    Ok(())
}

async fn no_connection(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    answered(&told, Reply::Hangup, "awaiting-retry").await?;
    Ok(())
}

async fn no_http(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    answered(&told, Reply::Garbage, "failure").await?;
    Ok(())
}
