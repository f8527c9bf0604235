//! How users sign in, and what their clients get.

use serde_json::{Value, json};

use super::each_answer;
use crate::browser::{Browser, at};
use crate::caller::{Asks, text};
use crate::relying_party::{RelyingParty, Tokens};

#[tokio::test]
async fn authorize_error_channel() {
    let expected = [("redirect", 302), ("page", 400)];
    each_answer("authorize-error-channel", &expected, async |server| {
        let browser = Browser::new(&server);
        let public = RelyingParty::public(&server);
        let mut status = None;
        for (name, value) in [
            ("response_type", ""),
            ("response_type", "foo"),
            ("scope", ""),
            ("scope", "email"),
            ("code_challenge", ""),
            ("code_challenge_method", "plain"),
        ] {
            let page = browser.get(&public.request(&[(name, value)])).await;
            let code = match value {
                "foo" => "unsupported_response_type",
                _ => "invalid_request",
            };
            match page.status.as_u16() {
                302 => assert_eq!(page.came_back()["error"], code),
                _ => page.refused(400, "Something went wrong", code),
            }
            let same = *status.get_or_insert(page.status.as_u16());
            assert_eq!(page.status, same);
        }
        // What the client has to know is no error of the request, and goes to the client with both.
        let page = browser.get(&public.request(&[("prompt", "none")])).await;
        assert_eq!(page.came_back()["error"], "login_required");
        status.expect("some were tried")
    })
    .await;
}

#[tokio::test]
async fn missing_parameter_text() {
    let expected = [
        ("scope_is_missing", "scope_is_missing".to_owned()),
        ("scope is missing", "scope is missing".to_owned()),
    ];
    each_answer("missing-parameter-text", &expected, async |server| {
        let page = Browser::new(&server)
            .get(&at("login/authorize", &[("scope", "")]))
            .await;
        page.came_back()["error_description"].clone()
    })
    .await;
}

#[tokio::test]
async fn pkce_documented_sha256() {
    // The sample of seed 004.
    let challenge =
        "RTg4QjMyRUJCNzdBRTQ1MkM2NTAzRTVDOEQ5OTg3QjIwMjVBNTcxQTU5RTJFNDYwMzJBQjYxRkM4NjQ0QzdBNw";
    let verifier = "AdleUo9ZVcn0J7HkXOdzeqN6pWrW36K3JgVRwMW8BBQazEPV3kFnHyWIZi2jt9gA";
    let expected = [("accepted", true), ("refused", false)];
    each_answer("pkce-documented-sha256", &expected, async |server| {
        let browser = Browser::new(&server);
        browser.sign_in().await;
        let public = RelyingParty::public(&server);
        public.tokens_in(&browser, &[]).await;
        let plain = [("code_challenge_method", "plain")];
        let page = browser.get(&public.request(&plain)).await;
        assert_eq!(page.came_back()["error"], "invalid_request");

        let documented = [
            ("code_challenge", challenge),
            ("code_challenge_method", "SHA256"),
        ];
        let mut given = browser.get(&public.request(&documented)).await.came_back();
        let Some(code) = given.remove("code") else {
            assert_eq!(given["error"], "invalid_request");
            return false;
        };
        public
            .exchange(&code, &[])
            .await
            .refused_oauth(400, "invalid_grant");
        let verifier = [("code_verifier", verifier)];
        public.exchange(&code, &verifier).await.success();
        true
    })
    .await;
}

#[tokio::test]
async fn userinfo_email_names() {
    let standard = ["email", "email_verified"];
    let documented = ["emailAddress", "emailVerified"];
    let expected = [
        ("both", [documented, standard].concat()),
        ("email", standard.to_vec()),
        ("emailAddress", documented.to_vec()),
    ];
    let expected = expected.map(|(answer, names)| {
        let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        names.sort();
        (answer, names)
    });
    each_answer("userinfo-email-names", &expected, async |server| {
        let client = RelyingParty::confidential(&server);
        let tokens = client.tokens(&[("scope", "openid email")]).await;
        let userinfo = server
            .bearer(tokens.access())
            .get("profiles/oidc/userinfo")
            .await;
        let userinfo = userinfo.success();
        let names = userinfo.as_object().expect("an object").keys();
        let mut names: Vec<String> = names
            .filter(|name| !name.ends_with("sub"))
            .cloned()
            .collect();
        names.sort();
        names
    })
    .await;
}

#[tokio::test]
async fn refresh_result() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let access: Vec<String> = names(&["access_token", "expires_in", "scope", "token_type"]);
    let all: Vec<String> = names(&[
        "access_token",
        "expires_in",
        "id_token",
        "refresh_token",
        "scope",
        "token_type",
    ]);
    let expected = [("full-set", all), ("access-token-only", access)];
    each_answer("refresh-result", &expected, async |server| {
        let client = RelyingParty::public(&server);
        let first = client.tokens(&[]).await;
        let second = client.refresh(first.refresh(), &[]).await.success();
        assert_ne!(text(&second["access_token"]), first.access());
        if second.get("refresh_token").is_none() {
            // The one there is stays good.
            client.refresh(first.refresh(), &[]).await.success();
            assert!(server.is_active(first.refresh()).await);
        }
        second
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    })
    .await;
}

#[tokio::test]
async fn refresh_reuse() {
    let expected = [("refused", 400), ("accepted", 200)];
    each_answer("refresh-reuse", &expected, async |server| {
        let client = RelyingParty::confidential(&server);
        let first = client.tokens(&[]).await;
        let second = Tokens(client.refresh(first.refresh(), &[]).await.success());
        let again = client.refresh(first.refresh(), &[]).await;
        let status = again.status.as_u16();
        if status == 200 {
            let third = Tokens(again.success());
            assert_ne!(third.refresh(), second.refresh());
            for tokens in [&second, &third] {
                assert!(server.is_active(tokens.access()).await);
                client.refresh(tokens.refresh(), &[]).await.success();
            }
        } else {
            again.refused_oauth(400, "invalid_grant");
            assert!(!server.is_active(second.access()).await);
        }
        status
    })
    .await;
}

#[tokio::test]
async fn code_reuse_revokes() {
    let expected = [("yes", false), ("no", true)];
    each_answer("code-reuse-revokes", &expected, async |server| {
        let browser = Browser::new(&server);
        browser.sign_in().await;
        let client = RelyingParty::confidential(&server);
        let code = client.code(&browser, &[]).await;
        let tokens = Tokens(client.exchange(&code, &[]).await.success());
        client
            .exchange(&code, &[])
            .await
            .refused_oauth(400, "invalid_grant");
        let active = server.is_active(tokens.access()).await;
        assert_eq!(server.is_active(tokens.refresh()).await, active);
        active
    })
    .await;
}

#[tokio::test]
async fn revoke_foreign_token() {
    let expected = [("400", 400), ("200", 200)];
    each_answer("revoke-foreign-token", &expected, async |server| {
        let tokens = RelyingParty::confidential(&server).tokens(&[]).await;
        let public = RelyingParty::public(&server);
        let status = public.revoke(tokens.access()).await.status;
        assert_eq!(public.revoke(tokens.refresh()).await.status, status);
        assert!(server.is_active(tokens.access()).await);
        assert!(server.is_active(tokens.refresh()).await);
        status.as_u16()
    })
    .await;
}

#[tokio::test]
async fn userinfo_without_openid() {
    let expected = [
        ("403", (403, json!("insufficient_scope"))),
        ("401", (401, json!("invalid_token"))),
    ];
    each_answer("userinfo-without-openid", &expected, async |server| {
        let token = server.configuration_client().token("*:**").await;
        let answer = server.bearer(&token).get("profiles/oidc/userinfo").await;
        assert!(answer.header("www-authenticate").is_some());
        let (status, body) = answer.whole();
        (status, body["error"].clone())
    })
    .await;
}

#[tokio::test]
async fn discovery_grants() {
    let expected = [
        (
            "as-documented",
            json!(["authorization_code", "refresh_token"]),
        ),
        (
            "with-client-credentials",
            json!(["authorization_code", "refresh_token", "client_credentials"]),
        ),
    ];
    each_answer("discovery-grants", &expected, async |server| {
        let path = "login/.well-known/openid-configuration";
        let document: Value = server.anybody().get(path).await.success();
        document["grant_types_supported"].clone()
    })
    .await;
}
