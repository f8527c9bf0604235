//! Refresh tokens that are good for nothing.

use super::binding::others;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::{form::Form, visit::Visit},
    expect,
    http::Request,
    relying_party::Kind,
    secret::{Credentials, Secret},
    target::Target,
    verdict::{During as _, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.token.refresh.never-issued",
        title: "A refresh token that was never issued, or only nearly, is refused",
        cites: &["refresh-unknown"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(never_issued(target))),
    },
    Check {
        id: "login.token.refresh.left-out",
        title: "A refresh without a refresh token is malformed",
        cites: &["refresh-missing"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(left_out(target))),
    },
    Check {
        id: "login.token.refresh.other-kinds-of-token",
        title: "An access token and an ID token are no refresh tokens",
        cites: &["refresh-access-token-refused"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(other_kinds_of_token(target))),
    },
    Check {
        id: "login.token.refresh.bound-to-its-client",
        title: "A client cannot exchange the refresh token of another",
        cites: &["refresh-bound-to-client"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(bound_to_its_client(target))),
    },
    Check {
        id: "login.token.refresh.secret-needed",
        title: "Without its secret a confidential client cannot refresh",
        cites: &["refresh-confidential-authenticates"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(secret_needed(target))),
    },
];

async fn never_issued(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let token = visit.tokens_of("openid").await?.refresh()?;
    let token = token.expose();
    let shorter: String = token.chars().skip(1).collect();
    let longer = format!("{token}A");
    for (what, wrong) in [
        ("one made up", "made-up"),
        ("a letter less", shorter.as_str()),
        ("a letter more", longer.as_str()),
    ] {
        let answer = visit.send(&Form::of_refresh(&Secret::new(wrong))).await?;
        expect::oauth_error(&answer, &[400], &["invalid_grant"]).during(what)?;
    }
    Ok(())
}

async fn left_out(target: &Target) -> Outcome {
    let visit = Visit::of(target, target.any_login_client()?).await?;
    let form = Form::of_refresh(&Secret::new("")).without("refresh_token");
    let answer = visit.send(&form).await?;
    expect::oauth_error(&answer, &[400], &["invalid_request"])?;
    Ok(())
}

async fn other_kinds_of_token(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let tokens = visit.tokens_of("openid").await?;
    for (what, token) in [
        ("the access token", tokens.access()?),
        ("the ID token", tokens.id()?),
    ] {
        let answer = visit.send(&Form::of_refresh(&token)).await?;
        expect::oauth_error(&answer, &[400], &["invalid_grant"]).during(what)?;
    }
    Ok(())
}

async fn bound_to_its_client(target: &Target) -> Outcome {
    let owner = target.any_login_client()?;
    let mut visit = Visit::of(target, owner.clone()).await?;
    for thief in others(target).await? {
        // Of a sign-in of its own: a refusal may well end the grant.
        let token = visit.tokens_of("openid").await?.refresh()?;
        let form = Form::of_refresh(&token);
        let answer = target
            .post_as(&thief, &visit.endpoints.token, &form.pairs())
            .await?;
        expect::oauth_error(&answer, &[400], &["invalid_grant"]).during(&format!(
            "a {} client with another's refresh token",
            thief.kind
        ))?;
    }
    for other in others(target).await? {
        visit = visit.with(other);
        let token = visit.tokens_of("openid").await?.refresh()?;
        let form = Form::of_refresh(&token);
        let answer = target
            .post_as(&owner, &visit.endpoints.token, &form.pairs())
            .await?;
        expect::oauth_error(&answer, &[400], &["invalid_grant"])
            .during("the described client with another's refresh token")?;
    }
    Ok(())
}

async fn secret_needed(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let token = visit.tokens_of("openid").await?.refresh()?;
    let form = Form::of_refresh(&token);
    let named = form.clone().with("client_id", &visit.client.id);
    let request = Request::post(&visit.endpoints.token).form(&named.pairs());
    let answer = target.anonymous().send(request).await?;
    expect::oauth_error(&answer, &[401], &["invalid_client"]).during("the id alone")?;
    let wrong = Credentials::new(&visit.client.id, "not-the-secret");
    let request = Request::post(&visit.endpoints.token).form(&form.pairs());
    let answer = target.basic(&wrong).send(request).await?;
    expect::oauth_error(&answer, &[401], &["invalid_client"]).during("a wrong secret")?;
    Ok(())
}
