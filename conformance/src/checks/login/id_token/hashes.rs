//! What binds an ID token to the access token beside it.

use super::claims;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::visit::Visit,
    expect,
    relying_party::id_token::hash_of,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.id-token.at-hash.present",
        title: "An ID token beside an access token has a hash of it",
        cites: &["id-token-at-hash"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(present(target))),
    },
    Check {
        id: "login.id-token.at-hash.of-this-access-token",
        title: "The hash is that of the access token beside it, at every sign-in",
        cites: &["id-token-at-hash-value"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(of_this_access_token(target))),
    },
];

async fn present(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let claims = claims(target, &client, "openid").await?;
    expect::text(&claims, "/at_hash").during("ID token")?;
    Ok(())
}

async fn of_this_access_token(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let jwks = target.jwks().await?;
    for _ in 0..2 {
        let tokens = visit.tokens_of("openid").await?;
        let token = jwks.verify(&tokens.id()?)?;
        hash_of(&token, "at_hash", tokens.access()?.expose(), false)?;
    }
    Ok(())
}
