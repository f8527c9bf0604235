//! Proof Key for Code Exchange (RFC 7636).

use super::{advertised, granted::Granted, reached::reached, refused::Refused};
use crate::{
    browser::Authorized,
    check::{Check, Effects, Need, Run},
    expect,
    relying_party::{AuthorizationRequest, Kind, LoginClient, Pkce},
    target::Target,
    verdict::{During as _, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.pkce.right-verifier",
        title: "The verifier of the challenge exchanges the code",
        cites: &["oidc-pkce-right-verifier"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(right_verifier(target))),
    },
    Check {
        id: "oidc.pkce.wrong-verifier",
        title: "A verifier of another challenge exchanges nothing",
        cites: &["oidc-pkce-wrong-verifier"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(wrong_verifier(target))),
    },
    Check {
        id: "oidc.pkce.challenge-is-no-verifier",
        title: "The challenge itself exchanges nothing",
        cites: &["oidc-pkce-wrong-verifier"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(challenge_is_no_verifier(target))),
    },
    Check {
        id: "oidc.pkce.missing-verifier",
        title: "Without a verifier a code with a challenge is not exchanged",
        cites: &["oidc-pkce-missing-verifier"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(missing_verifier(target))),
    },
    Check {
        id: "oidc.pkce.unadvertised-method",
        title: "A challenge by a method that is not advertised is refused",
        cites: &["oidc-pkce-unadvertised-method"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(unadvertised_method(target))),
    },
    Check {
        id: "oidc.pkce.verifier-without-challenge",
        title: "A verifier for a code without a challenge is refused",
        cites: &["oidc-pkce-no-downgrade"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(verifier_without_challenge(target))),
    },
    Check {
        id: "oidc.pkce.public-client-needs-it",
        title: "A public client gets nothing without a challenge",
        cites: &["oidc-pkce-public-clients"],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(public_client_needs_it(target))),
    },
];

async fn right_verifier(target: &Target) -> Outcome {
    granted(target).await?.exchange(target).await?;
    Ok(())
}

async fn wrong_verifier(target: &Target) -> Outcome {
    let other = Pkce::s256().verifier;
    refused(target, Some(other.expose())).await
}

async fn challenge_is_no_verifier(target: &Target) -> Outcome {
    let granted = granted(target).await?;
    let challenge = granted.request.value("code_challenge").unwrap_or_default();
    let form = granted.form().with("code_verifier", challenge);
    let answer = granted.send(target, &form).await?;
    expect::oauth_error(&answer, &[400], &["invalid_grant"])?;
    Ok(())
}

async fn missing_verifier(target: &Target) -> Outcome {
    refused(target, None).await.during("no verifier")?;
    refused(target, Some("")).await.during("an empty verifier")
}

async fn unadvertised_method(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    advertised::require_pkce(&endpoints)?;
    let unknown = Pkce {
        method: "proofhouse",
        ..Pkce::s256()
    };
    let methods = advertised::challenge_methods(&endpoints);
    let plain = Some(Pkce::plain()).filter(|_| !methods.contains(&"plain"));
    for pkce in [Some(unknown), plain].into_iter().flatten() {
        let method = pkce.method;
        let request = target
            .authorization_request(&client, &endpoints)
            .with_pkce(pkce);
        Refused::expect(&mut target.browser(), &request)
            .await
            .during(method)?
            .because_of(&["invalid_request"], &request)
            .during(method)?;
    }
    Ok(())
}

async fn verifier_without_challenge(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let request = without_challenge(target, &client).await?;
    let Authorized::Redirect(redirect) = reached(&mut target.browser(), &request).await? else {
        return Err(Skip::because("the issuer asks every client for a challenge").into());
    };
    if redirect.error().is_some() {
        return Err(Skip::because("the issuer asks every client for a challenge").into());
    }
    let granted = Granted {
        client,
        code: redirect.code()?,
        request,
    };
    let verifier = Pkce::s256().verifier;
    let form = granted.form().with("code_verifier", verifier.expose());
    let answer = granted.send(target, &form).await?;
    expect::oauth_error(&answer, &[400], &["invalid_grant", "invalid_request"])?;
    Ok(())
}

async fn public_client_needs_it(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Public)?;
    let request = without_challenge(target, &client).await?;
    let Authorized::Redirect(redirect) = reached(&mut target.browser(), &request).await? else {
        return Ok(());
    };
    if redirect.error().is_some() {
        return Ok(());
    }
    let granted = Granted {
        client,
        code: redirect.code()?,
        request,
    };
    let answer = granted.send(target, &granted.form()).await?;
    expect::oauth_error(&answer, &[400], &["invalid_grant", "invalid_request"])?;
    Ok(())
}

/// Returns a code whose request had a challenge.
async fn granted(target: &Target) -> Result<Granted, NotPassed> {
    advertised::require_pkce(&target.endpoints().await?)?;
    Granted::to(target, target.any_login_client()?).await
}

/// Requires that a code with a challenge is not exchanged with this verifier.
async fn refused(target: &Target, verifier: Option<&str>) -> Outcome {
    let granted = granted(target).await?;
    let form = granted.form().without("code_verifier");
    let form = match verifier {
        Some(verifier) => form.with("code_verifier", verifier),
        None => form,
    };
    let answer = granted.send(target, &form).await?;
    expect::oauth_error(&answer, &[400], &["invalid_grant", "invalid_request"])?;
    Ok(())
}

async fn without_challenge(
    target: &Target,
    client: &LoginClient,
) -> Result<AuthorizationRequest, NotPassed> {
    let endpoints = target.endpoints().await?;
    advertised::require_pkce(&endpoints)?;
    let request = target.authorization_request(client, &endpoints);
    Ok(request.without_pkce())
}
