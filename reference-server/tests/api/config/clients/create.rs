//! POST.

use serde_json::json;

use super::{CLIENTS, configuration_client, login_client, with};
use crate::caller::{Asks, CUSTOMER, NOBODY, Server, text};

#[tokio::test]
async fn a_login_client_comes_with_an_application_client() {
    let server = Server::new();
    let owner = server.owner().await;
    for kind in ["public", "confidential"] {
        let (status, mut shown) = owner.post(CLIENTS, login_client(kind)).await.whole();
        assert_eq!(status, 201, "{shown}");
        let id = text(&shown["id"]).to_owned();
        let links = shown["_links"].take();
        assert_eq!(
            links["self"],
            json!({ "href": format!("/{CUSTOMER}/{CLIENTS}/{id}") })
        );
        let application = text(&links["application_client"]["href"]);
        let made = application
            .strip_prefix("/config/demoapplication/clients/")
            .expect("the application's");
        assert_eq!(made.len(), 32);
        assert_eq!(links.as_object().map(serde_json::Map::len), Some(2));

        let mut expected = login_client(kind);
        expected["id"] = json!(id);
        expected["_links"] = json!(null);
        if kind == "confidential" {
            assert_eq!(text(&shown["secret"]).len(), 86);
            expected["secret"] = shown["secret"].clone();
        }
        assert_eq!(shown, expected);
    }
}

#[tokio::test]
async fn a_configuration_client_has_neither_login_policy_nor_application_client() {
    let server = Server::new();
    let owner = server.owner().await;
    let shown = owner.post(CLIENTS, configuration_client()).await.success();
    assert!(shown.get("loginPolicy").is_none());
    assert!(shown["_links"].get("application_client").is_none());
    assert_eq!(shown["redirectURIs"], json!([]));
    let client = server.client(text(&shown["id"]), text(&shown["secret"]));
    let token = client.token("*:**").await;
    server.bearer(&token).get(CLIENTS).await.success();
}

#[tokio::test]
async fn required_members_are_asked_for_by_name() {
    let server = Server::new();
    let owner = server.owner().await;
    for member in ["name", "redirectURIs", "loginPolicy", "tokenPolicy", "type"] {
        let said = format!("('{member}',) field required");
        owner
            .post(CLIENTS, with(login_client("public"), member, None))
            .await
            .refused(400, &said);
    }
    for member in ["name", "tokenPolicy", "type"] {
        let said = format!("('{member}',) field required");
        owner
            .post(CLIENTS, with(configuration_client(), member, None))
            .await
            .refused(400, &said);
    }
    owner
        .post(
            CLIENTS,
            with(login_client("confidential"), "redirectURIs", None),
        )
        .await
        .refused(400, "('redirectURIs',) field required");
    owner
        .post(CLIENTS, json!({}))
        .await
        .refused(400, "('name',) field required");
}

#[tokio::test]
async fn bad_values_are_refused_by_name() {
    let server = Server::new();
    let owner = server.owner().await;
    let kinds = "value is not a valid enumeration member; permitted: 'public', 'confidential'";
    for (member, value, said) in [
        ("name", json!(1), "('name',) str type expected".to_owned()),
        (
            "name",
            json!(""),
            "('name',) ensure this value has at least 1 characters".to_owned(),
        ),
        ("type", json!("configuration"), format!("('type',) {kinds}")),
        ("type", json!("Public"), format!("('type',) {kinds}")),
        (
            "redirectURIs",
            json!("https://x.test"),
            "('redirectURIs',) value is not a valid list".to_owned(),
        ),
        (
            "redirectURIs",
            json!([]),
            "('redirectURIs',) ensure this value has at least 1 items".to_owned(),
        ),
        (
            "redirectURIs",
            json!([1]),
            "('redirectURIs', 0) str type expected".to_owned(),
        ),
        (
            "redirectURIs",
            json!(["https://x.test", "http://x.test"]),
            "('redirectURIs', 1) plain HTTP is for localhost only".to_owned(),
        ),
        (
            "redirectURIs",
            json!(["/callback"]),
            "('redirectURIs', 0) invalid or missing URL scheme".to_owned(),
        ),
        (
            "loginPolicy",
            json!(NOBODY),
            "('loginPolicy',) no policy has this id".to_owned(),
        ),
        (
            "loginPolicy",
            json!("x"),
            "('loginPolicy',) no policy has this id".to_owned(),
        ),
        (
            "tokenPolicy",
            json!(NOBODY),
            "('tokenPolicy',) no policy has this id".to_owned(),
        ),
        (
            "tokenPolicy",
            json!(1),
            "('tokenPolicy',) str type expected".to_owned(),
        ),
    ] {
        owner
            .post(
                CLIENTS,
                with(login_client("confidential"), member, Some(value)),
            )
            .await
            .refused(422, &said);
    }
}

#[tokio::test]
async fn redirect_uris_are_kept_as_written() {
    let server = Server::new();
    let owner = server.owner().await;
    let uris = json!([
        "https://Shop.example.test:443/a/../b?x=%7e",
        "http://localhost:8080/callback",
        "http://127.0.0.1/",
        "demo-app://auth-callback",
    ]);
    let body = with(login_client("public"), "redirectURIs", Some(uris.clone()));
    assert_eq!(
        owner.post(CLIENTS, body).await.success()["redirectURIs"],
        uris
    );
}

#[tokio::test]
async fn sign_out_addresses_are_kept_and_replaced() {
    let server = Server::new();
    let owner = server.owner().await;
    let uris = json!(["https://shop.example.test/signed-out"]);
    let name = "postLogoutRedirectURIs";
    let body = with(login_client("public"), name, Some(uris.clone()));
    let shown = owner.post(CLIENTS, body.clone()).await.success();
    assert_eq!(shown[name], uris);
    let path = format!("{CLIENTS}/{}", text(&shown["id"]));
    assert_eq!(owner.get(&path).await.success()[name], uris);
    let without = with(body.clone(), name, None);
    assert!(
        owner
            .put(&path, without)
            .await
            .success()
            .get(name)
            .is_none()
    );
    let remote = json!(["http://shop.example.test/signed-out"]);
    owner
        .post(CLIENTS, with(body, name, Some(remote)))
        .await
        .refused(
            422,
            "('postLogoutRedirectURIs', 0) plain HTTP is for localhost only",
        );
    let of_nobody = with(configuration_client(), name, Some(uris));
    let shown = owner.post(CLIENTS, of_nobody).await.success();
    assert!(shown.get(name).is_none(), "{shown}");
}

#[tokio::test]
async fn names_may_be_the_same() {
    let server = Server::new();
    let owner = server.owner().await;
    let first = owner.post(CLIENTS, configuration_client()).await.success();
    let second = owner.post(CLIENTS, configuration_client()).await.success();
    assert_ne!(first["id"], second["id"]);
    assert_ne!(first["secret"], second["secret"]);
}

#[tokio::test]
async fn a_refused_client_is_not_made() {
    let server = Server::new();
    let owner = server.owner().await;
    let body = with(login_client("public"), "tokenPolicy", Some(json!(NOBODY)));
    assert_eq!(owner.post(CLIENTS, body).await.status.as_u16(), 422);
    assert_eq!(owner.get(CLIENTS).await.success()["total"], json!(3));
}
