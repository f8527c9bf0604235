//! Codes that are good for nothing, or no longer.

use super::others;
use rand::{
    RngExt as _,
    distr::{Alphanumeric, SampleString as _},
};
use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    checks::{form::Form, visit::Visit},
    expect,
    http::Answer,
    relying_party::Tokens,
    secret::Secret,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.token.code.never-issued",
        title: "A code that was never issued is answered with the documented error",
        cites: &["code-unknown", "token-error-form"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(never_issued(target))),
    },
    Check {
        id: "login.token.code.nearly-right",
        title: "A code that differs from an issued one in one place is no code",
        cites: &["code-unknown"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(nearly_right(target))),
    },
    Check {
        id: "login.token.code.works-once",
        title: "The second exchange of a code is refused, and so is the third",
        cites: &["code-single-use"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(works_once(target))),
    },
    Check {
        id: "login.token.code.reuse-ends-tokens-or-none",
        title: "A second use of a code ends all tokens of the first, or none of them",
        cites: &["code-reuse-revokes"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(reuse_ends_tokens_or_none(target))),
    },
    Check {
        id: "login.token.code.left-out",
        title: "A request without a code is malformed",
        cites: &["code-missing"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(left_out(target))),
    },
    Check {
        id: "login.token.code.reuse-by-another-client",
        title: "A used code that another client brings is refused, and ends no tokens",
        cites: &["code-reuse-by-another-client"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(reuse_by_another_client(target))),
    },
];

async fn never_issued(target: &Target) -> Outcome {
    let visit = Visit::of(target, target.any_login_client()?).await?;
    let mut chance = target.chance();
    for length in [16, 22, 64] {
        let code = Alphanumeric.sample_string(&mut chance, length);
        let form = Form::of_code(&visit.request(), &Secret::new(code));
        let answer = visit.send(&form).await?;
        documented(&answer).during(&format!("a made-up code of {length} characters"))?;
    }
    Ok(())
}

/// Requires the error that seed 004 prints.
fn documented(answer: &Answer) -> Result<(), Mismatch> {
    let body = expect::oauth_error(answer, &[400], &["invalid_grant"])?;
    let text = json!("code not found or expired");
    expect::member(&body, "/error_description", &text)
}

async fn nearly_right(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let form = visit.exchange().await?;
    let code = form.value("code").unwrap_or_default().to_owned();
    let mut chance = target.chance();
    let mut letters: Vec<char> = code.chars().collect();
    let place = chance.random_range(0..letters.len().max(1));
    if let Some(letter) = letters.get_mut(place) {
        *letter = if *letter == 'A' { 'B' } else { 'A' };
    }
    let wrong = [
        ("another letter", letters.iter().collect::<String>()),
        ("a letter more", format!("{code}A")),
        ("a letter less", code.chars().skip(1).collect()),
    ];
    for (what, wrong) in wrong {
        let answer = visit.send(&form.clone().with("code", &wrong)).await?;
        expect::oauth_error(&answer, &[400], &["invalid_grant"]).during(what)?;
    }
    Ok(())
}

async fn works_once(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let form = visit.exchange().await?;
    Tokens::read(visit.send(&form).await?).during("the first exchange")?;
    for time in ["second", "third"] {
        let answer = visit.send(&form).await?;
        expect::oauth_error(&answer, &[400], &["invalid_grant"])
            .during(&format!("the {time} exchange"))?;
    }
    Ok(())
}

async fn reuse_ends_tokens_or_none(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let form = visit.exchange().await?;
    let tokens = Tokens::read(visit.send(&form).await?).during("the first exchange")?;
    let again = visit.send(&form).await?;
    expect::oauth_error(&again, &[400], &["invalid_grant"]).during("the second exchange")?;
    obeys_reuse(target, &visit, &tokens).await
}

async fn reuse_by_another_client(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let form = visit.exchange().await?;
    let tokens = Tokens::read(visit.send(&form).await?).during("the exchange")?;
    for other in others(target).await? {
        let endpoint = &visit.endpoints.token;
        let answer = target.post_as(&other, endpoint, &form.pairs()).await?;
        expect::oauth_error(&answer, &[400], &["invalid_grant"]).during("another client")?;
    }
    let answer = target.userinfo(&tokens.access()?).await?;
    expect::status(&answer, &[200]).during("userinfo with the token of the exchange")?;
    Ok(())
}

/// Tells which tokens of an exchange live on after a second use of its code, and holds that against the reading.
pub(in crate::checks::login) async fn obeys_reuse(
    target: &Target,
    visit: &Visit<'_>,
    tokens: &Tokens,
) -> Outcome {
    let access = lives(&target.userinfo(&tokens.access()?).await?, &[401])?;
    let refresh = match tokens.refresh() {
        Ok(token) => Some(lives(
            &visit.send(&Form::of_refresh(&token)).await?,
            &[400],
        )?),
        Err(_) => None,
    };
    if refresh.is_some_and(|refresh| refresh != access) {
        return Err(NotPassed::from(Mismatch::new(
            "tokens of the first exchange that live on",
            [json!([]), json!(["access_token", "refresh_token"])],
            named(access, refresh),
        )));
    }
    let answer = if access { "no" } else { "yes" };
    Ok(target.reading("code-reuse-revokes", answer)?)
}

fn lives(answer: &Answer, dead: &[u16]) -> Result<bool, Mismatch> {
    let statuses: Vec<u16> = [200].iter().chain(dead).copied().collect();
    Ok(expect::status(answer, &statuses)? == 200)
}

fn named(access: bool, refresh: Option<bool>) -> Value {
    let names = [
        ("access_token", access),
        ("refresh_token", refresh == Some(true)),
    ];
    let alive = names.iter().filter(|(_, lives)| *lives);
    alive.map(|(name, _)| *name).collect()
}

async fn left_out(target: &Target) -> Outcome {
    let visit = Visit::of(target, target.any_login_client()?).await?;
    let form = Form::of_code(&visit.request(), &Secret::new("")).without("code");
    let answer = visit.send(&form).await?;
    expect::oauth_error(&answer, &[400], &["invalid_request"])?;
    Ok(())
}
