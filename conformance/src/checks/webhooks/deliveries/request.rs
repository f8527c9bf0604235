//! The request that brings a notification.

use serde_json::json;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::webhooks::told::Told,
    expect,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.deliveries.post",
        title: "A notification is a POST to the endpoint, and its body is a token and nothing else",
        cites: &["hooks-delivery-post"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(post(target))),
    },
    Check {
        id: "webhooks.deliveries.content-type",
        title: "A notification says that it is a security event token, and takes any answer",
        cites: &["hooks-delivery-content-type"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(content_type(target))),
    },
    Check {
        id: "webhooks.deliveries.user-agent",
        title: "A notification names the service in `User-Agent`",
        cites: &["hooks-delivery-user-agent"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(user_agent(target))),
    },
    Check {
        id: "webhooks.deliveries.to-its-own-endpoint",
        title: "A notification goes to the endpoint that the subscription has now",
        cites: &["hooks-delivery-post", "hooks-patch-members"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(to_its_own_endpoint(target))),
    },
];

async fn post(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let delivery = told.notification().await?;
    expect::equal("method", &json!("POST"), &json!(delivery.method))?;
    let is_of_the_endpoint = told.hook.url().ends_with(&delivery.path);
    expect::equal(
        "path is that of the endpoint",
        &json!(true),
        &json!(is_of_the_endpoint),
    )?;
    let parts: Vec<&str> = delivery.body.split('.').collect();
    let is_token = parts.len() == 3
        && parts.iter().all(|part| {
            let mut bytes = part.bytes();
            !part.is_empty()
                && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        });
    expect::equal(
        "body is a token in compact form",
        &json!(true),
        &json!(is_token),
    )?;
    told.hook.none().await.during("after one test notification")
}

async fn content_type(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let delivery = told.notification().await?;
    let content_type = json!(delivery.header("content-type"));
    expect::equal(
        "header content-type",
        &json!("application/secevent+jwt"),
        &content_type,
    )?;
    Ok(expect::equal(
        "header accept",
        &json!("*/*"),
        &json!(delivery.header("accept")),
    )?)
}

async fn user_agent(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let delivery = told.notification().await?;
    let beginning = "Akamai Identity Cloud Webhooks/";
    let agent = delivery.header("user-agent").unwrap_or_default();
    let found: String = agent.chars().take(beginning.len()).collect();
    Ok(expect::equal(
        "beginning of the header user-agent",
        &json!(beginning),
        &json!(found),
    )?)
}

async fn to_its_own_endpoint(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let other = Told::of(
        target,
        json!({ "title": target.name("other"), "events": [] }),
    )
    .await?;
    told.notification().await?;
    other.hook.none().await.during("the other endpoint")?;
    let moved = target.hook().await?;
    let change = json!({ "endpoint": moved.url() });
    crate::checks::webhooks::ground::modify(target, &told.subscription, &change).await?;
    told.test().await?;
    moved.next().await.during("the new endpoint")?;
    told.hook.none().await.during("the old endpoint")
}
