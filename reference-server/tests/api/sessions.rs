//! `/{customerId}/sessions`, and `/sessions` with the header `Tenant-ID`.

use std::time::Duration;

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::browser::{Browser, USER, encoded};
use crate::caller::{Answer, Asks, CUSTOMER, Caller, NOBODY, Server, text};

fn find(sub: &str) -> String {
    format!("sessions?{}", encoded(&[("sub", sub)]))
}

fn global_sub() -> String {
    format!("capture-v1://demo.capture.example.test/demoapplication/user/{USER}")
}

/// Asks with the customer in the header.
async fn by_header(caller: &Caller<'_>, method: &str, path: &str, tenants: &[&str]) -> Answer {
    let mut request = Request::builder().method(method);
    for tenant in tenants {
        request = request.header("Tenant-ID", *tenant);
    }
    caller
        .ask(request, &format!("/{path}"), Body::empty())
        .await
}

/// Signs the demo user in, and returns the session.
async fn session(server: &Server) -> Value {
    Browser::new(server).sign_in().await.came_back();
    server
        .owner()
        .await
        .get(&find(&global_sub()))
        .await
        .success()
}

#[tokio::test]
async fn a_session_is_shown_in_both_forms() {
    let server = Server::new();
    let found = session(&server).await;
    let id = text(&found["id"]).to_owned();
    assert_eq!(
        found,
        json!({
            "id": id,
            "sub": USER,
            "auth_time": 1_767_225_600,
            "acr": "urn:akamai-ic:nist:800-63-3:aal:1",
            "amr": ["pwd"],
            "createdAt": "2026-01-01T00:00:00Z",
            "updatedAt": "2026-01-01T00:00:00Z",
            "_links": { "self": { "href": format!("/{CUSTOMER}/sessions/{id}") } },
        })
    );
    let owner = server.owner().await;
    let item = format!("sessions/{id}");
    for answer in [
        owner.get(&item).await,
        by_header(&owner, "GET", &item, &[CUSTOMER]).await,
        by_header(&owner, "GET", &find(&global_sub()), &[CUSTOMER]).await,
        by_header(
            &owner,
            "GET",
            &item.replace("sessions", "%73essions"),
            &[CUSTOMER],
        )
        .await,
    ] {
        assert_eq!(answer.success(), found);
    }
}

#[tokio::test]
async fn silence_moves_the_time_and_keeps_the_id() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let owner = server.owner().await;
    let before = owner.get(&find(&global_sub())).await.success();
    server.app.clock().advance(Duration::from_secs(90));
    browser.silently().await;
    Browser::new(&server).sign_in().await;
    let after = owner.get(&find(&global_sub())).await.success();
    assert_eq!(
        (&after["id"], &after["createdAt"]),
        (&before["id"], &before["createdAt"])
    );
    assert_eq!(after["auth_time"], json!(1_767_225_690));
    assert_eq!(after["updatedAt"], json!("2026-01-01T00:01:30Z"));
}

#[tokio::test]
async fn a_session_that_was_deleted_is_over_on_every_device() {
    let server = Server::new();
    for by_path in [true, false] {
        let (phone, laptop) = (Browser::new(&server), Browser::new(&server));
        phone.sign_in().await;
        laptop.sign_in().await;
        let item = format!("sessions/{}", text(&session(&server).await["id"]));
        let owner = server.owner().await;
        let answer = match by_path {
            true => owner.delete(&item).await,
            false => by_header(&owner, "DELETE", &item, &[CUSTOMER]).await,
        };
        assert_eq!(answer.whole(), (204, Value::Null));
        for browser in [&phone, &laptop] {
            assert_eq!(browser.silently().await["error"], "login_required");
        }
        owner.get(&item).await.refused(404, "Not Found");
        owner.delete(&item).await.refused(404, "Not Found");
        owner
            .get(&find(&global_sub()))
            .await
            .refused(404, "Not Found");
    }
}

#[tokio::test]
async fn a_session_expires() {
    let server = Server::new();
    let item = format!("sessions/{}", text(&session(&server).await["id"]));
    server
        .app
        .clock()
        .advance(Duration::from_secs(24 * 60 * 60));
    server
        .owner()
        .await
        .get(&item)
        .await
        .refused(404, "Not Found");
}

#[tokio::test]
async fn only_the_whole_name_of_a_user_finds_a_session() {
    let server = Server::new();
    session(&server).await;
    let owner = server.owner().await;
    for sub in [
        USER.to_owned(),
        global_sub().to_uppercase(),
        global_sub().replace("demoapplication", "other"),
        global_sub().replace(USER, NOBODY),
        format!("{}/", global_sub()),
        "capture-v1://".to_owned(),
        "/".to_owned(),
    ] {
        owner.get(&find(&sub)).await.refused(404, "Not Found");
    }
    for query in ["", "?sub", "?sub=", "?sub=a&sub=b"] {
        owner
            .get(&format!("sessions{query}"))
            .await
            .refused(400, "sub is wanted exactly once in the query");
    }
}

#[tokio::test]
async fn refusals_come_in_their_order_in_both_forms() {
    let server = Server::new();
    let item = format!("sessions/{}", text(&session(&server).await["id"]));
    let unknown = format!("sessions/{NOBODY}");
    let nothing = server.scoped(&["*:config/**"]).await;
    let owner = server.owner().await;
    let user = server.bearer("made-up");
    for path in [
        item.as_str(),
        unknown.as_str(),
        "sessions",
        "sessions?sub=x",
    ] {
        for tenants in [None, Some(&[CUSTOMER][..])] {
            let ask = async |caller: &Caller<'_>| match tenants {
                None => caller.get(path).await,
                Some(tenants) => by_header(caller, "GET", path, tenants).await,
            };
            let anybody = ask(&server.anybody()).await;
            anybody.refused(401, "Unable to access TBA endpoints without token!");
            ask(&user).await.refused(401, "Invalid or expired token");
            ask(&nothing).await.refused(403, "Forbidden");
        }
        // Without a customer there is nothing, for those who have a token.
        for tenants in [
            &[][..],
            &[NOBODY],
            &["x"],
            &[""],
            &[CUSTOMER, CUSTOMER],
            &["sessions"],
        ] {
            let nobody = by_header(&server.anybody(), "GET", path, tenants).await;
            nobody.refused(401, "Unable to access TBA endpoints without token!");
            by_header(&owner, "GET", path, tenants)
                .await
                .refused(404, "Not Found");
        }
    }
    owner.get(&unknown).await.refused(404, "Not Found");
    owner.get("sessions/x").await.refused(404, "Not Found");
}

#[tokio::test]
async fn scopes_are_decided_on_what_is_routed() {
    let server = Server::new();
    let id = text(&session(&server).await["id"]).to_owned();
    let item = format!("sessions/{id}");
    let this = format!(".:sessions/{id}");
    let other = format!(".:sessions/{NOBODY}");
    for (scope, finds, views, deletes) in [
        (".:sessions", true, false, false),
        (this.as_str(), false, true, false),
        (other.as_str(), false, false, false),
        (".:sessions/**", true, true, false),
        ("*:sessions/**", true, true, true),
    ] {
        let caller = server.scoped(&[scope]).await;
        let found = by_header(&caller, "GET", &find(&global_sub()), &[CUSTOMER]).await;
        assert_eq!(found.status == 200, finds, "{scope}: {found:?}");
        let viewed = caller.get(&item).await;
        assert_eq!(viewed.status == 200, views, "{scope}: {viewed:?}");
        let deleted = by_header(&caller, "DELETE", &item, &[CUSTOMER]).await;
        assert_eq!(deleted.status == 204, deletes, "{scope}: {deleted:?}");
    }
}

#[tokio::test]
async fn the_header_opens_nothing_but_sessions() {
    let server = Server::new();
    let caller = server
        .scoped(&["*:sessions/**", "*:sessions/config/**"])
        .await;
    for path in [
        "sessions/config/clients",
        "sessions/login/jwk",
        "sessions/auth-ui/login",
    ] {
        by_header(&caller, "GET", path, &[CUSTOMER])
            .await
            .refused(404, "Not Found");
    }
    // Where the path names a customer, the header means nothing.
    let path = format!("{NOBODY}/sessions?sub=x");
    by_header(&server.owner().await, "GET", &path, &[CUSTOMER])
        .await
        .refused(404, "Not Found");
    let path = format!("{CUSTOMER}/config/clients");
    let answer = by_header(&server.owner().await, "GET", &path, &[NOBODY]).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn another_method_is_refused_after_the_scopes() {
    let server = Server::new();
    let item = format!("sessions/{}", text(&session(&server).await["id"]));
    let answer = server.owner().await.send("PUT", &item).await;
    assert_eq!(answer.header("allow"), Some("GET,HEAD,DELETE"));
    answer.refused(405, "Method Not Allowed");
    let reader = server.scoped(&[".:sessions/**"]).await;
    reader.send("PUT", &item).await.refused(403, "Forbidden");
}

#[tokio::test]
async fn a_foreign_session_can_be_hidden() {
    let server = Server::reading(&["foreign-item-status=404"]);
    let item = format!("sessions/{}", text(&session(&server).await["id"]));
    let nothing = server.scoped(&["*:config/**"]).await;
    nothing.get(&item).await.refused(403, "Forbidden");
    let unknown = format!("sessions/{NOBODY}");
    nothing.get(&unknown).await.refused(404, "Not Found");
}

#[tokio::test]
async fn many_browsers_at_the_same_time_share_one_session() {
    let server = Server::new();
    let browsers: Vec<_> = (0..8).map(|_| Browser::new(&server)).collect();
    futures_util::future::join_all(browsers.iter().map(Browser::sign_in)).await;
    let owner = server.owner().await;
    let id = text(&owner.get(&find(&global_sub())).await.success()["id"]).to_owned();
    let answers = futures_util::future::join_all(browsers.iter().map(Browser::silently)).await;
    assert!(answers.iter().all(|back| back.contains_key("code")));
    let item = format!("sessions/{id}");
    let (ended, _) = tokio::join!(
        owner.delete(&item),
        futures_util::future::join_all(browsers.iter().map(Browser::silently)),
    );
    assert_eq!(ended.status, 204);
    for browser in &browsers {
        assert_eq!(browser.silently().await["error"], "login_required");
    }
}
