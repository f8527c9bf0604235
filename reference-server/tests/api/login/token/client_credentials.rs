//! `POST /{customerId}/login/token`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::caller::{
    Answer, Asks, CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, CONFIGURATION_CLIENT,
    CONFIGURATION_SECRET, NOBODY, PUBLIC_CLIENT, Server, text,
};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

/// Wants a token with exactly the documented members, and returns its scope.
#[track_caller]
fn granted(answer: Answer) -> String {
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let (status, mut body) = answer.whole();
    assert_eq!(status, 200, "{body}");
    // The token is checked before it is hidden.
    let token = text(&body["access_token"]);
    assert_eq!(token.len(), 64);
    assert!(
        token
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)),
        "{token}"
    );
    body["access_token"] = json!("[token]");
    let scope = text(&body["scope"]).to_owned();
    assert_eq!(
        body,
        json!({ "access_token": "[token]", "expires_in": 3600, "token_type": "Bearer", "scope": scope })
    );
    scope
}

#[tokio::test]
async fn a_listed_scope_is_granted() {
    let server = Server::new();
    let client = server.configuration_client();
    assert_eq!(
        granted(client.form(&[GRANT, ("scope", "*:**")]).await),
        "*:**"
    );
}

#[tokio::test]
async fn scopes_are_matched_as_whole_strings() {
    let server = Server::new();
    let client = server.configuration_client();
    for scope in [
        "*:config/**",
        "*:*",
        "*:** ,",
        "*:**x",
        "OPENID",
        "XXXXX",
        "*",
    ] {
        let wanted = if scope == "*:** ," { "*:**" } else { "" };
        assert_eq!(
            granted(client.form(&[GRANT, ("scope", scope)]).await),
            wanted,
            "`{scope}`"
        );
    }
}

#[tokio::test]
async fn listed_scopes_come_once_in_the_order_of_the_request() {
    let server = Server::new();
    let client = server.configuration_client();
    for (asked, given) in [
        ("openid *:**", "openid *:**"),
        ("*:** openid", "*:** openid"),
        ("*:** nonsense  openid *:**", "*:** openid"),
    ] {
        assert_eq!(
            granted(client.form(&[GRANT, ("scope", asked)]).await),
            given
        );
    }
}

#[tokio::test]
async fn a_token_without_scopes_is_useless() {
    let server = Server::new();
    let token = server
        .configuration_client()
        .token("*:config/clients")
        .await;
    server
        .bearer(&token)
        .get("config/clients")
        .await
        .refused(403, "Forbidden");
}

#[tokio::test]
async fn a_login_client_with_a_secret_may_ask_but_gets_no_right() {
    let server = Server::new();
    let client = server.client(CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET);
    assert_eq!(granted(client.form(&[GRANT, ("scope", "*:**")]).await), "");
    let token = client.token("openid").await;
    server
        .bearer(&token)
        .get("config/clients")
        .await
        .refused(403, "Forbidden");
}

#[tokio::test]
async fn the_secret_may_stand_in_the_form() {
    let server = Server::new();
    let anybody = server.anybody();
    let form = [
        GRANT,
        ("scope", "*:**"),
        ("client_id", CONFIGURATION_CLIENT),
        ("client_secret", CONFIGURATION_SECRET),
    ];
    assert_eq!(granted(anybody.form(&form).await), "*:**");
}

#[tokio::test]
async fn forms_may_be_multipart() {
    let server = Server::new();
    let client = server.configuration_client();
    let part = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let multipart = "multipart/form-data; boundary=x";
    let body = format!(
        "{}{}--x--\r\n",
        part("grant_type", "client_credentials"),
        part("scope", "*:**")
    );
    assert_eq!(
        granted(
            client
                .raw("POST", "login/token", multipart, body.clone())
                .await
        ),
        "*:**"
    );

    let twice = format!("{}{body}", part("scope", "openid"));
    client
        .raw("POST", "login/token", multipart, twice)
        .await
        .refused_oauth(400, "invalid_request");
    let cut = body[..body.len() - 10].to_owned();
    client
        .raw("POST", "login/token", multipart, cut)
        .await
        .refused_oauth(400, "invalid_request");
    client
        .raw("POST", "login/token", "multipart/form-data", body)
        .await
        .refused_oauth(400, "invalid_request");
}

#[tokio::test]
async fn who_does_not_prove_who_it_is_is_refused() {
    let server = Server::new();
    let form = [GRANT, ("scope", "*:**")];
    for caller in [
        server.anybody(),
        server.bearer("x"),
        server.client(CONFIGURATION_CLIENT, "wrong"),
        server.client(CONFIGURATION_CLIENT, ""),
        server.client(NOBODY, CONFIGURATION_SECRET),
        server.client("not-an-id", CONFIGURATION_SECRET),
        server.client(PUBLIC_CLIENT, "guess"),
    ] {
        caller
            .form(&form)
            .await
            .refused_oauth(401, "invalid_client");
    }
    let anybody = server.anybody();
    anybody
        .form(&[GRANT, ("client_id", CONFIGURATION_CLIENT)])
        .await
        .refused_oauth(401, "invalid_client");
    anybody
        .form(&[
            GRANT,
            ("client_id", CONFIGURATION_CLIENT),
            ("client_secret", "wrong"),
        ])
        .await
        .refused_oauth(401, "invalid_client");
}

#[tokio::test]
async fn a_public_client_cannot_use_this_grant() {
    let server = Server::new();
    let form = [GRANT, ("client_id", PUBLIC_CLIENT)];
    server
        .anybody()
        .form(&form)
        .await
        .refused_oauth(400, "unauthorized_client");
}

#[tokio::test]
async fn one_way_to_authenticate_at_a_time() {
    let server = Server::new();
    let client = server.configuration_client();
    let both = [
        GRANT,
        ("client_id", CONFIGURATION_CLIENT),
        ("client_secret", CONFIGURATION_SECRET),
    ];
    client
        .form(&both)
        .await
        .refused_oauth(400, "invalid_request");
    client
        .form(&[GRANT, ("client_id", NOBODY)])
        .await
        .refused_oauth(400, "invalid_request");
    // Naming itself once more is no second way.
    assert_eq!(
        granted(
            client
                .form(&[GRANT, ("client_id", CONFIGURATION_CLIENT)])
                .await
        ),
        ""
    );
}

#[tokio::test]
async fn malformed_requests_are_refused() {
    let server = Server::new();
    let client = server.configuration_client();
    let urlencoded = "application/x-www-form-urlencoded";
    for (form, code) in [
        (&[("scope", "*:**")][..], "invalid_request"),
        (&[("grant_type", "")], "invalid_request"),
        (&[("grant_type", "password")], "unsupported_grant_type"),
        (&[GRANT, GRANT], "invalid_request"),
        (
            &[GRANT, ("scope", "*:**"), ("scope", "openid")],
            "invalid_request",
        ),
    ] {
        client.form(form).await.refused_oauth(400, code);
    }
    let many: Vec<String> = (0..33).map(|index| format!("p{index}=1")).collect();
    let answer = client
        .raw("POST", "login/token", urlencoded, many.join("&"))
        .await;
    answer.refused_oauth(400, "invalid_request");
    client
        .json("POST", "login/token", json!({}))
        .await
        .refused_oauth(415, "invalid_request");
    client
        .send("POST", "login/token")
        .await
        .refused_oauth(415, "invalid_request");
    let large = "x".repeat(64 * 1024 + 1);
    client
        .raw("POST", "login/token", urlencoded, large)
        .await
        .refused_oauth(413, "invalid_request");
}

#[tokio::test]
async fn only_post_is_taken() {
    let server = Server::new();
    for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let answer = server
            .configuration_client()
            .send(method, "login/token")
            .await;
        assert_eq!(answer.header("allow"), Some("POST"));
        answer.refused_oauth(405, "invalid_request");
    }
}

#[tokio::test]
async fn a_customer_that_nobody_has_is_not_found() {
    let server = Server::new();
    let client = server.configuration_client();
    let form = "grant_type=client_credentials";
    for customer in [NOBODY, "x"] {
        let path = format!("/{customer}/login/token");
        let answer = client
            .raw("POST", &path, "application/x-www-form-urlencoded", form)
            .await;
        answer.refused_oauth(404, "invalid_request");
    }
}

#[tokio::test]
async fn lifetimes_are_those_of_the_policy() {
    let server = Server::new();
    let owner = server.owner().await;
    let policy = json!({ "title": "Short", "accessTokenLifetime": 60, "allowedScopes": [".:config/clients"] });
    let policy = owner.post("config/tokenPolicies", policy).await.success();
    let client = json!({ "name": "Short", "type": "confidential", "tokenPolicy": policy });
    let client = owner.post("config/clients", client).await.success();
    let client = server.client(text(&client["id"]), text(&client["secret"]));
    let answer = client
        .form(&[GRANT, ("scope", ".:config/clients")])
        .await
        .success();
    assert_eq!(answer["expires_in"], Value::from(60));

    let bearer = server.bearer(text(&answer["access_token"]));
    server.app.clock().advance(Duration::from_millis(59_999));
    bearer.get("config/clients").await.success();
    server.app.clock().advance(Duration::from_millis(1));
    bearer
        .get("config/clients")
        .await
        .refused(401, "Invalid or expired token");
}

#[tokio::test]
async fn id_and_secret_may_be_encoded_in_basic_or_not() {
    let server = Server::new();
    let mut tenant = fixtures::seed::demo();
    tenant.customer = "01000000-0000-3000-9000-00000000000a".to_owned();
    tenant.clients[0].secret = Some("a+b %c".into());
    server.app.add_tenant(&tenant).expect("another customer");
    let path = format!("/{}/login/token", tenant.customer);
    // As npm openid-client sends it.
    let encoded = CONFIGURATION_CLIENT.replace('-', "%2D");
    for (id, secret, status) in [
        (CONFIGURATION_CLIENT, "a+b %c", 200),
        (CONFIGURATION_CLIENT, "a%2Bb+%25c", 200),
        (CONFIGURATION_CLIENT, "a b %c", 401),
        (&encoded, "a+b %c", 200),
        (&encoded, "a%2Bb+%25c", 200),
    ] {
        let client = server.client(id, secret);
        let form = "grant_type=client_credentials";
        let answer = client
            .raw("POST", &path, "application/x-www-form-urlencoded", form)
            .await;
        assert_eq!(answer.status.as_u16(), status, "`{id}` `{secret}`");
    }
}
