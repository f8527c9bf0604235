//! `/{customerId}/profiles/oidc/userinfo`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::{Browser, USER};
use crate::caller::{Answer, Asks, CUSTOMER, LOGIN_POLICY, NOBODY, Server};
use crate::relying_party::RelyingParty;

const PATH: &str = "profiles/oidc/userinfo";

fn global_sub() -> String {
    format!("capture-v1://demo.capture.example.test/demoapplication/user/{USER}")
}

async fn userinfo(server: &Server, more: &[(&str, &str)]) -> Value {
    let tokens = RelyingParty::confidential(server).tokens(more).await;
    server.bearer(tokens.access()).get(PATH).await.success()
}

/// Wants a refusal in the shape of OAuth, with a challenge for a bearer token.
#[track_caller]
fn refused(answer: Answer, status: u16, error: &str, challenge: Option<&str>) {
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("www-authenticate"), challenge);
    let (given, body) = answer.whole();
    assert_eq!((given, &body["error"]), (status, &json!(error)), "{body}");
    assert!(body["error_description"].is_string(), "{body}");
}

#[tokio::test]
async fn each_scope_covers_the_documented_claims() {
    let server = Server::new();
    for (scope, claims) in [
        ("openid", json!({})),
        (
            "openid profile",
            json!({
                "name": "Mira Solveig Lind", "family_name": "Lind", "given_name": "Mira",
                "middle_name": "Solveig", "nickname": "Miri", "preferred_username": "mira.lind",
                "gender": "Female", "birthdate": "1990-02-28", "updated_at": 1_764_610_200
            }),
        ),
        (
            "openid email",
            json!({
                "email": "mira.lind@example.com", "email_verified": true,
                "emailAddress": "mira.lind@example.com", "emailVerified": true
            }),
        ),
        (
            "openid address",
            json!({ "address": {
                "formatted": "Storgatan 1\n223 50 Lund M\nSE", "street_address": "Storgatan 1",
                "locality": "Lund", "region": "M", "postal_code": "223 50", "country": "SE"
            } }),
        ),
        (
            "phone openid",
            json!({ "phone_number": "+46 70 174 06 05", "phone_number_verified": true }),
        ),
    ] {
        let mut expected = claims;
        expected["sub"] = json!(USER);
        expected["global_sub"] = json!(global_sub());
        assert_eq!(
            userinfo(&server, &[("scope", scope)]).await,
            expected,
            "{scope}"
        );
    }
}

#[tokio::test]
async fn post_has_the_same_answer_and_neither_may_be_kept() {
    let server = Server::new();
    let tokens = RelyingParty::public(&server).tokens(&[]).await;
    let caller = server.bearer(tokens.access());
    let got = caller.get(PATH).await;
    assert_eq!(got.header("content-type"), Some("application/json"));
    assert_eq!(got.header("cache-control"), Some("no-store"));
    assert_eq!(got.header("access-control-allow-origin"), Some("*"));
    let posted = caller.send("POST", PATH).await;
    assert_eq!(got.success(), posted.success());
    for method in ["PUT", "DELETE", "PATCH"] {
        caller
            .send(method, PATH)
            .await
            .refused_oauth(405, "invalid_request");
    }
}

#[tokio::test]
async fn claims_can_be_asked_for_by_name() {
    let server = Server::new();
    let asked = r#"{"userinfo": {"given_name": null, "unknown": null, "email": {"essential": true}},
                    "id_token": {"updated_at": null, "sub": {"essential": true}, "nonce": null}}"#;
    let client = RelyingParty::confidential(&server);
    let tokens = client
        .tokens(&[("scope", "openid"), ("claims", asked)])
        .await;
    let userinfo = server.bearer(tokens.access()).get(PATH).await.success();
    let expected = json!({
        "given_name": "Mira", "email": "mira.lind@example.com", "sub": USER, "global_sub": global_sub()
    });
    assert_eq!(userinfo, expected);
    let id_token = server.verified(tokens.id_token()).await;
    assert_eq!(id_token["updated_at"], json!(1_764_610_200));
    assert_eq!(id_token["sub"], json!(USER));
    for name in ["email", "given_name", "nonce"] {
        assert_eq!(id_token.get(name), None, "{name}");
    }
    // What was asked for once holds after a refresh, too.
    let again = client.refresh(tokens.refresh(), &[]).await.success();
    let access = again["access_token"].as_str().expect("a token");
    assert_eq!(server.bearer(access).get(PATH).await.success(), expected);
}

#[tokio::test]
async fn scopes_put_no_claims_into_the_id_token_of_a_code() {
    let server = Server::new();
    let client = RelyingParty::confidential(&server);
    let tokens = client
        .tokens(&[("scope", "openid profile email phone address")])
        .await;
    let id_token = server.verified(tokens.id_token()).await;
    for name in ["name", "email", "phone_number", "address", "updated_at"] {
        assert_eq!(id_token.get(name), None, "{name}");
    }
}

#[tokio::test]
async fn a_customers_own_claims_come_when_asked_for_or_pushed() {
    let server = Server::new();
    let owner = server.owner().await;
    let path = format!("config/loginPolicies/{LOGIN_POLICY}");
    let mut policy = owner.get(&path).await.success();
    policy["customClaims"] = json!({
        "userinfo": { "account": "accountId", "town": "primaryAddress.city", "none": "nothing", "sub": "gender" },
        "id_token": { "account_id": "accountId", "iss": "gender", "nonce": "gender", "c_hash": "gender" }
    });
    owner.put(&path, policy).await.success();
    let account = json!("LIND-0001");

    let plain = userinfo(&server, &[("scope", "openid")]).await;
    assert_eq!(plain, json!({ "sub": USER, "global_sub": global_sub() }));

    let asked =
        r#"{"userinfo": {"account": null, "none": null}, "id_token": {"account_id": null}}"#;
    let client = RelyingParty::confidential(&server);
    let tokens = client
        .tokens(&[("scope", "openid"), ("claims", asked)])
        .await;
    let info = server.bearer(tokens.access()).get(PATH).await.success();
    let expected = json!({ "account": account, "sub": USER, "global_sub": global_sub() });
    assert_eq!(info, expected);
    assert_eq!(
        server.verified(tokens.id_token()).await["account_id"],
        account
    );

    server
        .token_policy("allowedScopes", json!(["openid", "town"]))
        .await;
    let by_scope = userinfo(&server, &[("scope", "openid town")]).await;
    assert_eq!(
        by_scope,
        json!({ "town": "Lund", "sub": USER, "global_sub": global_sub() })
    );

    let push = json!({ "pushClaims": true });
    owner
        .put(&format!("{path}/pushClaims"), push)
        .await
        .success();
    let tokens = client.tokens(&[("scope", "openid")]).await;
    let info = server.bearer(tokens.access()).get(PATH).await.success();
    assert_eq!(
        (&info["account"], &info["town"]),
        (&account, &json!("Lund"))
    );
    assert_eq!(
        info["sub"],
        json!(USER),
        "what the protocol says comes first"
    );
    let id_token = server.verified(tokens.id_token()).await;
    assert_eq!(id_token["account_id"], account);
    for name in ["nonce", "c_hash"] {
        assert_eq!(id_token.get(name), None, "{name}");
    }
}

#[tokio::test]
async fn it_shows_the_profile_as_it_is_now() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let registered = browser
        .submit(
            &crate::browser::at("auth-ui/register", &[]),
            &[
                ("email", "second@example.com"),
                ("password", "correct horse battery staple"),
                ("password_again", "correct horse battery staple"),
                ("givenName", "Mira"),
                ("familyName", ""),
            ],
        )
        .await;
    let code = registered.came_back().remove("code").expect("a code");
    let client = RelyingParty::confidential(&server);
    let tokens = client.exchange(&code, &[]).await.success();
    let access = tokens["access_token"].as_str().expect("a token");
    let info = server.bearer(access).get(PATH).await.success();
    assert_eq!(info["email"], json!("second@example.com"));
    assert_eq!(info["email_verified"], json!(false));
    for (name, value) in info.as_object().expect("an object") {
        assert!(!value.is_null(), "{name} has no value, so it is left out");
    }
    assert_eq!(info.get("phone_number_verified"), None);
}

#[tokio::test]
async fn tokens_are_refused_in_order() {
    let server = Server::new();
    let invalid = Some("Bearer error=\"invalid_token\"");
    let anybody = server.anybody().get(PATH).await;
    refused(anybody, 401, "invalid_request", Some("Bearer"));
    let basic = server.configuration_client().get(PATH).await;
    refused(basic, 401, "invalid_request", Some("Bearer"));
    let unknown = server.bearer("unknown").get(PATH).await;
    refused(unknown, 401, "invalid_token", invalid);

    let client = RelyingParty::confidential(&server);
    let tokens = client.tokens(&[]).await;
    for token in [tokens.refresh(), tokens.id_token()] {
        refused(
            server.bearer(token).get(PATH).await,
            401,
            "invalid_token",
            invalid,
        );
    }
    let nowhere = Server::elsewhere(PATH, NOBODY);
    let answer = server.bearer(tokens.access()).get(&nowhere).await;
    refused(answer, 404, "invalid_request", None);

    for scope in ["*:**", "openid", "nothing"] {
        let token = server.configuration_client().token(scope).await;
        let answer = server.bearer(&token).get(PATH).await;
        let challenge = "Bearer error=\"insufficient_scope\", scope=\"openid\"";
        refused(answer, 403, "insufficient_scope", Some(challenge));
    }
    server.app.clock().advance(Duration::from_secs(3600));
    let expired = server.bearer(tokens.access()).get(PATH).await;
    refused(expired, 401, "invalid_token", invalid);
}

#[tokio::test]
async fn a_token_of_another_customer_is_for_another_host() {
    let server = Server::new();
    let other = "5b1f0d3e-7a42-4c5d-8f16-2d9a6b3c4e70";
    let tenant = fixtures::seed::Tenant::parse(&format!(r#"{{"customer": "{other}"}}"#));
    let added = server.app.add_tenant(&tenant.expect("a tenant"));
    added.expect("another customer");
    let tokens = RelyingParty::confidential(&server).tokens(&[]).await;
    let path = Server::elsewhere(PATH, other);
    let answer = server.bearer(tokens.access()).get(&path).await;
    assert_eq!(
        answer.whole(),
        (
            400,
            json!({
                "error": "invalid_request",
                "error_description": "subject and data authority host do not match"
            })
        )
    );
    assert_ne!(CUSTOMER, other);
}
