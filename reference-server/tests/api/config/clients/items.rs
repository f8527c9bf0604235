//! The list, and GET, PUT and DELETE of one client.

use serde_json::{Value, json};

use super::{CLIENTS, configuration_client, login_client, with};
use crate::caller::{
    Asks, CONFIGURATION_CLIENT, CONFIGURATION_POLICY, CONFIGURATION_SECRET, CUSTOMER, LOGIN_POLICY,
    NOBODY, PUBLIC_CLIENT, Server, TOKEN_POLICY, text,
};

#[tokio::test]
async fn lists_clients_of_all_kinds_in_short() {
    let server = Server::new();
    let list = server.owner().await.get(CLIENTS).await.success();
    assert_eq!(list["total"], json!(3));
    assert_eq!(
        list["_embedded"]["clients"][0],
        json!({
            "id": CONFIGURATION_CLIENT,
            "name": "Demo Configuration Client",
            "_links": { "self": { "href": format!("/{CUSTOMER}/{CLIENTS}/{CONFIGURATION_CLIENT}") } },
        })
    );
    assert_eq!(
        list["_embedded"]["clients"].as_array().map(Vec::len),
        Some(3)
    );
}

#[tokio::test]
async fn shows_a_client_without_its_secret() {
    let server = Server::new();
    let owner = server.owner().await;
    let shown = owner
        .get(&format!("{CLIENTS}/{CONFIGURATION_CLIENT}"))
        .await
        .success();
    assert_eq!(
        shown,
        json!({
            "id": CONFIGURATION_CLIENT,
            "name": "Demo Configuration Client",
            "redirectURIs": [],
            "tokenPolicy": CONFIGURATION_POLICY,
            "type": "confidential",
            "_links": { "self": { "href": format!("/{CUSTOMER}/{CLIENTS}/{CONFIGURATION_CLIENT}") } },
        })
    );
    let created = owner
        .post(CLIENTS, login_client("confidential"))
        .await
        .success();
    let path = format!("{CLIENTS}/{}", text(&created["id"]));
    assert_eq!(
        owner.get(&path).await.success(),
        with(created, "secret", None)
    );
    owner
        .get(&format!("{CLIENTS}/{NOBODY}"))
        .await
        .refused(404, "Not Found");
    owner
        .get(&format!("{CLIENTS}/x"))
        .await
        .refused(404, "Not Found");
}

#[tokio::test]
async fn put_replaces_all_but_secret_and_links() {
    let server = Server::new();
    let owner = server.owner().await;
    let created = owner
        .post(CLIENTS, login_client("confidential"))
        .await
        .success();
    let (id, secret) = (text(&created["id"]), text(&created["secret"]));
    let path = format!("{CLIENTS}/{id}");
    let mut changed = with(created.clone(), "secret", None);
    changed["name"] = json!("Renamed");
    changed["redirectURIs"] = json!(["https://shop.example.test/other"]);
    changed["tokenPolicy"] = json!(CONFIGURATION_POLICY);
    let (status, shown) = owner.put(&path, changed.clone()).await.whole();
    assert_eq!((status, &shown), (200, &changed));
    assert_eq!(owner.get(&path).await.success(), changed);
    server.client(id, secret).token("*:**").await;
}

#[tokio::test]
async fn what_a_configuration_client_leaves_out_is_removed() {
    let server = Server::new();
    let owner = server.owner().await;
    let uris = Some(json!(["https://shop.example.test/"]));
    let created = owner
        .post(CLIENTS, with(configuration_client(), "redirectURIs", uris))
        .await
        .success();
    let path = format!("{CLIENTS}/{}", text(&created["id"]));
    let shown = owner.put(&path, configuration_client()).await.success();
    assert_eq!(shown["redirectURIs"], json!([]));
}

#[tokio::test]
async fn a_client_stays_what_it_is() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = format!("{CLIENTS}/{PUBLIC_CLIENT}");
    let before = owner.get(&path).await.success();
    owner
        .put(&path, login_client("confidential"))
        .await
        .refused(422, "('type',) the type of a client cannot be changed");
    owner
        .put(&path, with(login_client("public"), "loginPolicy", None))
        .await
        .refused(400, "('loginPolicy',) field required");
    for member in ["name", "redirectURIs", "tokenPolicy", "type"] {
        owner
            .put(&path, with(login_client("public"), member, None))
            .await
            .refused(400, &format!("('{member}',) field required"));
    }
    owner
        .put(
            &path,
            with(login_client("public"), "loginPolicy", Some(json!(NOBODY))),
        )
        .await
        .refused(422, "('loginPolicy',) no policy has this id");
    assert_eq!(owner.get(&path).await.success(), before);

    let path = format!("{CLIENTS}/{CONFIGURATION_CLIENT}");
    owner
        .put(
            &path,
            with(
                configuration_client(),
                "loginPolicy",
                Some(json!(LOGIN_POLICY)),
            ),
        )
        .await
        .refused(
            422,
            "('loginPolicy',) a configuration client has no login policy",
        );
    owner
        .put(
            &path,
            with(configuration_client(), "type", Some(json!("public"))),
        )
        .await
        .refused(422, "('type',) the type of a client cannot be changed");
}

#[tokio::test]
async fn a_deleted_client_is_gone() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = format!("{CLIENTS}/{PUBLIC_CLIENT}");
    assert_eq!(owner.delete(&path).await.whole(), (204, Value::Null));
    owner.get(&path).await.refused(404, "Not Found");
    owner
        .put(&path, login_client("public"))
        .await
        .refused(404, "Not Found");
    owner.delete(&path).await.refused(404, "Not Found");
    owner
        .send("POST", &format!("{path}/secret"))
        .await
        .refused(404, "Not Found");
    assert_eq!(owner.get(CLIENTS).await.success()["total"], json!(2));
}

#[tokio::test]
async fn a_deleted_client_gets_no_more_tokens_but_its_tokens_work_on() {
    let server = Server::new();
    let owner = server.owner().await;
    owner
        .delete(&format!("{CLIENTS}/{CONFIGURATION_CLIENT}"))
        .await
        .success();
    let form = [("grant_type", "client_credentials")];
    server
        .client(CONFIGURATION_CLIENT, CONFIGURATION_SECRET)
        .form(&form)
        .await
        .refused_oauth(401, "invalid_client");
    owner
        .get(&format!("config/tokenPolicies/{TOKEN_POLICY}"))
        .await
        .success();
}
