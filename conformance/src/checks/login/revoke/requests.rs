//! What a revocation looks like, and what is answered.

use crate::{
    check::{Check, Effects, Need, Run},
    checks::{login::token::others, visit::Visit},
    expect,
    http::Request,
    relying_party::Kind,
    secret::Secret,
    target::Target,
    verdict::{During as _, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.revoke.requests.unknown-or-revoked-before",
        title: "Unknown, malformed and revoked tokens are answered as if they had been in force",
        cites: &["revoke-unknown-token"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(unknown_or_revoked_before(target))),
    },
    Check {
        id: "login.revoke.requests.hint-does-not-matter",
        title: "A right, a wrong and an unheard-of hint all let a token be revoked",
        cites: &["revoke-hint-ignored"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(hint_does_not_matter(target))),
    },
    Check {
        id: "login.revoke.requests.malformed",
        title: "A revocation without a token is malformed, and by GET not allowed",
        cites: &["revoke-token-missing", "revoke-only-by-post"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(malformed(target))),
    },
    Check {
        id: "login.revoke.requests.replaced-token-of-another",
        title: "A refresh token that is good for nothing any more is answered as unknown, whoever brings it",
        cites: &["revoke-replaced-token"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::ConfidentialLoginClient,
            Need::User,
        ],
        run: Run::Function(|target| Box::pin(replaced_token_of_another(target))),
    },
    Check {
        id: "login.revoke.requests.not-stored",
        title: "The answer to a revocation forbids its storage",
        cites: &["revoke-not-stored"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(not_stored(target))),
    },
];

const PATH: &str = "login/token/revoke";

async fn unknown_or_revoked_before(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let tokens = target.sign_in(&client, "openid").await?;
    for (what, token) in [
        ("an unknown token", Secret::new("made-up")),
        ("a malformed token", Secret::new("?&=%00 \u{1f512}")),
        ("a very long token", Secret::new("a".repeat(4000))),
        ("the refresh token", tokens.refresh()?),
        ("the refresh token again", tokens.refresh()?),
        ("the access token", tokens.access()?),
        ("the access token again", tokens.access()?),
    ] {
        let answer = target.revoke(&client, &token).await?;
        expect::status(&answer, &[200]).during(what)?;
    }
    Ok(())
}

async fn hint_does_not_matter(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    for hint in ["access_token", "refresh_token", "proofhouse"] {
        let token = visit.tokens_of("openid").await?.access()?;
        let form = [("token", token.expose()), ("token_type_hint", hint)];
        let answer = target.post_as(&visit.client, PATH, &form).await?;
        expect::status(&answer, &[200]).during(&format!("the hint `{hint}`"))?;
        let after = target.userinfo(&token).await?;
        expect::status(&after, &[401]).during(&format!("userinfo after the hint `{hint}`"))?;
    }
    Ok(())
}

async fn malformed(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let without = target.post_as(&client, PATH, &[]).await?;
    expect::oauth_error(&without, &[400], &["invalid_request"]).during("no token")?;
    let request = Request::get(format!("{PATH}?token=made-up"));
    let got = target.anonymous().send(request).await?;
    expect::status(&got, &[405]).during("GET")?;
    Ok(())
}

async fn replaced_token_of_another(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let token = visit.tokens_of("openid").await?.refresh()?;
    let next = target.refresh(&visit.client, &token).await?;
    let next = next.refresh().ok();
    if next.is_none_or(|next| next.expose() == token.expose()) {
        return Err(Skip::because("the target gives no other refresh token for one").into());
    }
    for other in others(target).await? {
        let answer = target.revoke(&other, &token).await?;
        expect::status(&answer, &[200]).during(other.kind.as_str())?;
    }
    Ok(())
}

async fn not_stored(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let answer = target.revoke(&client, &Secret::new("made-up")).await?;
    expect::status(&answer, &[200])?;
    Ok(expect::no_store(&answer)?)
}
