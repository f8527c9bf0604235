//! What a code is bound to: the challenge of its authorization request (RFC 7636).

use super::no_tokens;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::{form::Form, visit::Visit},
    expect,
    http::Request,
    relying_party::{Kind, Pkce, Tokens},
    target::Target,
    verdict::{During as _, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.token.pkce.verifier-must-be-the-one",
        title: "A code with a challenge gives nothing without the verifier of exactly that challenge",
        cites: &["code-verifier-required", "code-verifier-matches"],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(verifier_must_be_the_one(target))),
    },
    Check {
        id: "login.token.pkce.refusals",
        title: "A missing or wrong verifier makes the grant or the request invalid",
        cites: &["code-verifier-refusal"],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(refusals(target))),
    },
    Check {
        id: "login.token.pkce.verifier-and-secret",
        title: "A confidential client that used a challenge needs its secret and the verifier",
        cites: &["code-verifier-and-secret"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(verifier_and_secret(target))),
    },
    Check {
        id: "login.token.pkce.form-of-the-verifier",
        title: "A verifier that is too short, too long or of other characters gives nothing, though it is that of the challenge",
        cites: &["code-verifier-form"],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(form_of_the_verifier(target))),
    },
];

async fn verifier_must_be_the_one(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Public)?).await?;
    for (what, form) in wrong(&mut visit).await? {
        no_tokens(&visit.send(&form).await?).during(what)?;
    }
    let right = visit.exchange().await?;
    Tokens::read(visit.send(&right).await?).during("the right verifier")?;
    Ok(())
}

async fn refusals(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Public)?).await?;
    for (what, form) in wrong(&mut visit).await? {
        let answer = visit.send(&form).await?;
        let errors: &[&str] = match form.value("code_verifier") {
            // As long as a verifier has to be: there is nothing wrong with the request.
            Some(verifier) if verifier.len() == 43 => &["invalid_grant"],
            _ => &["invalid_grant", "invalid_request"],
        };
        expect::oauth_error(&answer, &[400], errors).during(what)?;
    }
    Ok(())
}

/// Returns exchanges that lack only the right verifier, each with a code of its own.
async fn wrong(visit: &mut Visit<'_>) -> Result<Vec<(&'static str, Form)>, NotPassed> {
    let request = visit.request();
    let code = visit.code(&request).await?;
    let challenge = request.value("code_challenge").unwrap_or_default();
    let of_challenge = Form::of_code(&request, &code).with("code_verifier", challenge);
    let shortened = visit.exchange().await?;
    let verifier = shortened.value("code_verifier").unwrap_or_default();
    let shorter: String = verifier.chars().skip(1).collect();
    let foreign = visit.exchange().await?;
    let foreign = foreign.value("code_verifier").unwrap_or_default();
    let made_up = Pkce::s256().verifier;
    Ok(vec![
        (
            "no verifier",
            visit.exchange().await?.without("code_verifier"),
        ),
        (
            "an empty verifier",
            visit.exchange().await?.with("code_verifier", ""),
        ),
        ("the challenge", of_challenge),
        (
            "the verifier but for a letter",
            shortened.clone().with("code_verifier", &shorter),
        ),
        (
            "the verifier of another request",
            visit.exchange().await?.with("code_verifier", foreign),
        ),
        (
            "a verifier made up",
            visit
                .exchange()
                .await?
                .with("code_verifier", made_up.expose()),
        ),
    ])
}

async fn verifier_and_secret(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let request = visit.request().with_pkce(Pkce::s256());
    let form = Form::of_code(&request, &visit.code(&request).await?);
    let answer = visit.send(&form).await?;
    Tokens::read(answer).during("secret and verifier")?;

    let request = visit.request().with_pkce(Pkce::s256());
    let form = Form::of_code(&request, &visit.code(&request).await?);
    let answer = visit.send(&form.without("code_verifier")).await?;
    no_tokens(&answer).during("the secret without the verifier")?;

    let request = visit.request().with_pkce(Pkce::s256());
    let form = Form::of_code(&request, &visit.code(&request).await?);
    let form = form.with("client_id", &visit.client.id);
    let answer = target
        .anonymous()
        .send(Request::post(&visit.endpoints.token).form(&form.pairs()))
        .await?;
    no_tokens(&answer).during("the verifier without the secret")?;
    Ok(())
}

async fn form_of_the_verifier(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Public)?).await?;
    let good = Pkce::s256().verifier;
    let good = good.expose();
    for (what, verifier) in [
        ("42 characters", good.chars().take(42).collect::<String>()),
        ("129 characters", format!("{good:A<129}")),
        ("a space among them", format!("{good} {good}")),
        ("a letter beyond ASCII", format!("{good}é")),
    ] {
        target.conceal(&verifier);
        let request = visit.request().with_pkce(Pkce::s256_of(verifier));
        let form = Form::of_code(&request, &visit.code(&request).await?);
        no_tokens(&visit.send(&form).await?).during(what)?;
    }
    Ok(())
}
