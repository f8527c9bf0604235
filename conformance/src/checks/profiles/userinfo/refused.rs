//! Tokens that open nothing.

use crate::{
    chance,
    check::{Check, Effects, Need, Run},
    expect,
    http::{Answer, Request},
    secret::Secret,
    target::{Target, session::ADMINISTRATIVE_SCOPES},
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

const NEEDS: &[Need] = &[Need::LoginClient, Need::User];

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "profiles.userinfo.refused.invalid-token",
        title: "A made-up, an altered and a revoked token are invalid tokens, in the form of OAuth",
        cites: &["userinfo-invalid-token", "userinfo-error-form"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(invalid_token(target))),
    },
    Check {
        id: "profiles.userinfo.refused.challenge",
        title: "The refusal of a token asks for a bearer token, and says what was wrong",
        cites: &["userinfo-invalid-token-challenge"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(challenge(target))),
    },
    Check {
        id: "profiles.userinfo.refused.no-token",
        title: "Without a token, or with anything else in its place, userinfo asks for one",
        cites: &["userinfo-no-token", "userinfo-no-token-challenge"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(no_token(target))),
    },
    Check {
        id: "profiles.userinfo.refused.administrative-token",
        title: "A token for the configuration opens no userinfo",
        cites: &["userinfo-administrative-token"],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(administrative_token(target))),
    },
    Check {
        id: "profiles.userinfo.refused.other-tokens-of-a-sign-in",
        title: "A refresh token and an ID token open no userinfo",
        cites: &["userinfo-refresh-token-refused"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(other_tokens_of_a_sign_in(target))),
    },
    Check {
        id: "profiles.userinfo.refused.other-customer",
        title: "A token opens nothing under the id of another customer",
        cites: &["userinfo-other-customer"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(other_customer(target))),
    },
];

const PATH: &str = "profiles/oidc/userinfo";

async fn wrong_tokens(target: &Target) -> Result<[(&'static str, Secret); 4], NotPassed> {
    let client = target.any_login_client()?;
    let good = target.sign_in(&client, "openid").await?.access()?;
    let revoked = target.sign_in(&client, "openid").await?.access()?;
    target.revoke(&client, &revoked).await?;
    let shorter: String = good.expose().chars().skip(1).collect();
    Ok([
        ("a made-up token", Secret::new("made-up")),
        ("a letter less", Secret::new(shorter)),
        ("a letter more", Secret::new(format!("{}A", good.expose()))),
        ("a revoked token", revoked),
    ])
}

async fn invalid_token(target: &Target) -> Outcome {
    for (what, token) in wrong_tokens(target).await? {
        let answer = target.userinfo(&token).await?;
        let body = expect::oauth_error(&answer, &[401], &["invalid_token"]).during(what)?;
        no_claims(&body).during(what)?;
    }
    Ok(())
}

fn no_claims(body: &serde_json::Value) -> Result<(), Mismatch> {
    for place in ["/sub", "/global_sub", "/email"] {
        expect::absent(body, place)?;
    }
    Ok(())
}

async fn challenge(target: &Target) -> Outcome {
    for (what, token) in wrong_tokens(target).await? {
        let answer = target.userinfo(&token).await?;
        asks_for_bearer(&answer, "error=\"invalid_token\"").during(what)?;
    }
    Ok(())
}

/// Requires a challenge of the scheme Bearer that has something in it.
fn asks_for_bearer(answer: &Answer, part: &str) -> Result<(), Mismatch> {
    let header = answer.header("www-authenticate").unwrap_or_default();
    let scheme = header.split(' ').next().unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") && header.contains(part) {
        return Ok(());
    }
    let expected = [format!("Bearer {part}").trim_end().into()];
    Err(Mismatch::new(
        "header www-authenticate",
        expected,
        header.into(),
    ))
}

async fn no_token(target: &Target) -> Outcome {
    let nothing = Request::get(PATH);
    let requests = [
        ("no header", nothing.clone()),
        (
            "an empty bearer token",
            nothing.clone().header("authorization", "Bearer "),
        ),
        (
            "Basic",
            nothing.header("authorization", "Basic bWlyYTpzZWNyZXQ="),
        ),
    ];
    for (what, request) in requests {
        let answer = target.anonymous().send(request).await?;
        expect::status(&answer, &[401]).during(what)?;
        asks_for_bearer(&answer, "").during(what)?;
    }
    Ok(())
}

async fn administrative_token(target: &Target) -> Outcome {
    let client = target.configuration_client()?;
    let token = target.token(client, ADMINISTRATIVE_SCOPES).await?;
    let answer = target.bearer(&token).get(PATH).await?;
    let status = expect::status(&answer, &[403, 401])?;
    Ok(target.reading("userinfo-without-openid", status)?)
}

async fn other_tokens_of_a_sign_in(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let tokens = target.sign_in(&client, "openid").await?;
    for (what, token) in [
        ("the refresh token", tokens.refresh()?),
        ("the ID token", tokens.id()?),
    ] {
        let answer = target.userinfo(&token).await?;
        expect::status(&answer, &[401]).during(what)?;
    }
    Ok(())
}

async fn other_customer(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let token = target.sign_in(&client, "openid email").await?.access()?;
    let path = format!("/{}/{PATH}", chance::id());
    let answer = target.bearer(&token).get(path).await?;
    expect::status(&answer, &[400, 401, 403, 404])?;
    match answer.json() {
        Ok(body) => Ok(no_claims(&body)?),
        Err(_) => Ok(()),
    }
}
