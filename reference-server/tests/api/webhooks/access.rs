//! Who may do what: the scopes of webhooks.

use serde_json::json;

use super::{SUBSCRIPTIONS, local, patch, subscribed, subscription};
use crate::caller::{Asks, NOBODY, Server, text};

#[tokio::test]
async fn refusals_have_the_order_of_the_configuration() {
    let server = local();
    let nobody = format!("{SUBSCRIPTIONS}/{NOBODY}");
    for path in [SUBSCRIPTIONS, &nobody, "webhooks", "webhooks/other"] {
        let missing = "Unable to access TBA endpoints without token!";
        server.anybody().get(path).await.refused(401, missing);
        let rejected = "Invalid or expired token";
        server.bearer("x").get(path).await.refused(401, rejected);
        let config = server.scoped(&["*:config/**"]).await;
        config.get(path).await.refused(403, "Forbidden");
    }
    let owner = server.owner().await;
    for path in [&nobody, "webhooks", "webhooks/other"] {
        owner.get(path).await.refused(404, "Not Found");
    }
}

#[tokio::test]
async fn everything_of_webhooks_is_nothing_of_the_configuration() {
    let server = local();
    let caller = server.scoped(&["*:webhooks/**"]).await;
    let path = subscribed(&caller, "CRM").await;
    for path in [SUBSCRIPTIONS, &path] {
        caller.get(path).await.success();
    }
    patch(&caller, &path, json!({ "enabled": false }))
        .await
        .success();
    caller.delete(&path).await.success();
    for path in ["config/clients", "config/tokenPolicies"] {
        caller.get(path).await.refused(403, "Forbidden");
    }
}

#[tokio::test]
async fn behaviours_allow_what_the_documentation_says() {
    let server = local();
    let owner = server.owner().await;
    let path = subscribed(&owner, "CRM").await;
    for (scopes, allowed) in [
        (&["*:webhooks/subscriptions"][..], "GET POST PATCH DELETE"),
        (&["+:webhooks/subscriptions"], "POST PATCH"),
        (&[".:webhooks/subscriptions"], "GET"),
        (&["-:webhooks/subscriptions"], ""),
        (&["*:webhooks/**", "-:webhooks/subscriptions"], ""),
        (
            &["*:webhooks/subscriptions", "+:webhooks/**"],
            "GET POST PATCH DELETE",
        ),
        (&["+:webhooks/**", ".:webhooks/**"], "POST PATCH"),
        (&["*:webhooks/events"], ""),
    ] {
        let caller = server.scoped(scopes).await;
        let is_allowed = |method: &str| allowed.split(' ').any(|known| known == method);
        let answers = [
            ("GET", caller.get(&path).await),
            ("GET", caller.get(SUBSCRIPTIONS).await),
            ("POST", caller.post(SUBSCRIPTIONS, json!({})).await),
            ("PATCH", patch(&caller, &path, json!({ "id": 1 })).await),
            (
                "DELETE",
                caller.delete(&format!("{SUBSCRIPTIONS}/{NOBODY}")).await,
            ),
        ];
        for (method, answer) in answers {
            let is_refused = answer.status == 403;
            assert_eq!(!is_refused, is_allowed(method), "{scopes:?} {method}");
        }
    }
}

#[tokio::test]
async fn a_scope_may_name_one_subscription() {
    let server = local();
    let owner = server.owner().await;
    let (one, other) = (
        subscribed(&owner, "One").await,
        subscribed(&owner, "Other").await,
    );
    let caller = server.scoped(&[&format!(".:{one}")]).await;
    caller.get(&one).await.success();
    caller.get(&other).await.refused(403, "Forbidden");
    caller.get(SUBSCRIPTIONS).await.refused(403, "Forbidden");
    caller.delete(&one).await.refused(403, "Forbidden");
}

#[tokio::test]
async fn what_nobody_may_touch_can_be_hidden() {
    let server = Server::reading(&["foreign-item-status=404"]);
    let caller = server.scoped(&[".:config/**"]).await;
    let nobody = format!("{SUBSCRIPTIONS}/{NOBODY}");
    caller.get(&nobody).await.refused(404, "Not Found");
    caller.get("webhooks/other").await.refused(404, "Not Found");
    caller.get(SUBSCRIPTIONS).await.refused(403, "Forbidden");
}

#[tokio::test]
async fn methods_that_nothing_takes_are_refused_with_those_that_it_does() {
    let server = local();
    let owner = server.owner().await;
    let path = subscribed(&owner, "CRM").await;
    let answer = owner.put(&path, subscription("CRM")).await;
    let allowed = answer.header("allow").map(str::to_owned);
    answer.refused(405, "Method Not Allowed");
    assert_eq!(allowed.as_deref(), Some("GET,HEAD,PATCH,DELETE"));
    let answer = patch(&owner, SUBSCRIPTIONS, json!({})).await;
    assert_eq!(answer.header("allow"), Some("GET,HEAD,POST"));
    answer.refused(405, "Method Not Allowed");
}

#[tokio::test]
async fn customers_have_subscriptions_of_their_own() {
    let server = local();
    let mut tenant = fixtures::seed::demo();
    tenant.customer = "02000000-0000-3000-9000-000000000000".to_owned();
    server.app.add_tenant(&tenant).expect("another customer");
    let owner = server.owner().await;
    let path = subscribed(&owner, "CRM").await;
    let foreign = format!("/{}/{path}", tenant.customer);
    owner.get(&foreign).await.refused(403, "Forbidden");
    let list = owner.get(SUBSCRIPTIONS).await.success();
    assert_eq!(text(&list["_embedded"]["subscriptions"][0]["title"]), "CRM");
}
