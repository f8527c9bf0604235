//! Many requests at once: none of these checks depends on which of them is first.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::Barrier;

use super::token::obeys_reuse;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::{form::Form, login::introspect::inactive, visit::Visit},
    expect,
    http::Answer,
    relying_party::{Kind, Tokens},
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.races.code.one-winner",
        title: "Of many exchanges of one code at once, one at most gets tokens",
        cites: &["code-single-use-under-race"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(code_has_one_winner(target))),
    },
    Check {
        id: "login.races.refresh-token.one-winner",
        title: "Of many exchanges of one refresh token at once, one at most gets tokens",
        cites: &["refresh-race"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(refresh_token_has_one_winner(target))),
    },
    Check {
        id: "login.races.revocation.many-at-once",
        title: "Many revocations of one token at once all succeed, and the token is dead",
        cites: &["revoke-race"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(many_revocations_at_once(target))),
    },
    Check {
        id: "login.races.revocation.against-userinfo",
        title: "Once a revocation is answered amid many uses, no use succeeds any more",
        cites: &["revoke-at-once"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(revocation_against_userinfo(target))),
    },
    Check {
        id: "login.races.revocation.against-refreshes",
        title: "Once a refresh token is revoked amid many refreshes, none succeeds any more",
        cites: &["revoke-at-once"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(revocation_against_refreshes(target))),
    },
    Check {
        id: "login.races.sign-in.many-at-once",
        title: "Many sign-ins at once all give a code of their own",
        cites: &["authorize-response-type-code"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(many_sign_ins_at_once(target))),
    },
    Check {
        id: "login.races.code.many-codes-at-once",
        title: "Many codes exchanged at once all give tokens of their own, each with its nonce",
        cites: &["code-exchange", "id-token-nonce", "id-token-unique-id"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(many_codes_at_once(target))),
    },
];

/// How many requests leave together.
const MANY: usize = 12;

/// Makes as many futures as there are numbers below `count`, and lets none begin before all are there.
async fn together<T, F>(count: usize, make: impl Fn(usize) -> F) -> Vec<T>
where
    F: Future<Output = T>,
{
    let barrier = Barrier::new(count);
    let futures = (0..count).map(|number| {
        let future = make(number);
        let barrier = &barrier;
        async move {
            barrier.wait().await;
            future.await
        }
    });
    join_all(futures).await
}

/// Opens a connection for each of the requests that are to leave together.
async fn warm_up(target: &Target) -> Outcome {
    let keys = target.endpoints().await?.jwks;
    let anybody = target.anonymous();
    for answer in together(MANY, |_| anybody.get(&keys)).await {
        expect::status(&answer?, &[200]).during("the keys, many times at once")?;
    }
    Ok(())
}

/// Sorts answers of the token endpoint: what succeeded is returned, everything else must be `invalid_grant`.
fn winners(
    answers: impl IntoIterator<Item = Result<Answer, NotPassed>>,
) -> Result<Vec<Tokens>, NotPassed> {
    let mut winners = Vec::new();
    for answer in answers {
        let answer = answer?;
        if answer.status() == 200 {
            winners.push(Tokens::read(answer)?);
        } else {
            expect::oauth_error(&answer, &[400], &["invalid_grant"]).during("one of many")?;
        }
    }
    Ok(winners)
}

fn one_at_most(winners: &[Tokens]) -> Result<(), Mismatch> {
    if winners.len() <= 1 {
        return Ok(());
    }
    let what = format!("requests that got tokens, of {MANY}");
    Err(Mismatch::new(
        what,
        [json!(1), json!(0)],
        json!(winners.len()),
    ))
}

async fn code_has_one_winner(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let form = visit.exchange().await?;
    warm_up(target).await?;
    let visit = &visit;
    let winners = winners(together(MANY, |_| visit.send(&form)).await)?;
    one_at_most(&winners)?;
    // Once more, so that a winner who came last was followed by a second use all the same.
    let late = visit.send(&form).await?;
    expect::oauth_error(&late, &[400], &["invalid_grant"]).during("once more")?;
    match winners.first() {
        Some(tokens) => obeys_reuse(target, visit, tokens).await,
        None => Ok(()),
    }
}

async fn refresh_token_has_one_winner(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let token = visit.tokens_of("openid").await?.refresh()?;
    target.refresh(&visit.client, &token).await?;
    let again = visit.send(&Form::of_refresh(&token)).await?;
    if again.status() == 200 {
        let reason = "a refresh token works again and again on this target";
        return Err(Skip::because(reason).into());
    }
    let token = visit.tokens_of("openid").await?.refresh()?;
    let form = Form::of_refresh(&token);
    warm_up(target).await?;
    let visit = &visit;
    let winners = winners(together(MANY, |_| visit.send(&form)).await)?;
    one_at_most(&winners)?;
    let late = visit.send(&form).await?;
    expect::oauth_error(&late, &[400], &["invalid_grant"]).during("once more")?;
    Ok(())
}

async fn many_revocations_at_once(target: &Target) -> Outcome {
    let client = target.login_client(Kind::Confidential)?;
    let tokens = target.sign_in(&client, "openid").await?;
    for token in [tokens.access()?, tokens.refresh()?] {
        warm_up(target).await?;
        for answer in together(MANY, |_| target.revoke(&client, &token)).await {
            expect::status(&answer?, &[200]).during("one of many revocations")?;
        }
        inactive(target, &client, &token).await?;
    }
    Ok(())
}

async fn revocation_against_userinfo(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let token = target.sign_in(&client, "openid").await?.access()?;
    warm_up(target).await?;
    let answers = together(MANY, async |number| {
        if number != MANY / 2 {
            let answer = target.userinfo(&token).await?;
            return Ok((expect::status(&answer, &[200, 401])?, None));
        }
        let answer = target.revoke(&client, &token).await?;
        let status = expect::status(&answer, &[200]).during("revocation")?;
        // While others are still on their way.
        let after = target.userinfo(&token).await?;
        Ok::<_, NotPassed>((status, Some(after)))
    });
    for answer in answers.await {
        if let (_, Some(after)) = answer.during("amid many uses")? {
            expect::status(&after, &[401]).during("userinfo after the revocation")?;
        }
    }
    for answer in together(MANY, |_| target.userinfo(&token)).await {
        expect::status(&answer?, &[401]).during("one of many uses afterwards")?;
    }
    Ok(())
}

async fn revocation_against_refreshes(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let token = visit.tokens_of("openid").await?.refresh()?;
    let form = Form::of_refresh(&token);
    warm_up(target).await?;
    let visit = &visit;
    let answers = together(MANY, async |number| {
        if number == MANY / 2 {
            let answer = target.revoke(&visit.client, &token).await?;
            expect::status(&answer, &[200]).during("revocation")?;
            let after = visit.send(&form).await?;
            let refused = expect::oauth_error(&after, &[400], &["invalid_grant"]);
            refused.during("refresh after the revocation")?;
            return Ok(after);
        }
        visit.send(&form).await
    });
    winners(answers.await)?;
    let late = winners(together(MANY, |_| visit.send(&form)).await)?;
    Ok(expect::equal(
        "refreshes that got tokens after the revocation",
        &json!(0),
        &json!(late.len()),
    )?)
}

async fn many_sign_ins_at_once(target: &Target) -> Outcome {
    const BROWSERS: usize = 8;
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    let (client, endpoints) = (&client, &endpoints);
    let signed_in = together(BROWSERS, async |_| {
        let request = target.authorization_request(client, endpoints);
        let redirect = target.browser().sign_in(&request).await?;
        let state = redirect.parameter("state").map(str::to_owned);
        expect::equal("state", &json!(request.value("state")), &json!(state))?;
        let code = redirect.code()?;
        target.exchange(client, &request, &code).await?;
        Ok::<_, NotPassed>(code.expose().to_owned())
    });
    let codes: Result<BTreeSet<String>, NotPassed> = signed_in.await.into_iter().collect();
    Ok(expect::equal(
        "different codes of sign-ins at once",
        &json!(BROWSERS),
        &json!(codes?.len()),
    )?)
}

async fn many_codes_at_once(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let mut requests = Vec::new();
    for _ in 0..MANY {
        let request = visit.request();
        let form = Form::of_code(&request, &visit.code(&request).await?);
        requests.push((request, form));
    }
    let jwks = target.jwks().await?;
    warm_up(target).await?;
    let (visit, requests) = (&visit, &requests);
    let answers = together(MANY, |number| visit.send(&requests[number].1)).await;
    let mut seen = BTreeSet::new();
    for (answer, (request, _)) in answers.into_iter().zip(requests) {
        let tokens = Tokens::read(answer?).during("one of many exchanges")?;
        let claims = jwks.verify(&tokens.id()?)?.claims;
        expect::member(&claims, "/nonce", &json!(request.value("nonce"))).during("ID token")?;
        for token in [tokens.access()?, tokens.refresh()?] {
            seen.insert(token.expose().to_owned());
        }
        seen.insert(expect::text(&claims, "/jti")?.to_owned());
    }
    Ok(expect::equal(
        "different tokens and ids of ID tokens",
        &json!(3 * MANY),
        &json!(seen.len()),
    )?)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn nothing_begins_before_all_are_there() {
        let begun = AtomicUsize::new(0);
        let made = AtomicUsize::new(0);
        let begun = &begun;
        let seen = together(5, |number| {
            made.fetch_add(1, Ordering::Relaxed);
            let made = &made;
            async move {
                begun.fetch_add(1, Ordering::Relaxed);
                (number, made.load(Ordering::Relaxed))
            }
        });
        assert_eq!(seen.await, [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5)]);
    }

    #[test]
    fn two_winners_are_one_too_many() {
        let answer = |status, body: &str| {
            let body = body.to_owned();
            Ok(Answer::new(status, http::HeaderMap::new(), body))
        };
        let won = || answer(200, r#"{"access_token":"a"}"#);
        let lost = || answer(400, r#"{"error":"invalid_grant"}"#);
        let of = |answers: Vec<Result<Answer, NotPassed>>| winners(answers);
        let one = of(vec![lost(), won(), lost()]).expect("one winner");
        assert!(one_at_most(&one).is_ok());
        let two = of(vec![won(), won()]).expect("two winners");
        assert!(one_at_most(&two).is_err());
        assert!(of(vec![answer(500, "")]).is_err());
        assert!(of(vec![answer(400, r#"{"error":"server_error"}"#)]).is_err());
    }
}
