//! Refresh tokens (RFC 6749 section 6).

use std::collections::BTreeSet;

use serde_json::json;

use super::granted::{near_misses, one_winner_or_none, race, refreshable};
use crate::{
    check::{Check, Effects, Need, Run},
    checks::form::Form,
    expect,
    http::Request,
    relying_party::Kind,
    secret::Secret,
    target::Target,
    verdict::{During as _, Mismatch, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.refresh.brings-an-access-token",
        title: "A refresh token brings an access token that works",
        cites: &["oidc-refresh-works"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(brings_an_access_token(target))),
    },
    Check {
        id: "oidc.refresh.id-token-is-of-the-same-user",
        title: "An ID token from a refresh has issuer, subject, audience and sign-in of the first",
        cites: &["oidc-refresh-id-token"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(id_token_is_of_the_same_user(target))),
    },
    Check {
        id: "oidc.refresh.of-the-client",
        title: "A refresh token is worth nothing to another client",
        cites: &["oidc-refresh-of-client"],
        effects: Effects::Reads,
        needs: &[
            Need::PublicLoginClient,
            Need::ConfidentialLoginClient,
            Need::User,
        ],
        run: Run::Function(|target| Box::pin(of_the_client(target))),
    },
    Check {
        id: "oidc.refresh.secret-is-needed",
        title: "A client with a secret cannot refresh without it",
        cites: &["oidc-refresh-client-authentication"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(secret_is_needed(target))),
    },
    Check {
        id: "oidc.refresh.scope-does-not-widen",
        title: "A refresh grants nothing new",
        cites: &["oidc-refresh-scope"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(scope_does_not_widen(target))),
    },
    Check {
        id: "oidc.refresh.garbled",
        title: "A garbled refresh token is refused with `invalid_grant`",
        cites: &["oidc-refresh-unknown"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(garbled(target))),
    },
    Check {
        id: "oidc.refresh.kinds-are-apart",
        title: "An access token does not refresh, and a refresh token opens nothing",
        cites: &["oidc-refresh-kinds-apart"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(kinds_are_apart(target))),
    },
    Check {
        id: "oidc.refresh.good-for-one-of-many-at-once",
        title: "Where a refresh token works once, it does so for several at the same time",
        cites: &["oidc-refresh-parallel"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(good_for_one_of_many_at_once(target))),
    },
    Check {
        id: "oidc.refresh.replaced-token-is-retired",
        title: "A refresh token that was replaced is refused",
        cites: &["oidc-refresh-retired"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(replaced_token_is_retired(target))),
    },
];

async fn brings_an_access_token(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let (_, token) = refreshable(target, &client, "openid").await?;
    let tokens = target.refresh(&client, &token).await?;
    let access = tokens.access()?;
    if target.endpoints().await?.userinfo.is_some() {
        let answer = target.userinfo(&access).await?;
        expect::status(&answer, &[200]).during("userinfo with the new access token")?;
    }
    Ok(())
}

async fn id_token_is_of_the_same_user(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let (first, token) = refreshable(target, &client, "openid").await?;
    // In the same second the time of the refresh would look like that of the sign-in.
    target.pass(1.1).await?;
    let second = target.refresh(&client, &token).await?;
    if second.body.get("id_token").is_none() {
        return Err(Skip::because("the issuer gives no ID token with a refresh").into());
    }
    let keys = target.jwks().await?;
    let old = keys.verify(&first.id()?).during("first ID token")?.claims;
    let new = keys.verify(&second.id()?).during("new ID token")?.claims;
    for claim in ["iss", "sub", "aud"] {
        expect::member(&new, &format!("/{claim}"), &old[claim]).during("new ID token")?;
    }
    // Whoever refreshes has not signed in again.
    if let (Some(was), Some(time)) = (old.get("auth_time"), new.get("auth_time")) {
        expect::equal("claim auth_time", was, time).during("new ID token")?;
    }
    Ok(())
}

async fn of_the_client(target: &Target) -> Outcome {
    let public = target.login_client(Kind::Public)?;
    let confidential = target.login_client(Kind::Confidential)?;
    for (owner, thief) in [(&public, &confidential), (&confidential, &public)] {
        let (_, token) = refreshable(target, owner, "openid").await?;
        let form = Form::of_refresh(&token);
        let answer = target.request_tokens(thief, &form.pairs()).await?;
        let action = format!(
            "the token of the {} client, brought by the other",
            owner.kind
        );
        expect::oauth_error(&answer, &[400], &["invalid_grant"]).during(&action)?;
    }
    Ok(())
}

async fn secret_is_needed(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let (_, token) = refreshable(target, &client, "openid").await?;
    let form = Form::of_refresh(&token).with("client_id", &client.id);
    let endpoint = target.endpoints().await?.token;
    let request = Request::post(endpoint).form(&form.pairs());
    let answer = target.anonymous().send(request).await?;
    expect::oauth_error(&answer, &[400, 401], &["invalid_client", "invalid_request"])?;
    Ok(())
}

async fn scope_does_not_widen(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let (first, token) = refreshable(target, &client, "openid").await?;
    if first.scope().contains("email") {
        return Err(Skip::because("the issuer granted more than was asked for").into());
    }
    let tokens = target.refresh(&client, &token).await?;
    let more: BTreeSet<String> = &tokens.scope() - &first.scope();
    // An answer that names no scope to the code says nothing of what was granted.
    if !first.scope().is_empty() && !more.is_empty() {
        let expected = [json!(first.scope())];
        return Err(Mismatch::new("member /scope", expected, json!(tokens.scope())).into());
    }
    let token = match tokens.body.get("refresh_token") {
        Some(_) => tokens.refresh()?,
        None => token,
    };
    let form = Form::of_refresh(&token).with("scope", "openid email");
    let answer = target.request_tokens(&client, &form.pairs()).await?;
    if answer.status() != 200 {
        expect::oauth_error(&answer, &[400], &["invalid_scope"])?;
        return Ok(());
    }
    let body = answer.json()?;
    let granted = body["scope"].as_str().unwrap_or_default();
    if granted.split_whitespace().any(|scope| scope == "email") {
        let expected = [json!("invalid_scope"), json!("openid")];
        return Err(Mismatch::new("member /scope", expected, json!(granted)).into());
    }
    Ok(())
}

async fn garbled(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let (_, token) = refreshable(target, &client, "openid").await?;
    for (what, garbled) in near_misses(&token) {
        let form = Form::of_refresh(&Secret::new(garbled));
        let answer = target.request_tokens(&client, &form.pairs()).await?;
        expect::oauth_error(&answer, &[400], &["invalid_grant", "invalid_request"]).during(what)?;
    }
    Ok(())
}

async fn kinds_are_apart(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let (tokens, token) = refreshable(target, &client, "openid").await?;
    let form = Form::of_refresh(&tokens.access()?);
    let answer = target.request_tokens(&client, &form.pairs()).await?;
    expect::oauth_error(&answer, &[400], &["invalid_grant"])
        .during("refresh with an access token")?;
    let answer = target.userinfo(&token).await?;
    expect::status(&answer, &[400, 401, 403]).during("userinfo with a refresh token")?;
    Ok(())
}

async fn good_for_one_of_many_at_once(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let (_, token) = refreshable(target, &client, "openid").await?;
    let form = Form::of_refresh(&token);
    target.refresh(&client, &token).await?;
    let again = target.request_tokens(&client, &form.pairs()).await?;
    if again.status() == 200 {
        return Err(Skip::because("a refresh token works more than once").into());
    }
    let (_, token) = refreshable(target, &client, "openid").await?;
    let winners = race(target, &client, &Form::of_refresh(&token)).await?;
    one_winner_or_none(winners)?;
    Ok(())
}

async fn replaced_token_is_retired(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let (_, old) = refreshable(target, &client, "openid").await?;
    let tokens = target.refresh(&client, &old).await?;
    let is_replaced = tokens.body["refresh_token"]
        .as_str()
        .is_some_and(|new| new != old.expose());
    if !is_replaced {
        return Err(Skip::because("the issuer does not replace refresh tokens").into());
    }
    let form = Form::of_refresh(&old);
    let answer = target.request_tokens(&client, &form.pairs()).await?;
    expect::oauth_error(&answer, &[400], &["invalid_grant"]).during("the old one")?;
    Ok(())
}
