//! The order of refusals, and whom a token lets do what.

use axum::body::Body;
use http::{Request, header};
use serde_json::json;

use crate::caller::{
    Asks, CONFIGURATION_CLIENT, CONFIGURATION_POLICY, LOGIN_POLICY, NOBODY, PUBLIC_CLIENT, Server,
    TOKEN_POLICY,
};

const TBA: &str = "Unable to access TBA endpoints without token!";

#[tokio::test]
async fn without_a_bearer_token_nothing_is_said() {
    let server = Server::new();
    for caller in [
        server.anybody(),
        server.configuration_client(),
        server.bearer(""),
    ] {
        for (method, path) in [
            ("GET", "config/clients"),
            ("POST", "config/clients"),
            ("GET", "config/nonsense"),
            ("GET", "config"),
            ("PATCH", "config/clients"),
            ("DELETE", "config/clients/x"),
            ("GET", "/x/config/clients"),
            ("GET", "config//clients"),
        ] {
            let answer = caller.send(method, path).await;
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            answer.refused(401, TBA);
        }
    }
}

#[tokio::test]
async fn a_token_that_is_not_one_is_rejected_before_anything_else() {
    let server = Server::new();
    let good = server.configuration_client().token("*:**").await;
    let other_case = good.to_ascii_uppercase();
    for token in ["x", &good[1..], &format!("{good}x"), &other_case, "a b"] {
        for path in [
            "config/clients",
            "config/nonsense",
            "/x/config/clients",
            "config/clients/../clients",
        ] {
            let answer = server.bearer(token).get(path).await;
            assert_eq!(
                answer.header("www-authenticate"),
                Some("Bearer error=\"invalid_token\"")
            );
            answer.refused(401, "Invalid or expired token");
        }
    }
}

#[tokio::test]
async fn two_tokens_are_none() {
    let server = Server::new();
    let token = server.configuration_client().token("*:**").await;
    let request = Request::builder()
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::AUTHORIZATION, "Bearer x");
    let answer = server
        .anybody()
        .ask(request, "config/clients", Body::empty())
        .await;
    answer.refused(401, "Invalid or expired token");
}

#[tokio::test]
async fn the_scheme_is_read_in_any_case() {
    let server = Server::new();
    let token = server.configuration_client().token("*:**").await;
    for scheme in ["bearer", "BEARER", "Bearer "] {
        let request = Request::builder().header(header::AUTHORIZATION, format!("{scheme} {token}"));
        server
            .anybody()
            .ask(request, "config/clients", Body::empty())
            .await
            .success();
    }
}

#[tokio::test]
async fn a_token_belongs_to_its_customer() {
    let server = Server::new();
    let mut other = fixtures::seed::demo();
    other.customer = "01000000-0000-3000-9000-00000000000a".to_owned();
    server.app.add_tenant(&other).expect("another customer");
    let owner = server.owner().await;
    owner
        .get(&format!("/{}/config/clients", other.customer))
        .await
        .refused(403, "Forbidden");
    owner
        .get(&format!("/{NOBODY}/config/clients"))
        .await
        .refused(404, "Not Found");
    owner
        .get("/x/config/clients")
        .await
        .refused(404, "Not Found");
}

#[tokio::test]
async fn scope_comes_before_existence_and_existence_before_the_body() {
    let server = Server::new();
    let nobody = format!("config/tokenPolicies/{NOBODY}");
    let reader = server.scoped(&[".:config/tokenPolicies"]).await;
    reader
        .raw("PUT", &nobody, "application/json", "{")
        .await
        .refused(403, "Forbidden");
    reader.get(&nobody).await.refused(404, "Not Found");
    let owner = server.owner().await;
    owner
        .raw("PUT", &nobody, "application/json", "{")
        .await
        .refused(404, "Not Found");
    owner
        .raw("PUT", &nobody, "text/plain", "x".repeat(65_537))
        .await
        .refused(404, "Not Found");
}

#[tokio::test]
async fn behaviours_allow_their_methods() {
    let server = Server::new();
    let collection = "config/tokenPolicies";
    let item = format!("{collection}/{TOKEN_POLICY}");
    // GET list, POST, GET item, PUT; 400 is what an empty body gets from those who may send one.
    for (scope, expected) in [
        ("*:config/tokenPolicies", [200, 400, 200, 400]),
        ("+:config/tokenPolicies", [403, 400, 403, 403]),
        (".:config/tokenPolicies", [200, 403, 200, 403]),
        ("-:config/tokenPolicies", [403, 403, 403, 403]),
        ("*:config/clients", [403, 403, 403, 403]),
        ("*:config/**", [200, 400, 200, 400]),
        ("*:**", [200, 400, 200, 400]),
        ("*:webhooks/**", [403, 403, 403, 403]),
        ("*:config", [403, 403, 403, 403]),
        ("openid", [403, 403, 403, 403]),
    ] {
        let caller = server.scoped(&[scope]).await;
        let given = [
            caller.get(collection).await,
            caller.post(collection, json!({})).await,
            caller.get(&item).await,
            caller.put(&item, json!({})).await,
        ];
        assert_eq!(
            given.map(|answer| answer.status.as_u16()),
            expected,
            "{scope}"
        );
    }
}

#[tokio::test]
async fn an_item_deny_keeps_the_list() {
    let server = Server::new();
    let deny = format!("-:config/tokenPolicies/{TOKEN_POLICY}");
    let caller = server.scoped(&["*:config/tokenPolicies", &deny]).await;
    let list = caller.get("config/tokenPolicies").await.success();
    assert!(list.to_string().contains(TOKEN_POLICY), "{list}");
    let denied = format!("config/tokenPolicies/{TOKEN_POLICY}");
    caller.get(&denied).await.refused(403, "Forbidden");
    caller
        .put(&denied, json!({ "title": "x" }))
        .await
        .refused(403, "Forbidden");
    caller.delete(&denied).await.refused(403, "Forbidden");
    caller
        .get(&format!("config/tokenPolicies/{CONFIGURATION_POLICY}"))
        .await
        .success();
}

#[tokio::test]
async fn a_scope_for_one_item_is_for_that_item_and_what_is_below_it() {
    let server = Server::new();
    let item = format!("config/loginPolicies/{LOGIN_POLICY}");
    let caller = server.scoped(&[&format!("*:{item}")]).await;
    caller.get(&item).await.success();
    caller.get(&format!("{item}/pushClaims")).await.success();
    caller
        .get("config/loginPolicies")
        .await
        .refused(403, "Forbidden");
    caller
        .post("config/loginPolicies", json!({}))
        .await
        .refused(403, "Forbidden");
    caller
        .get(&format!("config/clients/{PUBLIC_CLIENT}"))
        .await
        .refused(403, "Forbidden");
}

#[tokio::test]
async fn what_no_method_takes_is_refused_with_those_that_do() {
    let server = Server::new();
    let owner = server.owner().await;
    let client = format!("config/clients/{CONFIGURATION_CLIENT}");
    let policy = format!("config/loginPolicies/{LOGIN_POLICY}");
    for (path, allowed) in [
        ("config/clients", "GET,HEAD,POST"),
        (client.as_str(), "GET,HEAD,PUT,DELETE"),
        (&format!("{client}/secret"), "POST"),
        ("config/loginPolicies", "GET,HEAD,POST"),
        (&policy, "GET,HEAD,PUT,DELETE"),
        (&format!("{policy}/pushClaims"), "GET,HEAD,PUT"),
        (&format!("{policy}/allowedResponseTypes"), "GET,HEAD,PUT"),
        ("config/tokenPolicies", "GET,HEAD,POST"),
        (
            &format!("config/tokenPolicies/{TOKEN_POLICY}"),
            "GET,HEAD,PUT,DELETE",
        ),
    ] {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            if allowed.split(',').any(|other| other == method) {
                continue;
            }
            let answer = owner.send(method, path).await;
            assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
            answer.refused(405, "Method Not Allowed");
        }
    }
    let reader = server.scoped(&[".:**"]).await;
    reader
        .send("PATCH", "config/clients")
        .await
        .refused(403, "Forbidden");
}

#[tokio::test]
async fn nothing_else_is_there() {
    let server = Server::new();
    let owner = server.owner().await;
    for path in [
        "config",
        "config/scopes",
        "config/Clients",
        "CONFIG/clients",
        &format!("config/clients/{CONFIGURATION_CLIENT}/nothing"),
        &format!("config/clients/{CONFIGURATION_CLIENT}/secret/x"),
        &format!("config/clients/{}", CONFIGURATION_CLIENT.to_uppercase()),
        "login/nothing",
        "/",
        "/x",
    ] {
        owner.get(path).await.refused(404, "Not Found");
    }
}

#[tokio::test]
async fn head_asks_what_get_would_answer() {
    let server = Server::new();
    let reader = server.scoped(&[".:config/clients"]).await;
    let answer = reader.send("HEAD", "config/clients").await;
    assert_eq!((answer.status.as_u16(), answer.body), (200, None));
    let writer = server.scoped(&["+:config/clients"]).await;
    assert_eq!(
        writer.send("HEAD", "config/clients").await.status.as_u16(),
        403
    );
}
