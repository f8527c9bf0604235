//! Claims that a login policy defines, and push claims.

use serde_json::{Value, json};

use super::claims;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::{
        config::enable_push_claims,
        visit::{ALL_SCOPES, Visit},
    },
    expect,
    target::Target,
    verdict::{During as _, NotPassed, Outcome, Skip},
};

const NEEDS: &[Need] = &[Need::LoginClient, Need::User, Need::ConfigurationClient];

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "profiles.userinfo.custom.delivered-when-asked-for",
        title: "A claim that the login policy defines is told where it is defined and asked for",
        cites: &["claims-custom-delivered"],
        effects: Effects::Creates,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(delivered_when_asked_for(target))),
    },
    Check {
        id: "profiles.userinfo.custom.not-unasked",
        title: "A claim that the login policy defines is not told unasked, whatever the scopes",
        cites: &["claims-custom-not-unasked"],
        effects: Effects::Creates,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(not_unasked(target))),
    },
    Check {
        id: "profiles.userinfo.custom.pushed",
        title: "With push claims the claims of the policy are told unasked, whatever is asked for",
        cites: &["push-claims-effect"],
        effects: Effects::Creates,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(pushed(target))),
    },
];

/// A claim that no standard knows, fed by an attribute whose value another claim tells.
const CLAIM: &str = "proofhouse_call_name";

/// Starts a visit under a login policy with a claim of its own in both places, and returns what it ought to tell.
async fn visit(target: &Target, is_pushed: bool) -> Result<(Visit<'_>, Value), NotPassed> {
    let mut plain = Visit::of(target, target.any_login_client()?).await?;
    let tokens = plain.tokens_of("openid profile").await?;
    let Some(name) = claims(target, &tokens).await?.get("given_name").cloned() else {
        return Err(Skip::because("the user has no `given_name` to tell again").into());
    };
    let definition = json!({ CLAIM: "givenName" });
    let members = json!({ "customClaims": { "userinfo": definition, "id_token": definition } });
    let policy = target.make_login_policy_like_described(members).await?;
    if is_pushed {
        enable_push_claims(target, &policy).await?;
    }
    let client = target
        .make_login_client(json!({ "loginPolicy": policy }))
        .await?;
    Ok((Visit::of(target, client).await?, name))
}

async fn delivered_when_asked_for(target: &Target) -> Outcome {
    let (mut visit, name) = visit(target, false).await?;
    let place = format!("/{CLAIM}");
    let asked = json!({ "userinfo": { CLAIM: null }, "id_token": { CLAIM: null } });
    let request = visit.request().with("claims", asked.to_string());
    let tokens = visit.tokens(&request).await?;
    expect::member(&claims(target, &tokens).await?, &place, &name).during("userinfo")?;
    let id_token = target.jwks().await?.verify(&tokens.id()?)?.claims;
    Ok(expect::member(&id_token, &place, &name).during("ID token")?)
}

async fn not_unasked(target: &Target) -> Outcome {
    let (mut visit, _) = visit(target, false).await?;
    let place = format!("/{CLAIM}");
    let tokens = visit.tokens_of(ALL_SCOPES).await?;
    expect::absent(&claims(target, &tokens).await?, &place).during("userinfo")?;
    let id_token = target.jwks().await?.verify(&tokens.id()?)?.claims;
    Ok(expect::absent(&id_token, &place).during("ID token")?)
}

async fn pushed(target: &Target) -> Outcome {
    let (mut visit, name) = visit(target, true).await?;
    let place = format!("/{CLAIM}");
    let asked = json!({ "userinfo": { "family_name": null }, "id_token": { "family_name": null } });
    for (what, request) in [
        ("openid alone", visit.request()),
        ("all scopes", visit.request().scope(ALL_SCOPES)),
        (
            "other claims asked for",
            visit.request().with("claims", asked.to_string()),
        ),
    ] {
        let tokens = visit.tokens(&request).await.during(what)?;
        let userinfo = claims(target, &tokens).await.during(what)?;
        let id_token = target.jwks().await?.verify(&tokens.id()?)?.claims;
        for (place_of, claims) in [("userinfo", &userinfo), ("ID token", &id_token)] {
            expect::member(claims, &place, &name).during(&format!("{what}: {place_of}"))?;
        }
    }
    Ok(())
}
