//! Revocation (RFC 7009).

use serde_json::json;

use super::{
    advertised,
    granted::{Granted, refreshable},
};
use crate::{
    check::{Check, Effects, Need, Run},
    checks::form::Form,
    expect,
    http::Request,
    relying_party::{Kind, LoginClient},
    secret::{Credentials, Secret},
    target::Target,
    verdict::{During as _, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.revocation.access-token-ends",
        title: "A revoked access token opens nothing, and is not active",
        cites: &["oidc-revocation-access-token"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(access_token_ends(target))),
    },
    Check {
        id: "oidc.revocation.refresh-token-ends",
        title: "A revoked refresh token brings nothing",
        cites: &["oidc-revocation-refresh-token"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(refresh_token_ends(target))),
    },
    Check {
        id: "oidc.revocation.unknown-token-is-fine",
        title: "A token that nobody issued is revoked already",
        cites: &["oidc-revocation-unknown"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(unknown_token_is_fine(target))),
    },
    Check {
        id: "oidc.revocation.again-is-fine",
        title: "A token can be revoked twice",
        cites: &["oidc-revocation-unknown"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(again_is_fine(target))),
    },
    Check {
        id: "oidc.revocation.only-own-tokens",
        title: "A client cannot revoke the token of another",
        cites: &["oidc-revocation-of-client"],
        effects: Effects::Reads,
        needs: &[
            Need::PublicLoginClient,
            Need::ConfidentialLoginClient,
            Need::User,
        ],
        run: Run::Function(|target| Box::pin(only_own_tokens(target))),
    },
    Check {
        id: "oidc.revocation.secret-is-needed",
        title: "A client with a secret cannot revoke without it",
        cites: &["oidc-revocation-client-authentication"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(secret_is_needed(target))),
    },
    Check {
        id: "oidc.revocation.missing-token",
        title: "A request that names no token is refused",
        cites: &["oidc-revocation-missing-token"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(missing_token(target))),
    },
];

async fn access_token_ends(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    endpoint(target).await?;
    let token = signed_in(target, &client).await?;
    works(target, &client, &token).await.during("before")?;
    revoke(target, &client, &token).await?;
    let endpoints = target.endpoints().await?;
    if endpoints.userinfo.is_some() {
        let answer = target.userinfo(&token).await?;
        expect::status(&answer, &[401, 403]).during("userinfo with the revoked token")?;
    }
    if endpoints.introspection.is_some() && client.secret.is_some() {
        let answer = target.introspect(&client, &token).await?;
        let body = answer.json()?;
        expect::member(&body, "/active", &json!(false))
            .during("introspection of the revoked token")?;
    }
    Ok(())
}

async fn refresh_token_ends(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    endpoint(target).await?;
    let (_, token) = refreshable(target, &client, "openid").await?;
    revoke(target, &client, &token).await?;
    let form = Form::of_refresh(&token);
    let answer = target.request_tokens(&client, &form.pairs()).await?;
    expect::oauth_error(&answer, &[400], &["invalid_grant"])?;
    Ok(())
}

async fn unknown_token_is_fine(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    endpoint(target).await?;
    for unknown in [
        "proofhouse-no-such-token",
        "x",
        "a.b.c",
        "../..",
        &"a".repeat(2_000),
    ] {
        revoke(target, &client, &Secret::new(unknown)).await?;
    }
    Ok(())
}

async fn again_is_fine(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    endpoint(target).await?;
    let token = signed_in(target, &client).await?;
    revoke(target, &client, &token).await?;
    revoke(target, &client, &token).await.during("again")
}

async fn only_own_tokens(target: &Target) -> Outcome {
    endpoint(target).await?;
    let public = target.login_client(Kind::Public)?;
    let confidential = target.login_client(Kind::Confidential)?;
    for (owner, other) in [(&public, &confidential), (&confidential, &public)] {
        let token = signed_in(target, owner).await?;
        let answer = target.revoke(other, &token).await?;
        let action = format!("the token of the {} client", owner.kind);
        expect::status(&answer, &[200, 400, 401, 403]).during(&action)?;
        works(target, owner, &token).await.during(&action)?;
    }
    Ok(())
}

async fn secret_is_needed(target: &Target) -> Outcome {
    let endpoint = endpoint(target).await?;
    let client = target.login_client(Kind::Confidential)?;
    let token = signed_in(target, &client).await?;
    let form = [("token", token.expose()), ("client_id", client.id.as_str())];
    let request = Request::post(&endpoint).form(&form);
    target.anonymous().send(request).await?;
    works(target, &client, &token)
        .await
        .during("without the secret")?;
    let wrong = Credentials {
        id: client.id.clone(),
        secret: Secret::new("proofhouse-no-such-secret"),
    };
    let request = Request::post(&endpoint).form(&form[..1]);
    target.basic(&wrong).send(request).await?;
    works(target, &client, &token)
        .await
        .during("with a wrong secret")
}

async fn missing_token(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoint = endpoint(target).await?;
    let form = [("token_type_hint", "access_token")];
    let answer = target.post_as(&client, &endpoint, &form).await?;
    expect::oauth_error(&answer, &[400], &["invalid_request"])?;
    Ok(())
}

async fn endpoint(target: &Target) -> Result<String, NotPassed> {
    let endpoints = target.endpoints().await?;
    let endpoint = endpoints.revocation.as_ref();
    Ok(advertised::require_endpoint(
        endpoint,
        "revocation_endpoint",
    )?)
}

async fn revoke(target: &Target, client: &LoginClient, token: &Secret) -> Outcome {
    let answer = target.revoke(client, token).await?;
    expect::status(&answer, &[200]).during("revocation")?;
    Ok(())
}

async fn signed_in(target: &Target, client: &LoginClient) -> Result<Secret, NotPassed> {
    let granted = Granted::to(target, client.clone()).await?;
    Ok(granted.exchange(target).await?.access()?)
}

/// Requires that an access token is good for something.
async fn works(target: &Target, client: &LoginClient, token: &Secret) -> Outcome {
    let endpoints = target.endpoints().await?;
    if endpoints.userinfo.is_some() {
        let answer = target.userinfo(token).await?;
        expect::status(&answer, &[200]).during("userinfo")?;
        return Ok(());
    }
    if endpoints.introspection.is_some() && client.secret.is_some() {
        let answer = target.introspect(client, token).await?;
        expect::member(&answer.json()?, "/active", &json!(true)).during("introspection")?;
        return Ok(());
    }
    Err(Skip::because("nothing shows whether an access token is good").into())
}
