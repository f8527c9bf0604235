//! Response types beyond `code`: refused until the login policy allows them, and then what they return.

use serde_json::{Value, json};

use crate::{
    browser::{Channel, Redirect},
    check::{Check, Effects, Need, Run},
    checks::{config::allowed_response_types, device::Device},
    expect,
    relying_party::{AuthorizationRequest, Verified, id_token::hash_of},
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

const NEEDS: &[Need] = &[Need::ConfigurationClient, Need::LoginClient, Need::User];

/// Makes the check of one response type.
const fn of(
    id: &'static str,
    title: &'static str,
    cites: &'static [&'static str],
    run: Run,
) -> Check {
    Check {
        id,
        title,
        cites,
        effects: Effects::Creates,
        needs: NEEDS,
        run,
    }
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.authorize.response-types-wait-for-the-policy",
        title: "What the login policy does not allow is refused with `unsupported_response_type`",
        cites: &[
            "authorize-response-type-not-allowed",
            "response-types-effect",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient],
        run: Run::Function(|target| Box::pin(wait_for_the_policy(target))),
    },
    of(
        "login.authorize.response-type-token",
        "`token` returns an access token and no code, in the fragment",
        &[
            "authorize-response-type-token",
            "authorize-response-mode-fragment-default",
        ],
        Run::Function(|target| Box::pin(returns(target, "token", &["access_token"]))),
    ),
    of(
        "login.authorize.response-type-id-token",
        "`id_token` returns an ID token alone, in the fragment",
        &[
            "authorize-response-type-id-token",
            "authorize-response-mode-fragment-default",
        ],
        Run::Function(|target| Box::pin(returns(target, "id_token", &["id_token"]))),
    ),
    of(
        "login.authorize.response-type-id-token-token",
        "`id_token token` returns an ID token and an access token, in the fragment",
        &[
            "authorize-response-type-id-token-token",
            "authorize-response-mode-fragment-default",
        ],
        Run::Function(|target| {
            Box::pin(returns(
                target,
                "id_token token",
                &["access_token", "id_token"],
            ))
        }),
    ),
    of(
        "login.authorize.response-type-code-id-token",
        "`code id_token` returns a code and an ID token, in the fragment",
        &[
            "authorize-response-type-code-id-token",
            "authorize-response-mode-fragment-default",
        ],
        Run::Function(|target| Box::pin(returns(target, "code id_token", &["code", "id_token"]))),
    ),
    of(
        "login.authorize.response-type-code-token",
        "`code token` returns a code and an access token, in the fragment",
        &[
            "authorize-response-type-code-token",
            "authorize-response-mode-fragment-default",
        ],
        Run::Function(|target| Box::pin(returns(target, "code token", &["access_token", "code"]))),
    ),
    of(
        "login.authorize.response-type-code-id-token-token",
        "`code id_token token` returns a code, an ID token and an access token, in the fragment",
        &[
            "authorize-response-type-code-id-token-token",
            "authorize-response-mode-fragment-default",
        ],
        Run::Function(|target| {
            let all = &["access_token", "code", "id_token"];
            Box::pin(returns(target, "code id_token token", all))
        }),
    ),
    of(
        "login.authorize.response-type-none",
        "`none` returns neither code nor token, and the state",
        &["authorize-response-type-none"],
        Run::Function(|target| Box::pin(none(target))),
    ),
    of(
        "login.authorize.response-type-in-any-order",
        "The values of a response type may come in any order",
        &["authorize-response-type-any-order"],
        Run::Function(|target| {
            Box::pin(returns(
                target,
                "token code id_token",
                &["access_token", "code", "id_token"],
            ))
        }),
    ),
    of(
        "login.authorize.hybrid-code-is-exchanged",
        "The code beside an ID token is exchanged like any other",
        &["authorize-hybrid-code-exchanged"],
        Run::Function(|target| Box::pin(hybrid_code(target))),
    ),
    of(
        "login.authorize.hashes-of-what-comes-along",
        "An ID token is bound to the code and the access token that come with it",
        &["id-token-code-hash", "id-token-at-hash-value"],
        Run::Function(|target| Box::pin(hashes(target))),
    ),
    of(
        "login.authorize.access-token-of-the-redirect",
        "An access token from this endpoint comes with type, lifetime and scope, without a refresh token, and is good",
        &[
            "authorize-token-answer-members",
            "authorize-no-refresh-token",
        ],
        Run::Function(|target| Box::pin(access_token(target))),
    ),
    of(
        "login.authorize.id-token-wants-a-nonce",
        "A request for an ID token from this endpoint wants a nonce",
        &["authorize-nonce-needed-for-id-token"],
        Run::Function(|target| Box::pin(wants_a_nonce(target))),
    ),
    of(
        "login.authorize.no-token-in-a-query",
        "No token is returned in a query",
        &["authorize-no-token-in-query"],
        Run::Function(|target| Box::pin(no_token_in_a_query(target))),
    ),
];

const SECRETS: [&str; 3] = ["access_token", "code", "id_token"];

async fn wait_for_the_policy(target: &Target) -> Outcome {
    let mut device = under(target, &["code"]).await?;
    for wanted in [
        "token",
        "id_token",
        "id_token token",
        "code id_token",
        "code token",
        "code id_token token",
    ] {
        let request = device.request().with("response_type", wanted);
        device
            .refused_with(&request, &["unsupported_response_type"])
            .await
            .during(&format!("`{wanted}`"))?;
    }
    let mut device = under(target, &["id_token"]).await?;
    let request = device.request();
    let errors = ["unsupported_response_type"];
    device
        .refused_with(&request, &errors)
        .await
        .during("`code` where `id_token` alone is allowed")?;
    Ok(())
}

async fn returns(target: &Target, response_type: &str, wanted: &[&str]) -> Outcome {
    let mut device = signed_in(target).await?;
    let (request, redirect) = ask(&mut device, response_type).await?;
    let came: Vec<&str> = SECRETS
        .into_iter()
        .filter(|name| redirect.parameter(name).is_some())
        .collect();
    expect::equal(
        "codes and tokens of the redirect",
        &json!(wanted),
        &json!(came),
    )?;
    in_fragment(&redirect)?;
    let state = json!(request.value("state"));
    expect::equal("state", &state, &json!(redirect.parameter("state")))?;
    if wanted.contains(&"id_token") {
        let token = redirect.secret("id_token")?;
        target
            .verify(&device.client, &token, request.value("nonce"))
            .await?;
    }
    Ok(())
}

async fn none(target: &Target) -> Outcome {
    let mut device = signed_in(target).await?;
    let (request, redirect) = ask(&mut device, "none").await?;
    for name in SECRETS {
        if redirect.parameter(name).is_some() {
            let what = format!("parameter {name}");
            return Err(Mismatch::new(what, [json!("absent")], redirect.shown()).into());
        }
    }
    let state = json!(request.value("state"));
    Ok(expect::equal(
        "state",
        &state,
        &json!(redirect.parameter("state")),
    )?)
}

async fn hybrid_code(target: &Target) -> Outcome {
    let mut device = signed_in(target).await?;
    for response_type in ["code id_token", "code token", "code id_token token"] {
        let (request, redirect) = ask(&mut device, response_type).await?;
        target
            .exchange(&device.client, &request, &redirect.code()?)
            .await
            .during(response_type)?;
    }
    Ok(())
}

async fn hashes(target: &Target) -> Outcome {
    let mut device = signed_in(target).await?;
    for (response_type, has_code, has_token) in [
        ("code id_token", true, false),
        ("id_token token", false, true),
        ("code id_token token", true, true),
    ] {
        let (request, redirect) = ask(&mut device, response_type).await?;
        let token = verified(&device, &request, &redirect).await?;
        if has_code {
            hash_of(&token, "c_hash", redirect.code()?.expose(), false).during(response_type)?;
        }
        if has_token {
            let access = redirect.secret("access_token")?;
            hash_of(&token, "at_hash", access.expose(), false).during(response_type)?;
        }
    }
    Ok(())
}

async fn verified(
    device: &Device<'_>,
    request: &AuthorizationRequest,
    redirect: &Redirect,
) -> Result<Verified, NotPassed> {
    let token = redirect.secret("id_token")?;
    device
        .target
        .verified(&device.client, &token, request.value("nonce"))
        .await
}

async fn access_token(target: &Target) -> Outcome {
    let mut device = signed_in(target).await?;
    for response_type in ["token", "id_token token", "code token"] {
        let (_, redirect) = ask(&mut device, response_type).await?;
        let members = members(&redirect);
        expect::member(&members, "/token_type", &json!("Bearer")).during(response_type)?;
        let lifetime = redirect.parameter("expires_in").unwrap_or_default();
        if !lifetime.parse::<u32>().is_ok_and(|seconds| seconds > 0) {
            let expected = json!("a number of seconds");
            return Err(Mismatch::new("parameter expires_in", [expected], json!(lifetime)).into());
        }
        expect::contains(&members, "/scope", "openid").during(response_type)?;
        expect::absent(&members, "/refresh_token").during(response_type)?;
        let token = redirect.secret("access_token")?;
        expect::status(&target.userinfo(&token).await?, &[200]).during("userinfo")?;
    }
    Ok(())
}

async fn wants_a_nonce(target: &Target) -> Outcome {
    let mut device = signed_in(target).await?;
    for response_type in ["id_token", "id_token token", "code id_token"] {
        let request = device
            .request()
            .with("response_type", response_type)
            .without("nonce");
        device
            .refused_with(&request, &["invalid_request"])
            .await
            .during(response_type)?;
    }
    Ok(())
}

async fn no_token_in_a_query(target: &Target) -> Outcome {
    let mut device = signed_in(target).await?;
    for response_type in ["token", "id_token", "code token"] {
        let request = device
            .request()
            .with("response_type", response_type)
            .with("response_mode", "query");
        device
            .refused_with(&request, &["invalid_request"])
            .await
            .during(response_type)?;
    }
    Ok(())
}

/// Makes a client whose login policy allows all response types, and signs the user in for another client: so the session is
/// there, whatever the policy of the new one is.
pub(super) async fn signed_in(target: &Target) -> Result<Device<'_>, NotPassed> {
    let fresh = under(target, &["code", "id_token", "token"]).await?;
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    device.client = fresh.client;
    Ok(device)
}

/// Takes a browser for a client whose login policy allows these response types.
pub(super) async fn under<'t>(
    target: &'t Target,
    allowed: &[&str],
) -> Result<Device<'t>, NotPassed> {
    let policy = target.make_login_policy_like_described(json!({})).await?;
    allowed_response_types(target, &policy, allowed).await?;
    let client = target
        .make_login_client(json!({ "loginPolicy": policy }))
        .await?;
    Device::new(target, client).await
}

/// Asks for a response type without any page.
pub(super) async fn ask(
    device: &mut Device<'_>,
    response_type: &str,
) -> Result<(AuthorizationRequest, Redirect), NotPassed> {
    let request = device.request().with("response_type", response_type);
    let redirect = device.passed(&request).await.during(response_type)?;
    Ok((request, redirect))
}

fn in_fragment(redirect: &Redirect) -> Result<(), Mismatch> {
    if redirect.channel == Channel::Fragment && !redirect.location.contains('?') {
        return Ok(());
    }
    let actual = json!(redirect.channel.as_str());
    Err(Mismatch::new(
        "place of the answer",
        [json!("fragment")],
        actual,
    ))
}

fn members(redirect: &Redirect) -> Value {
    let pairs = redirect.parameters.iter();
    pairs
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect()
}
