//! The authorization endpoint: what comes of a request that is right.

use serde_json::json;

use super::{advertised, granted::Granted, reached::reached};
use crate::{
    browser::Authorized,
    check::{Check, Effects, Need, Run},
    expect,
    relying_party::Kind,
    target::Target,
    verdict::{During as _, Mismatch, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.authorization.code-flow-of-public-client",
        title: "A user signs in, and the code is good for tokens: public client",
        cites: &["oidc-authorization-code-flow"],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(code_flow_of_public_client(target))),
    },
    Check {
        id: "oidc.authorization.code-flow-of-confidential-client",
        title: "A user signs in, and the code is good for tokens: client with a secret",
        cites: &["oidc-authorization-code-flow"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(code_flow_of_confidential_client(target))),
    },
    Check {
        id: "oidc.authorization.by-post",
        title: "A request may come as a form by POST",
        cites: &["oidc-authorization-by-post"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(by_post(target))),
    },
    Check {
        id: "oidc.authorization.state-comes-back",
        title: "`state` comes back character by character",
        cites: &["oidc-authorization-state"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(state_comes_back(target))),
    },
    Check {
        id: "oidc.authorization.state-is-optional",
        title: "A request needs no `state`, and then gets none",
        cites: &["oidc-authorization-state-optional"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(state_is_optional(target))),
    },
    Check {
        id: "oidc.authorization.unknown-parameters-do-no-harm",
        title: "A parameter that nobody knows is ignored",
        cites: &["oidc-authorization-unknown-parameters"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(unknown_parameters_do_no_harm(target))),
    },
    Check {
        id: "oidc.authorization.optional-parameters-do-no-harm",
        title: "Hints and wishes of a request lead to no error",
        cites: &["oidc-authorization-optional-parameters"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(optional_parameters_do_no_harm(target))),
    },
    Check {
        id: "oidc.authorization.nothing-else-in-the-query",
        title: "The answer with a code comes in the query, without token and secret",
        cites: &["oidc-authorization-response-clean"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(nothing_else_in_the_query(target))),
    },
    Check {
        id: "oidc.authorization.issuer-is-named",
        title: "The answer names the issuer, where that is advertised",
        cites: &["oidc-authorization-issuer-named"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(issuer_is_named(target))),
    },
    Check {
        id: "oidc.authorization.page-is-not-framed",
        title: "The sign-in page cannot be framed",
        cites: &["oidc-authorization-no-framing"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(page_is_not_framed(target))),
    },
];

async fn code_flow_of_public_client(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Public)?;
    Granted::to(target, client).await?.exchange(target).await?;
    Ok(())
}

async fn code_flow_of_confidential_client(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    Granted::to(target, client).await?.exchange(target).await?;
    Ok(())
}

async fn by_post(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let request = target.authorization_request(&client, &target.endpoints().await?);
    let mut browser = target.browser();
    browser.sign_in(&request).await?.code().during("by GET")?;
    // The same user in the same browser: whoever takes the form goes on as for GET.
    match browser.authorize_by_form(&request).await? {
        Authorized::Redirect(redirect) => {
            redirect.code().during("by POST")?;
        }
        Authorized::Page(page) => {
            expect::status(&page.answer, &[200]).during("by POST")?;
        }
    }
    Ok(())
}

async fn state_comes_back(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    let mut browser = target.browser();
    for state in [
        "a",
        "with space & = + # ? / % ; ' < > \" and %20%26",
        "\u{e4}\u{6f22}\u{1f511}",
        &"long-".repeat(80),
    ] {
        let request = target
            .authorization_request(&client, &endpoints)
            .with("state", state);
        let redirect = browser.sign_in(&request).await?;
        let given: Vec<&str> = redirect
            .parameters
            .iter()
            .filter(|(name, _)| name == "state")
            .map(|(_, value)| value.as_str())
            .collect();
        expect::equal("state", &json!([state]), &json!(given))?;
        redirect.code().during("with that state")?;
    }
    Ok(())
}

async fn state_is_optional(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let request = target
        .authorization_request(&client, &target.endpoints().await?)
        .without("state");
    let redirect = reached(&mut target.browser(), &request).await?.redirect()?;
    redirect.code()?;
    expect::equal("state", &json!(null), &json!(redirect.parameter("state")))?;
    Ok(())
}

async fn unknown_parameters_do_no_harm(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let request = target
        .authorization_request(&client, &target.endpoints().await?)
        .with("proofhouse_unknown", "x y&z")
        .with("http://example.test/parameter", "1");
    target.browser().sign_in(&request).await?.code()?;
    Ok(())
}

async fn optional_parameters_do_no_harm(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    let mut browser = target.browser();
    for (name, value) in [
        ("display", "page"),
        ("ui_locales", "tlh fr-CA fr"),
        ("claims_locales", "tlh"),
        ("acr_values", "urn:example:proofhouse:unheard-of"),
        ("login_hint", "somebody@example.test"),
    ] {
        let request = target
            .authorization_request(&client, &endpoints)
            .with(name, value);
        let redirect = browser.sign_in(&request).await.during(name)?;
        redirect.code().during(name)?;
    }
    Ok(())
}

async fn nothing_else_in_the_query(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let request = target.authorization_request(&client, &target.endpoints().await?);
    let redirect = target.browser().sign_in(&request).await?;
    redirect.code()?;
    expect::equal(
        "place of the code",
        &json!("query"),
        &json!(redirect.channel.as_str()),
    )?;
    let kept = [
        "access_token",
        "id_token",
        "refresh_token",
        "client_secret",
        "code_verifier",
        "password",
    ];
    let leaked: Vec<&str> = redirect
        .parameters
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| kept.contains(name))
        .collect();
    expect::equal("secrets at the redirect URI", &json!([]), &json!(leaked))?;
    for secret in [&client.secret, &request.verifier().cloned()]
        .into_iter()
        .flatten()
    {
        if redirect.location.contains(secret.expose()) {
            let expected = [json!("no secret")];
            return Err(Mismatch::new("redirect", expected, json!("a secret")).into());
        }
    }
    Ok(())
}

async fn issuer_is_named(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    if !advertised::is_set(&endpoints, "authorization_response_iss_parameter_supported") {
        let reason = "the issuer does not advertise that it names itself";
        return Err(Skip::because(reason).into());
    }
    let issuer = json!(endpoints.issuer);
    let request = target.authorization_request(&client, &endpoints);
    let mut browser = target.browser();
    let refused = request.clone().with("prompt", "none");
    let error = browser.authorize(&refused).await?.redirect()?;
    expect::equal("iss", &issuer, &json!(error.parameter("iss"))).during("of an error")?;
    let granted = browser.sign_in(&request).await?;
    expect::equal("iss", &issuer, &json!(granted.parameter("iss"))).during("of a code")?;
    Ok(())
}

async fn page_is_not_framed(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let request = target.authorization_request(&client, &target.endpoints().await?);
    let Authorized::Page(page) = target.browser().authorize(&request).await? else {
        return Err(Skip::because("the issuer shows no page to sign in").into());
    };
    let options = page.answer.header("x-frame-options").unwrap_or_default();
    let policy = page
        .answer
        .header("content-security-policy")
        .unwrap_or_default();
    let is_kept = ["deny", "sameorigin"].contains(&options.to_ascii_lowercase().as_str())
        || policy.contains("frame-ancestors");
    if is_kept {
        return Ok(());
    }
    let expected = [
        json!("frame-ancestors in content-security-policy"),
        json!("x-frame-options"),
    ];
    Err(Mismatch::new("headers of the sign-in page", expected, json!("neither")).into())
}
