//! What a revocation leaves alone.

use crate::{
    check::{Check, Effects, Need, Run},
    checks::{
        form::Form,
        login::{
            introspect::{active, inactive},
            token::others,
        },
        visit::Visit,
    },
    expect,
    relying_party::{Kind, Tokens},
    target::Target,
    verdict::{During as _, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.revoke.extent.own-tokens-only",
        title: "Tokens of another client stay in force, whoever tries to revoke them",
        cites: &["revoke-own-tokens-only"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(own_tokens_only(target))),
    },
    Check {
        id: "login.revoke.extent.answer-about-foreign-tokens",
        title: "An attempt on another client's token is refused, or answered without effect",
        cites: &["revoke-foreign-token-status"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(answer_about_foreign_tokens(target))),
    },
    Check {
        id: "login.revoke.extent.other-sign-ins-stay",
        title: "A revocation leaves the tokens of other sign-ins of the same user alone",
        cites: &["revoke-other-tokens-stay"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(other_sign_ins_stay(target))),
    },
    Check {
        id: "login.revoke.extent.access-token-of-refresh-token",
        title: "With a refresh token its access tokens end as well, or stay, everywhere alike",
        cites: &["revoke-refresh-ends-grant"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(access_token_of_refresh_token(target))),
    },
];

async fn own_tokens_only(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let tokens = visit.tokens_of("openid").await?;
    for thief in others(target).await? {
        for token in [tokens.access()?, tokens.refresh()?] {
            target.revoke(&thief, &token).await?;
        }
    }
    let claims = target.userinfo(&tokens.access()?).await?;
    expect::status(&claims, &[200]).during("userinfo afterwards")?;
    let refreshed = visit.send(&Form::of_refresh(&tokens.refresh()?)).await?;
    Tokens::read(refreshed).during("refresh afterwards")?;
    Ok(())
}

async fn answer_about_foreign_tokens(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let tokens = visit.tokens_of("openid").await?;
    for thief in others(target).await? {
        for token in [tokens.access()?, tokens.refresh()?] {
            let answer = target.revoke(&thief, &token).await?;
            let status = expect::status(&answer, &[200, 400])?;
            if status == 400 {
                expect::text(&answer.json()?, "/error")?;
            }
            target.reading("revoke-foreign-token", status)?;
        }
    }
    Ok(())
}

async fn other_sign_ins_stay(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let kept = visit.tokens_of("openid").await?;
    let ended = visit.tokens_of("openid").await?;
    for token in [ended.refresh()?, ended.access()?] {
        let answer = target.revoke(&visit.client, &token).await?;
        expect::status(&answer, &[200]).during("revocation")?;
    }
    let claims = target.userinfo(&kept.access()?).await?;
    expect::status(&claims, &[200]).during("userinfo of another sign-in")?;
    let refreshed = visit.send(&Form::of_refresh(&kept.refresh()?)).await?;
    Tokens::read(refreshed).during("refresh of another sign-in")?;
    Ok(())
}

async fn access_token_of_refresh_token(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let tokens = target.sign_in(&client, "openid").await?;
    let access = tokens.access()?;
    let answer = target.revoke(&client, &tokens.refresh()?).await?;
    expect::status(&answer, &[200]).during("revocation of the refresh token")?;
    let claims = target.userinfo(&access).await?;
    if expect::status(&claims, &[200, 401]).during("userinfo afterwards")? == 401 {
        return inactive(target, &client, &access).await;
    }
    active(target, &client, &access).await?;
    Ok(())
}
