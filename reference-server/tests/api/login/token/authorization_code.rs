//! `POST /{customerId}/login/token` with `grant_type=authorization_code`.

use std::time::Duration;

use serde_json::json;

use crate::browser::{Browser, CALLBACK, USER};
use crate::caller::{
    Asks, CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, CONFIGURATION_CLIENT, CONFIGURATION_SECRET,
    Server, text,
};
use crate::relying_party::{ISSUER, RelyingParty, VERIFIER};

/// Signs in, and returns a browser whose user need not do so again.
async fn signed_in(server: &Server) -> Browser<'_> {
    let browser = Browser::new(server);
    browser.sign_in().await;
    browser
}

#[tokio::test]
async fn a_code_gives_the_documented_set_of_tokens() {
    let server = Server::new();
    let browser = signed_in(&server).await;
    for client in [
        RelyingParty::confidential(&server),
        RelyingParty::public(&server),
    ] {
        let code = client
            .code(&browser, &[("scope", "profile openid email")])
            .await;
        assert!(code.len() >= 16 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let answer = client.exchange(&code, &[]).await;
        for (name, value) in [
            ("cache-control", "no-store"),
            ("pragma", "no-cache"),
            ("content-type", "application/json"),
            ("access-control-allow-origin", "*"),
        ] {
            assert_eq!(answer.header(name), Some(value));
        }
        let mut body = answer.success();
        for name in ["access_token", "refresh_token"] {
            assert_eq!(text(&body[name]).len(), 64);
            body[name] = json!("[token]");
        }
        let id_token = server.verified(text(&body["id_token"])).await;
        assert_eq!(id_token["aud"], json!([client.id()]));
        body["id_token"] = json!("[id token]");
        assert_eq!(
            body,
            json!({
                "access_token": "[token]", "refresh_token": "[token]", "id_token": "[id token]",
                "expires_in": 3600, "token_type": "Bearer", "scope": "email openid profile"
            })
        );
    }
}

#[tokio::test]
async fn an_id_token_has_every_documented_claim() {
    let server = Server::new();
    let browser = signed_in(&server).await;
    server.app.clock().advance(Duration::from_secs(10));
    let client = RelyingParty::confidential(&server);
    let tokens = client
        .tokens_in(&browser, &[("nonce", "n-0S6_WzA2Mj&\"")])
        .await;
    let mut claims = server.verified(tokens.id_token()).await;
    let now = 1_767_225_600 + 10;
    for (name, length) in [("jti", 24), ("at_hash", 22), ("sid", 36)] {
        assert_eq!(text(&claims[name]).len(), length, "{name}");
        claims[name] = json!("[checked]");
    }
    let global = format!("capture-v1://demo.capture.example.test/demoapplication/user/{USER}");
    assert_eq!(
        claims,
        json!({
            "acr": "urn:akamai-ic:nist:800-63-3:aal:1",
            "amr": ["pwd"],
            "at_hash": "[checked]",
            "aud": [CONFIDENTIAL_CLIENT],
            "auth_time": now,
            "azp": CONFIDENTIAL_CLIENT,
            "exp": now + 3600,
            "global_sub": global,
            "iat": now,
            "iss": ISSUER,
            "jti": "[checked]",
            "nonce": "n-0S6_WzA2Mj&\"",
            "sid": "[checked]",
            "sub": USER
        })
    );

    let again = client.tokens_in(&browser, &[]).await;
    let second = server.verified(again.id_token()).await;
    let first = server.verified(tokens.id_token()).await;
    assert_eq!(first["sid"], second["sid"], "the session is the same");
    assert_ne!(first["jti"], second["jti"]);
    assert_eq!(second.get("nonce"), None);
}

#[tokio::test]
async fn a_code_is_for_who_asked_for_it() {
    let server = Server::new();
    let browser = signed_in(&server).await;
    let (client, public) = (
        RelyingParty::confidential(&server),
        RelyingParty::public(&server),
    );
    let code = client.code(&browser, &[]).await;
    let public_code = public.code(&browser, &[]).await;
    let long = VERIFIER.repeat(3);
    let reversed: String = VERIFIER.chars().rev().collect();
    for (answer, status, error) in [
        (
            public.exchange(&code, &[("code_verifier", "")]).await,
            400,
            "invalid_grant",
        ),
        (public.exchange(&code, &[]).await, 400, "invalid_grant"),
        (
            client
                .exchange(&public_code, &[("code_verifier", VERIFIER)])
                .await,
            400,
            "invalid_grant",
        ),
        (
            client
                .exchange(
                    &code,
                    &[("redirect_uri", "http://localhost:8080/callback/")],
                )
                .await,
            400,
            "invalid_grant",
        ),
        (
            client.exchange(&code, &[("redirect_uri", "")]).await,
            400,
            "invalid_request",
        ),
        (
            client.exchange(&code, &[("code", "")]).await,
            400,
            "invalid_request",
        ),
        (client.exchange("unknown", &[]).await, 400, "invalid_grant"),
        (
            client.exchange(&code, &[("client_secret", "wrong")]).await,
            401,
            "invalid_client",
        ),
        (
            client.exchange(&code, &[("client_secret", "")]).await,
            401,
            "invalid_client",
        ),
        (
            client.exchange(&code, &[("client_id", "")]).await,
            401,
            "invalid_client",
        ),
        (
            client.exchange(&code, &[("code_verifier", VERIFIER)]).await,
            400,
            "invalid_grant",
        ),
        (
            public
                .exchange(&public_code, &[("code_verifier", "")])
                .await,
            400,
            "invalid_grant",
        ),
        (
            public
                .exchange(&public_code, &[("code_verifier", &VERIFIER[1..])])
                .await,
            400,
            "invalid_grant",
        ),
        (
            public
                .exchange(&public_code, &[("code_verifier", &reversed)])
                .await,
            400,
            "invalid_grant",
        ),
        (
            public
                .exchange(&public_code, &[("code_verifier", &long)])
                .await,
            400,
            "invalid_grant",
        ),
        (
            public
                .exchange(&public_code, &[("client_secret", "x")])
                .await,
            401,
            "invalid_client",
        ),
    ] {
        answer.refused_oauth(status, error);
    }
    // None of this has used the codes up.
    client.exchange(&code, &[]).await.success();
    public.exchange(&public_code, &[]).await.success();
}

#[tokio::test]
async fn a_used_or_expired_code_is_not_found() {
    let server = Server::new();
    let browser = signed_in(&server).await;
    let client = RelyingParty::confidential(&server);
    let not_found = json!({
        "error": "invalid_grant", "error_description": "code not found or expired"
    });
    let code = client.code(&browser, &[]).await;
    client.exchange(&code, &[]).await.success();
    assert_eq!(
        client.exchange(&code, &[]).await.whole(),
        (400, not_found.clone())
    );

    let code = client.code(&browser, &[]).await;
    server.app.clock().advance(Duration::from_secs(300));
    assert_eq!(client.exchange(&code, &[]).await.whole(), (400, not_found));
    let code = client.code(&browser, &[]).await;
    server.app.clock().advance(Duration::from_secs(299));
    client.exchange(&code, &[]).await.success();
}

#[tokio::test]
async fn the_second_use_of_a_code_revokes_what_the_first_one_gave() {
    let server = Server::new();
    let browser = signed_in(&server).await;
    let client = RelyingParty::confidential(&server);
    let code = client.code(&browser, &[]).await;
    let tokens = client.exchange(&code, &[]).await.success();
    let [access, refresh] = ["access_token", "refresh_token"].map(|name| text(&tokens[name]));
    // Another client's attempt is none of the code's own client.
    RelyingParty::public(&server)
        .exchange(&code, &[])
        .await
        .refused_oauth(400, "invalid_grant");
    assert!(server.is_active(access).await && server.is_active(refresh).await);
    client
        .exchange(&code, &[])
        .await
        .refused_oauth(400, "invalid_grant");
    assert!(!server.is_active(access).await && !server.is_active(refresh).await);
    client
        .refresh(refresh, &[])
        .await
        .refused_oauth(400, "invalid_grant");
    let userinfo = server.bearer(access).get("profiles/oidc/userinfo").await;
    assert_eq!(userinfo.status, 401);
}

#[tokio::test]
async fn the_secret_may_come_by_basic_and_a_bearer_header_means_nothing() {
    let server = Server::new();
    let browser = signed_in(&server).await;
    let client = RelyingParty::confidential(&server);
    let form = |code: &str| {
        vec![
            ("grant_type".to_owned(), "authorization_code".to_owned()),
            ("code".to_owned(), code.to_owned()),
            ("redirect_uri".to_owned(), CALLBACK.to_owned()),
        ]
    };
    let send = async |caller: &crate::caller::Caller<'_>, form: Vec<(String, String)>| {
        let pairs: Vec<(&str, &str)> = form
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        caller.form(&pairs).await
    };
    let basic = server.client(CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET);
    let code = client.code(&browser, &[]).await;
    send(&basic, form(&code)).await.success();

    let code = client.code(&browser, &[]).await;
    let mut twice = form(&code);
    twice.push(("client_secret".to_owned(), CONFIDENTIAL_SECRET.to_owned()));
    send(&basic, twice)
        .await
        .refused_oauth(400, "invalid_request");

    let bearer = server.bearer("RcaWTi0woO52rqZjlbApm2lL3Aokzd1b");
    send(&bearer, form(&code))
        .await
        .refused_oauth(401, "invalid_client");
    let mut in_form = form(&code);
    in_form.push(("client_id".to_owned(), CONFIDENTIAL_CLIENT.to_owned()));
    in_form.push(("client_secret".to_owned(), CONFIDENTIAL_SECRET.to_owned()));
    send(&bearer, in_form).await.success();
}

#[tokio::test]
async fn only_login_clients_have_codes() {
    let server = Server::new();
    let client = server.client(CONFIGURATION_CLIENT, CONFIGURATION_SECRET);
    for grant in ["authorization_code", "refresh_token"] {
        let form = [("grant_type", grant), ("code", "x"), ("refresh_token", "x")];
        client
            .form(&form)
            .await
            .refused_oauth(400, "unauthorized_client");
    }
    let form = [
        ("grant_type", "password"),
        ("username", "x"),
        ("password", "x"),
    ];
    client
        .form(&form)
        .await
        .refused_oauth(400, "unsupported_grant_type");
}

#[tokio::test]
async fn a_token_for_a_user_opens_no_configuration() {
    let server = Server::new();
    let scopes = json!(["openid", "email", "*:**", ".:config/**"]);
    server.token_policy("allowedScopes", scopes).await;
    let client = RelyingParty::confidential(&server);
    let tokens = client
        .tokens(&[("scope", "openid *:** .:config/** email nonsense email")])
        .await;
    assert_eq!(tokens.0["scope"], json!("email openid"));
    server
        .bearer(tokens.access())
        .get("config/clients")
        .await
        .refused(403, "Forbidden");
}

#[tokio::test]
async fn without_openid_there_is_no_id_token() {
    let server = Server::new();
    server.token_policy("allowedScopes", json!(["email"])).await;
    let client = RelyingParty::confidential(&server);
    let tokens = client.tokens(&[("scope", "openid email")]).await;
    assert_eq!(tokens.0["scope"], json!("email"));
    assert_eq!(tokens.0.get("id_token"), None);
    let answer = server
        .bearer(tokens.access())
        .get("profiles/oidc/userinfo")
        .await;
    assert_eq!(answer.status, 403);
}
