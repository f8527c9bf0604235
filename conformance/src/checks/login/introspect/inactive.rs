//! What introspection tells of a token that is not in force.

use rand::distr::{Alphanumeric, SampleString as _};

use super::{active, inactive};
use crate::{
    check::{Check, Effects, Need, Run},
    checks::visit::Visit,
    expect,
    relying_party::Kind,
    secret::Secret,
    target::Target,
    verdict::{During as _, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.introspect.inactive.nothing-else-is-told",
        title: "Of a revoked and of an unknown token nothing is told but that it is not active",
        cites: &["introspect-inactive-alone"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(nothing_else_is_told(target))),
    },
    Check {
        id: "login.introspect.inactive.never-issued",
        title: "Made-up, malformed, cut, overlong and ID tokens are not active, and no error",
        cites: &["introspect-unknown-token"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(never_issued(target))),
    },
    Check {
        id: "login.introspect.inactive.revoked",
        title: "An access token and a refresh token are active until they are revoked",
        cites: &["introspect-revoked-token"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(revoked(target))),
    },
    Check {
        id: "login.introspect.inactive.replaced",
        title: "A refresh token is not active any more once another has come in its place",
        cites: &["introspect-replaced-token"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(replaced(target))),
    },
];

async fn nothing_else_is_told(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let token = target.sign_in(&client, "openid").await?.access()?;
    target.revoke(&client, &token).await?;
    inactive(target, &client, &token)
        .await
        .during("a revoked token")?;
    inactive(target, &client, &Secret::new("made-up"))
        .await
        .during("an unknown token")
}

async fn never_issued(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let tokens = visit.tokens_of("openid").await?;
    let access = tokens.access()?;
    let shorter: String = access.expose().chars().skip(1).collect();
    let chance = &mut target.chance();
    let wrong = [
        ("one made up", Alphanumeric.sample_string(chance, 64)),
        ("a letter less", shorter),
        ("a letter more", format!("{}A", access.expose())),
        (
            "of no known alphabet",
            "?&=%00 \u{1f512}\r\n\"'<".to_owned(),
        ),
        ("a very long one", Alphanumeric.sample_string(chance, 4000)),
        (
            "a JWT without a signature",
            "eyJhbGciOiJub25lIn0.e30.".to_owned(),
        ),
        ("the ID token", tokens.id()?.expose().to_owned()),
    ];
    for (what, token) in wrong {
        inactive(target, &visit.client, &Secret::new(token))
            .await
            .during(what)?;
    }
    active(target, &visit.client, &access).await?;
    Ok(())
}

async fn revoked(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let tokens = visit.tokens_of("openid").await?;
    for (what, token) in [
        ("the access token", tokens.access()?),
        ("the refresh token", tokens.refresh()?),
    ] {
        active(target, &visit.client, &token).await.during(what)?;
        let answer = target.revoke(&visit.client, &token).await?;
        expect::status(&answer, &[200]).during("revocation")?;
        inactive(target, &visit.client, &token).await.during(what)?;
    }
    Ok(())
}

async fn replaced(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let token = visit.tokens_of("openid").await?.refresh()?;
    let next = target.refresh(&visit.client, &token).await?;
    let next = next.refresh().ok();
    let Some(next) = next.filter(|next| next.expose() != token.expose()) else {
        return Err(Skip::because("the target gives no other refresh token for one").into());
    };
    active(target, &visit.client, &next)
        .await
        .during("the new")?;
    inactive(target, &visit.client, &token)
        .await
        .during("the old")
}
