//! How a client with a secret shows that it is itself (RFC 6749 section 2.3).

use serde_json::json;

use super::{
    advertised,
    granted::{Granted, changed},
};
use crate::{
    check::{Check, Effects, Need, Run},
    checks::form::Form,
    expect,
    http::{Answer, Request},
    relying_party::{Kind, LoginClient},
    secret::{Credentials, Secret},
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.client-authentication.an-advertised-method-works",
        title: "A client with a secret authenticates by an advertised method",
        cites: &["oidc-client-authentication-advertised"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(an_advertised_method_works(target))),
    },
    Check {
        id: "oidc.client-authentication.secret-is-needed",
        title: "A client with a secret gets nothing without it",
        cites: &["oidc-client-authentication-required"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(secret_is_needed(target))),
    },
    Check {
        id: "oidc.client-authentication.wrong-secret-in-the-header",
        title: "A wrong secret in the header is refused with 401 and a challenge",
        cites: &["oidc-client-authentication-wrong-secret"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(wrong_secret_in_the_header(target))),
    },
    Check {
        id: "oidc.client-authentication.wrong-secret-in-the-form",
        title: "A wrong secret in the form is refused",
        cites: &["oidc-client-authentication-wrong-secret"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(wrong_secret_in_the_form(target))),
    },
    Check {
        id: "oidc.client-authentication.unknown-client",
        title: "A client that nobody knows is refused",
        cites: &["oidc-client-authentication-unknown-client"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(unknown_client(target))),
    },
    Check {
        id: "oidc.client-authentication.one-method-at-a-time",
        title: "A client that authenticates in two ways is refused",
        cites: &["oidc-client-authentication-one-method"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(one_method_at_a_time(target))),
    },
];

async fn an_advertised_method_works(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let endpoints = target.endpoints().await?;
    let methods = advertised::authentication_methods(&endpoints);
    let mut statuses = Vec::new();
    for method in ["client_secret_basic", "client_secret_post"] {
        if methods.contains(&method) {
            let granted = Granted::to(target, client.clone()).await?;
            let answer = if method == "client_secret_basic" {
                by_header(target, &granted, secret_of(&client)?).await?
            } else {
                by_form(target, &granted, secret_of(&client)?).await?
            };
            statuses.push(json!({ method: answer.status() }));
            if answer.status() == 200 {
                return Ok(());
            }
        }
    }
    if statuses.is_empty() {
        return Err(Skip::because("the issuer advertises no method with a secret").into());
    }
    let expected = [json!("200 for one of them")];
    Err(Mismatch::new(
        "exchange by the advertised methods",
        expected,
        json!(statuses),
    )
    .into())
}

async fn secret_is_needed(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let granted = Granted::to(target, client).await?;
    let form = granted.form().with("client_id", &granted.client.id);
    let answer = anonymously(target, &form).await?;
    refused(&answer, &["invalid_client", "invalid_request"])
}

async fn wrong_secret_in_the_header(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    advertised::require_authentication(&target.endpoints().await?, "client_secret_basic")?;
    for (what, wrong) in wrong_secrets(secret_of(&client)?) {
        let granted = Granted::to(target, client.clone()).await?;
        let answer = by_header(target, &granted, &wrong).await?;
        expect::oauth_error(&answer, &[401], &["invalid_client"]).during(what)?;
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        if !challenge.to_ascii_lowercase().starts_with("basic") {
            let expected = [json!("Basic ...")];
            let actual = json!(challenge);
            let mismatch = Mismatch::new("header www-authenticate", expected, actual);
            return Err(mismatch.during(what).into());
        }
    }
    Ok(())
}

async fn wrong_secret_in_the_form(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    advertised::require_authentication(&target.endpoints().await?, "client_secret_post")?;
    for (what, wrong) in wrong_secrets(secret_of(&client)?) {
        let granted = Granted::to(target, client.clone()).await?;
        let answer = by_form(target, &granted, &wrong).await?;
        refused(&answer, &["invalid_client"]).during(what)?;
    }
    Ok(())
}

async fn unknown_client(target: &Target) -> Outcome {
    let granted = Granted::to(target, target.any_login_client()?).await?;
    let unknown = "proofhouse-no-such-client";
    let form = granted.form().with("client_id", unknown);
    let answer = anonymously(target, &form).await?;
    refused(&answer, &["invalid_client"]).during("without a secret")?;
    let form = form.with("client_secret", "proofhouse-no-such-secret");
    let answer = anonymously(target, &form).await?;
    refused(&answer, &["invalid_client"]).during("with a secret")
}

async fn one_method_at_a_time(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    advertised::require_authentication(&target.endpoints().await?, "client_secret_basic")?;
    let granted = Granted::to(target, client.clone()).await?;
    let form = granted
        .form()
        .with("client_id", &client.id)
        .with("client_secret", secret_of(&client)?.expose());
    let answer = granted.send(target, &form).await?;
    refused(&answer, &["invalid_request", "invalid_client"])
}

fn refused(answer: &Answer, errors: &[&str]) -> Outcome {
    expect::oauth_error(answer, &[400, 401], errors)?;
    Ok(())
}

fn secret_of(client: &LoginClient) -> Result<&Secret, Skip> {
    let reason = "the client has no secret";
    client.secret.as_ref().ok_or_else(|| Skip::because(reason))
}

/// Returns secrets that are nearly the right one; each with what is wrong with it.
fn wrong_secrets(right: &Secret) -> Vec<(&'static str, Secret)> {
    let right = right.expose();
    vec![
        ("one character is another", Secret::new(changed(right))),
        (
            "there is one character more",
            Secret::new(format!("{right}x")),
        ),
    ]
}

async fn by_header(
    target: &Target,
    granted: &Granted,
    secret: &Secret,
) -> Result<Answer, NotPassed> {
    let endpoint = target.endpoints().await?.token;
    let credentials = Credentials {
        id: granted.client.id.clone(),
        secret: secret.clone(),
    };
    let request = Request::post(endpoint).form(&granted.form().pairs());
    target.basic(&credentials).send(request).await
}

async fn by_form(target: &Target, granted: &Granted, secret: &Secret) -> Result<Answer, NotPassed> {
    let form = granted
        .form()
        .with("client_id", &granted.client.id)
        .with("client_secret", secret.expose());
    anonymously(target, &form).await
}

async fn anonymously(target: &Target, form: &Form) -> Result<Answer, NotPassed> {
    let endpoint = target.endpoints().await?.token;
    let request = Request::post(endpoint).form(&form.pairs());
    target.anonymous().send(request).await
}
