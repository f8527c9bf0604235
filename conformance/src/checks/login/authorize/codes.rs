//! What comes back to the client when everything is right.

use serde_json::json;

use crate::checks::device::Device;
use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    relying_party::{Kind, Pkce},
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.authorize.public-client-gets-a-code",
        title: "A public client gets a code for a challenge and without a secret, and tokens for the code",
        cites: &[
            "authorize-operation",
            "authorize-needs-no-authentication",
            "authorize-to-login-page",
            "authorize-returns-to-redirect-uri",
            "authorize-returns-code",
            "authorize-state-returned",
            "authorize-pkce-accepted",
            "authorize-pkce-hashed",
            "authorize-response-type-code",
        ],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(code_of(target, Kind::Public))),
    },
    Check {
        id: "login.authorize.confidential-client-gets-a-code",
        title: "A confidential client gets a code without a challenge, and tokens for the code and its secret",
        cites: &["authorize-secret-flow", "authorize-returns-code"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(code_of(target, Kind::Confidential))),
    },
    Check {
        id: "login.authorize.challenge-is-not-repeated",
        title: "The redirect with a challenge looks like the one without",
        cites: &["authorize-pkce-same-answer"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(challenge_is_not_repeated(target))),
    },
    Check {
        id: "login.authorize.secret-and-challenge",
        title: "A confidential client may use a challenge, and then needs its verifier",
        cites: &["authorize-pkce-optional-for-secret"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(secret_and_challenge(target))),
    },
    Check {
        id: "login.authorize.redirect-with-a-code",
        title: "The redirect to the client has the status 302",
        cites: &["authorize-redirect-status"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(redirect_status(target))),
    },
    Check {
        id: "login.authorize.redirect-with-a-code-is-not-stored",
        title: "A redirect that carries a code forbids its storage",
        cites: &["authorize-answer-not-cached"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(not_stored(target))),
    },
    Check {
        id: "login.authorize.by-form-with-a-session",
        title: "A request by POST of a form gets a code as one by GET does",
        cites: &["authorize-by-form"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(by_form(target))),
    },
    Check {
        id: "login.authorize.codes-are-never-twice",
        title: "Two requests of one user never get the same code",
        cites: &["authorize-returns-code"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(never_twice(target))),
    },
];

async fn code_of(target: &Target, kind: Kind) -> Outcome {
    let mut device = Device::new(target, target.login_client(kind)?).await?;
    let request = device.request();
    device.must_ask(&request).await?;
    device.browser = target.browser();
    let redirect = device.browser.sign_in(&request).await?;
    let state = json!(request.value("state"));
    expect::equal("state", &state, &json!(redirect.parameter("state")))?;
    let code = redirect.code()?;
    target.exchange(&device.client, &request, &code).await?;
    Ok(())
}

async fn challenge_is_not_repeated(target: &Target) -> Outcome {
    let mut device = Device::signed_in_as(target, Kind::Confidential).await?;
    let mut shapes = Vec::new();
    for request in [device.request(), device.request().with_pkce(Pkce::s256())] {
        let redirect = device.passed(&request).await?;
        let mut names: Vec<String> = redirect
            .parameters
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        names.sort_unstable();
        shapes.push(json!({"status": redirect.answer.status(), "parameters": names}));
    }
    Ok(expect::equal(
        "redirect with a challenge",
        &shapes[0],
        &shapes[1],
    )?)
}

async fn secret_and_challenge(target: &Target) -> Outcome {
    let mut device = Device::signed_in_as(target, Kind::Confidential).await?;
    let request = device.request().with_pkce(Pkce::s256());
    let code = device.passed(&request).await?.code()?;
    target.exchange(&device.client, &request, &code).await?;
    let request = device.request().with_pkce(Pkce::s256());
    let code = device.passed(&request).await?.code()?;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.expose()),
        ("redirect_uri", request.redirect_uri()),
    ];
    let answer = target.request_tokens(&device.client, &form).await?;
    expect::oauth_error(&answer, &[400], &["invalid_grant", "invalid_request"])
        .during("exchange without the verifier")?;
    Ok(())
}

async fn redirect_status(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let request = device.request();
    let redirect = device.passed(&request).await?;
    expect::status(&redirect.answer, &[302])?;
    Ok(())
}

async fn not_stored(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let request = device.request();
    let redirect = device.passed(&request).await?;
    Ok(expect::no_store(&redirect.answer)?)
}

async fn by_form(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let request = device.request();
    let landed = device.browser.authorize_by_form(&request).await?;
    let redirect = landed.redirect()?;
    device.must_have_got(&request, &redirect).await
}

async fn never_twice(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    let request = device.request();
    let mut codes = Vec::new();
    for _ in 0..3 {
        let code = device.passed(&request).await?.code()?;
        if codes.contains(&code) {
            let expected = json!("a code that did not come before");
            return Err(Mismatch::new("code", [expected], json!("one that did")).into());
        }
        codes.push(code);
    }
    Ok(())
}
