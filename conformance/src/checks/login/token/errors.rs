//! What holds at the token endpoint for every grant.

use crate::{
    check::{Check, Effects, Need, Run},
    checks::{form::Form, visit::Visit},
    expect,
    http::Request,
    relying_party::Tokens,
    secret::Secret,
    target::Target,
    verdict::{During as _, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.token.errors.repeated-parameter",
        title: "A parameter that comes twice, be it the same twice, makes the request invalid",
        cites: &["token-repeated-parameter"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(repeated_parameter(target))),
    },
    Check {
        id: "login.token.errors.unknown-parameter",
        title: "A parameter that nobody knows does not matter",
        cites: &["token-unknown-parameter-ignored"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(unknown_parameter(target))),
    },
    Check {
        id: "login.token.errors.only-the-body-counts",
        title: "A code in the query of the address, by POST or GET, gets no token",
        cites: &["token-parameters-in-body-only", "token-only-by-post"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(only_the_body_counts(target))),
    },
    Check {
        id: "login.token.errors.nothing-is-cached",
        title: "Nobody may keep an answer of the token endpoint, be it tokens or a refusal",
        cites: &["token-answers-not-cached", "token-errors-json"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(nothing_is_cached(target))),
    },
];

async fn repeated_parameter(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let names = ["grant_type", "code", "redirect_uri", "code_verifier"];
    for name in names {
        for is_same in [true, false] {
            let form = visit.exchange().await?;
            // Only public clients send a verifier here.
            let Some(first) = form.value(name).map(str::to_owned) else {
                continue;
            };
            let second = if is_same { first.as_str() } else { "another" };
            let answer = visit.send(&form.again(name, second)).await?;
            expect::oauth_error(&answer, &[400], &["invalid_request"])
                .during(&format!("`{name}` twice"))?;
        }
    }
    Ok(())
}

async fn unknown_parameter(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let form = visit
        .exchange()
        .await?
        .with("proofhouse", "unknown")
        .with("audience", "https://api.example.test");
    Tokens::read(visit.send(&form).await?)?;
    Ok(())
}

async fn only_the_body_counts(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let form = visit.exchange().await?.with("client_id", &visit.client.id);
    let form = match &visit.client.secret {
        Some(secret) => form.with("client_secret", secret.expose()),
        None => form,
    };
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form.pairs())
        .finish();
    let address = format!("{}?{query}", visit.endpoints.token);
    let got = target.anonymous().get(&address).await?;
    expect::status(&got, &[405]).during("GET with everything in the query")?;
    let posted = target
        .anonymous()
        .send(Request::post(&address).form(&[]))
        .await?;
    super::no_tokens(&posted).during("POST with everything in the query")?;
    Ok(())
}

async fn nothing_is_cached(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let form = visit.exchange().await?;
    let tokens = Tokens::read(visit.send(&form).await?)?;
    expect::no_store(&tokens.answer).during("tokens for a code")?;
    expect::media_type(&tokens.answer, "application/json").during("tokens for a code")?;
    let refusals = [
        ("a code used again", form),
        (
            "an unknown refresh token",
            Form::of_refresh(&Secret::new("made-up")),
        ),
        ("an empty form", Form::default()),
    ];
    for (what, form) in refusals {
        let answer = visit.send(&form).await?;
        expect::status(&answer, &[400]).during(what)?;
        expect::no_store(&answer).during(what)?;
        expect::media_type(&answer, "application/json").during(what)?;
    }
    // Of another sign-in: the second use of the code may have ended the first one.
    let token = visit.tokens_of("openid").await?.refresh()?;
    let refreshed = target.refresh(&visit.client, &token).await?;
    expect::no_store(&refreshed.answer).during("tokens for a refresh token")?;
    Ok(())
}
