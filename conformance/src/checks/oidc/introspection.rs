//! Introspection (RFC 7662).

use serde_json::json;

use super::{
    advertised,
    granted::{Granted, changed},
};
use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    http::Request,
    relying_party::{Kind, LoginClient},
    secret::{Credentials, Secret},
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.introspection.good-token-is-active",
        title: "A good access token is active",
        cites: &["oidc-introspection-active"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(good_token_is_active(target))),
    },
    Check {
        id: "oidc.introspection.wrong-token-is-inactive",
        title: "A token that nobody issued is not active, and no error",
        cites: &["oidc-introspection-inactive"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient],
        run: Run::Function(|target| Box::pin(wrong_token_is_inactive(target))),
    },
    Check {
        id: "oidc.introspection.changed-token-is-inactive",
        title: "A token that was changed is not active",
        cites: &["oidc-introspection-inactive"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(changed_token_is_inactive(target))),
    },
    Check {
        id: "oidc.introspection.says-no-more-than-inactive",
        title: "Of a token that is not active nothing else is said",
        cites: &["oidc-introspection-says-no-more"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient],
        run: Run::Function(|target| Box::pin(says_no_more_than_inactive(target))),
    },
    Check {
        id: "oidc.introspection.nobody-may",
        title: "Without credentials nobody introspects",
        cites: &["oidc-introspection-protected"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(nobody_may(target))),
    },
    Check {
        id: "oidc.introspection.wrong-secret-may-not",
        title: "With a wrong secret nobody introspects",
        cites: &["oidc-introspection-protected"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(wrong_secret_may_not(target))),
    },
];

async fn good_token_is_active(target: &Target) -> Outcome {
    let (client, token) = signed_in(target).await?;
    let answer = target.introspect(&client, &token).await?;
    expect::status(&answer, &[200])?;
    expect::media_type(&answer, "application/json")?;
    let body = answer.json()?;
    expect::member(&body, "/active", &json!(true))?;
    for time in ["exp", "iat", "nbf"] {
        if body.get(time).is_some() {
            expect::integer(&body, &format!("/{time}"))?;
        }
    }
    for text in ["scope", "client_id", "sub", "iss", "token_type"] {
        if body.get(text).is_some() {
            expect::text(&body, &format!("/{text}"))?;
        }
    }
    Ok(())
}

async fn wrong_token_is_inactive(target: &Target) -> Outcome {
    let client = client(target).await?;
    for wrong in [
        "proofhouse-no-such-token",
        "x",
        "a.b.c",
        "../..",
        &"a".repeat(2_000),
    ] {
        let answer = target.introspect(&client, &Secret::new(wrong)).await?;
        expect::status(&answer, &[200])?;
        expect::member(&answer.json()?, "/active", &json!(false))?;
    }
    Ok(())
}

async fn changed_token_is_inactive(target: &Target) -> Outcome {
    let (client, token) = signed_in(target).await?;
    let changed = Secret::new(changed(token.expose()));
    let answer = target.introspect(&client, &changed).await?;
    expect::status(&answer, &[200])?;
    expect::member(&answer.json()?, "/active", &json!(false))?;
    Ok(())
}

async fn says_no_more_than_inactive(target: &Target) -> Outcome {
    let client = client(target).await?;
    let wrong = Secret::new("proofhouse-no-such-token");
    let answer = target.introspect(&client, &wrong).await?;
    expect::exact_members(&answer.json()?, "", &["active"])?;
    Ok(())
}

async fn nobody_may(target: &Target) -> Outcome {
    let (_, token) = signed_in(target).await?;
    let request = Request::post(endpoint(target).await?).form(&[("token", token.expose())]);
    let answer = target.anonymous().send(request).await?;
    if matches!(answer.status(), 400 | 401 | 403) {
        return Ok(());
    }
    // Some answer that nothing is active, and so say nothing either.
    let body = answer.json()?;
    expect::member(&body, "/active", &json!(false))?;
    Ok(())
}

async fn wrong_secret_may_not(target: &Target) -> Outcome {
    let (client, token) = signed_in(target).await?;
    let secret = client.secret.as_ref().map_or("", |secret| secret.expose());
    let wrong = Credentials {
        id: client.id.clone(),
        secret: Secret::new(changed(secret)),
    };
    let request = Request::post(endpoint(target).await?).form(&[("token", token.expose())]);
    let answer = target.basic(&wrong).send(request).await?;
    let status = answer.status();
    if matches!(status, 400 | 401 | 403) {
        return Ok(());
    }
    Err(Mismatch::new("status", [json!(401)], json!(status)).into())
}

async fn endpoint(target: &Target) -> Result<String, NotPassed> {
    let endpoints = target.endpoints().await?;
    let endpoint = endpoints.introspection.as_ref();
    Ok(advertised::require_endpoint(
        endpoint,
        "introspection_endpoint",
    )?)
}

async fn client(target: &Target) -> Result<LoginClient, NotPassed> {
    endpoint(target).await?;
    Ok(target.login_client(Kind::Confidential)?)
}

/// Signs in, and returns the client and its access token.
async fn signed_in(target: &Target) -> Result<(LoginClient, Secret), NotPassed> {
    let client = client(target).await?;
    let granted = Granted::to(target, client.clone())
        .await
        .during("sign-in")?;
    Ok((client, granted.exchange(target).await?.access()?))
}
