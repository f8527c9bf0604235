//! The end of what a sign-in gives: codes, access tokens, refresh tokens, and the sign-in itself.

use serde_json::{Value, json};

use super::introspect::{active, inactive};
use crate::{
    check::{Check, Effects, Need, Run},
    checks::{device::Device, form::Form, visit::Visit},
    expect,
    relying_party::LoginClient,
    target::Target,
    verdict::{During as _, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.token.code.expires-as-if-unknown",
        title: "A code that is older than a few minutes is answered like one that was never issued",
        cites: &["code-expires"],
        effects: Effects::Reads,
        needs: &[
            Need::LoginClient,
            Need::User,
            Need::Time {
                seconds: LONGEST_CODE,
            },
        ],
        run: Run::Function(|target| Box::pin(code_expires_as_if_unknown(target))),
    },
    Check {
        id: "login.token.code.ten-minutes-at-most",
        title: "A code is good for ten minutes at most",
        cites: &["code-lifetime-bounded"],
        effects: Effects::Reads,
        needs: &[
            Need::LoginClient,
            Need::User,
            Need::Time {
                seconds: LONGEST_CODE,
            },
        ],
        run: Run::Function(|target| Box::pin(code_of_ten_minutes(target))),
    },
    Check {
        id: "login.token.refresh.good-for-its-lifetime",
        title: "A refresh token works until the lifetime of its policy is over, and no longer",
        cites: &["refresh-lifetime-of-policy"],
        effects: Effects::Creates,
        needs: &[
            Need::LoginClient,
            Need::User,
            Need::ConfigurationClient,
            Need::Time { seconds: 130 },
        ],
        run: Run::Function(|target| Box::pin(refresh_for_its_lifetime(target))),
    },
    Check {
        id: "login.userinfo.expired-token",
        title: "Userinfo takes an access token until its lifetime is over, and refuses it from then on",
        cites: &["userinfo-invalid-token"],
        effects: Effects::Creates,
        needs: &[
            Need::LoginClient,
            Need::User,
            Need::ConfigurationClient,
            Need::Time { seconds: 130 },
        ],
        run: Run::Function(|target| Box::pin(userinfo_until_expired(target))),
    },
    Check {
        id: "login.introspect.active.until-expired",
        title: "Opaque and JWT access tokens are active for the lifetime that introspection tells, and no longer",
        cites: &["introspect-times"],
        effects: Effects::Creates,
        needs: &[
            Need::LoginClient,
            Need::User,
            Need::ConfigurationClient,
            Need::Time { seconds: 130 },
        ],
        run: Run::Function(|target| Box::pin(active_until_expired(target))),
    },
    Check {
        id: "login.authorize.max-age-of-an-hour",
        title: "A sign-in of half an hour ago is young enough for `max_age=3600`, and one of an hour ago is not",
        cites: &["authorize-max-age-exceeded", "authorize-max-age-kept"],
        effects: Effects::Reads,
        // Alone, because the sign-ins of others renew this one.
        needs: &[
            Need::LoginClient,
            Need::UserAlone,
            Need::Time { seconds: 5_410 },
        ],
        run: Run::Function(|target| Box::pin(max_age_of_an_hour(target))),
    },
];

/// The longest that a code may be good for, and a second.
const LONGEST_CODE: u64 = 601;

/// Gets a code, lets it grow too old, and returns its exchange.
async fn code_grown_old(target: &Target) -> Result<Value, NotPassed> {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let form = visit.exchange().await?;
    target.pass(LONGEST_CODE as f64).await?;
    let answer = visit.send(&form).await?;
    Ok(expect::oauth_error(&answer, &[400], &["invalid_grant"]).during("a code of ten minutes")?)
}

async fn code_of_ten_minutes(target: &Target) -> Outcome {
    code_grown_old(target).await?;
    Ok(())
}

async fn code_expires_as_if_unknown(target: &Target) -> Outcome {
    let body = code_grown_old(target).await?;
    let text = json!("code not found or expired");
    Ok(expect::member(&body, "/error_description", &text)?)
}

async fn refresh_for_its_lifetime(target: &Target) -> Outcome {
    // Two of them, because a refresh may replace the token, or lengthen its life.
    let policy = json!({ "accessTokenLifetime": 60, "refreshTokenLifetime": 120 });
    let mut visit = target.visit_under(policy).await?;
    let young = visit.tokens_of("openid").await?.refresh()?;
    let old = visit.tokens_of("openid").await?.refresh()?;
    target.pass(100.0).await?;
    let answer = visit.send(&Form::of_refresh(&young)).await?;
    expect::status(&answer, &[200]).during("a refresh token of 100 s that lives for 120")?;
    target.pass(25.0).await?;
    let answer = visit.send(&Form::of_refresh(&old)).await?;
    expect::oauth_error(&answer, &[400], &["invalid_grant"])
        .during("a refresh token past its lifetime")?;
    Ok(())
}

async fn userinfo_until_expired(target: &Target) -> Outcome {
    let policy = json!({ "accessTokenLifetime": 120 });
    let token = target
        .visit_under(policy)
        .await?
        .tokens_of("openid")
        .await?
        .access()?;
    target.pass(100.0).await?;
    let answer = target.userinfo(&token).await?;
    expect::status(&answer, &[200]).during("an access token of 100 s that lives for 120")?;
    target.pass(25.0).await?;
    let answer = target.userinfo(&token).await?;
    expect::status(&answer, &[401]).during("an access token past its lifetime")?;
    Ok(())
}

async fn active_until_expired(target: &Target) -> Outcome {
    let mut tokens = Vec::new();
    for (format, is_jwt) in [("opaque", false), ("JWT", true)] {
        let client = confidential(target, is_jwt).await?;
        let token = target.sign_in(&client, "openid").await?.access()?;
        tokens.push((format, client, token));
    }
    target.pass(100.0).await?;
    for (format, client, token) in &tokens {
        active(target, client, token).await.during(format)?;
    }
    target.pass(25.0).await?;
    for (format, client, token) in &tokens {
        inactive(target, client, token).await.during(format)?;
    }
    Ok(())
}

async fn confidential(target: &Target, is_jwt: bool) -> Result<LoginClient, NotPassed> {
    let policy = json!({ "useAccessJWT": is_jwt, "accessTokenLifetime": 120 });
    let policy = target.make_token_policy(policy).await?;
    let members = json!({ "type": "confidential", "tokenPolicy": policy });
    target.make_login_client(members).await
}

async fn max_age_of_an_hour(target: &Target) -> Outcome {
    let mut device = Device::signed_in(target, target.any_login_client()?).await?;
    // Not a look in between: a silent sign-in moves the time that is asked about.
    target.pass(1_800.0).await?;
    let request = device.request().with("max_age", "3600");
    device.passed(&request).await.during("after half an hour")?;
    target.pass(3_605.0).await?;
    device.must_ask(&request).await.during("after an hour")?;
    let silent = request.with("prompt", "none");
    device.refused_with(&silent, &["login_required"]).await?;
    Ok(())
}
