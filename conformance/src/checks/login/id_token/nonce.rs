//! The nonce in ID tokens.

use serde_json::json;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::visit::Visit,
    expect,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.id-token.nonce.unchanged",
        title: "The nonce comes back unchanged, whatever characters it has",
        cites: &["id-token-nonce"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(unchanged(target))),
    },
    Check {
        id: "login.id-token.nonce.none-unless-sent",
        title: "A sign-in without a nonce has none in its ID token, not that of an earlier one either",
        cites: &["id-token-nonce-only-when-sent"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(none_unless_sent(target))),
    },
];

async fn unchanged(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let jwks = target.jwks().await?;
    let long = "n-0S6_WzA2Mj".repeat(20);
    let nonces = [
        "n-0S6_WzA2Mj",
        "1",
        "a b+c%20d&e=f?g#h/i",
        "\"quoted\\\" <b>'x'</b> ${y}",
        "gr\u{fc}\u{df}e \u{6f22}\u{5b57} \u{1f511}",
        &long,
    ];
    for nonce in nonces {
        let request = visit.request().with("nonce", nonce);
        let tokens = visit.tokens(&request).await.during(nonce)?;
        let claims = jwks.verify(&tokens.id()?)?.claims;
        expect::member(&claims, "/nonce", &json!(nonce)).during("ID token")?;
    }
    Ok(())
}

async fn none_unless_sent(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let jwks = target.jwks().await?;
    visit.tokens_of("openid").await?;
    let request = visit.request().without("nonce");
    let tokens = visit.tokens(&request).await?;
    let claims = jwks.verify(&tokens.id()?)?.claims;
    Ok(expect::absent(&claims, "/nonce").during("ID token")?)
}
