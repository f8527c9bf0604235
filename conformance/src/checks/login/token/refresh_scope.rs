//! Scopes at a refresh.

use serde_json::json;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::{form::Form, visit::Visit},
    expect,
    relying_party::Tokens,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.token.refresh.scope-stays",
        title: "A refresh that names no scope keeps those that were granted, at userinfo, too",
        cites: &["refresh-scope-kept"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(scope_stays(target))),
    },
    Check {
        id: "login.token.refresh.narrower-scope",
        title: "A refresh may ask for fewer scopes, and its access token then covers no more",
        cites: &["refresh-scope-narrowed"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(narrower_scope(target))),
    },
    Check {
        id: "login.token.refresh.wider-scope",
        title: "A refresh cannot ask for a scope that was not granted, be it one of the policy",
        cites: &["refresh-scope-widened"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(wider_scope(target))),
    },
];

async fn scope_stays(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let first = visit.granted("openid email").await?;
    let second = target.refresh(&visit.client, &first.refresh()?).await?;
    expect::equal(
        "scope of the refresh",
        &json!(first.scope()),
        &json!(second.scope()),
    )?;
    let before = target.userinfo(&first.access()?).await?.json()?;
    let after = target.userinfo(&second.access()?).await?.json()?;
    Ok(expect::equal(
        "userinfo after the refresh",
        &before,
        &after,
    )?)
}

async fn narrower_scope(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let first = visit.granted("openid email").await?;
    let form = Form::of_refresh(&first.refresh()?).with("scope", "openid");
    let second = Tokens::read(visit.send(&form).await?).during("asking for `openid` alone")?;
    expect::member(&second.body, "/scope", &json!("openid"))?;
    let claims = target.userinfo(&second.access()?).await?;
    expect::status(&claims, &[200])?;
    let claims = claims.json()?;
    for place in [
        "/email",
        "/email_verified",
        "/emailAddress",
        "/emailVerified",
    ] {
        expect::absent(&claims, place).during("userinfo")?;
    }
    Ok(())
}

async fn wider_scope(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    for wider in ["openid email", "email", "openid *:**"] {
        let token = visit.tokens_of("openid").await?.refresh()?;
        let form = Form::of_refresh(&token).with("scope", wider);
        let answer = visit.send(&form).await?;
        expect::oauth_error(&answer, &[400], &["invalid_scope"])
            .during(&format!("asking for `{wider}` after `openid`"))?;
    }
    Ok(())
}
