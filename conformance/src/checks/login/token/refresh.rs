//! What the exchange of a refresh token gives.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    checks::{form::Form, visit::Visit},
    expect,
    http::Request,
    relying_party::{Kind, Tokens, half_hash},
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.token.refresh.new-access-token",
        title: "A refresh token gives a new access token, which works beside the old one",
        cites: &["refresh-exchange", "refresh-new-access-token"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(new_access_token(target))),
    },
    Check {
        id: "login.token.refresh.members",
        title: "A refresh answers with a bearer token, its lifetime and its scope",
        cites: &["refresh-members"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(members(target))),
    },
    Check {
        id: "login.token.refresh.whole-set-or-access-token",
        title: "A refresh gives a whole new set of tokens, or an access token alone",
        cites: &["refresh-result"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(whole_set_or_access_token(target))),
    },
    Check {
        id: "login.token.refresh.again-and-again",
        title: "The refresh token of a refresh works in its turn",
        cites: &["refresh-chain"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(again_and_again(target))),
    },
    Check {
        id: "login.token.refresh.used-before",
        title: "An exchanged refresh token is refused for good, or works every time",
        cites: &["refresh-reuse"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(used_before(target))),
    },
    Check {
        id: "login.token.refresh.public-client-by-its-id",
        title: "A public client refreshes with nothing but its id",
        cites: &["refresh-public-by-id"],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(public_client_by_its_id(target))),
    },
    Check {
        id: "login.token.refresh.id-token-of-the-same-sign-in",
        title: "The ID token of a refresh speaks of the same sign-in, later",
        cites: &["refresh-id-token-same-user", "refresh-id-token-at-hash"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(id_token_of_the_same_sign_in(target))),
    },
    Check {
        id: "login.token.refresh.lifetime-is-that-of-the-policy",
        title: "A refresh announces the access token lifetime of the token policy, too",
        cites: &["code-expires-in-of-policy"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(lifetime_is_that_of_the_policy(target))),
    },
];

async fn new_access_token(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let first = visit.tokens_of("openid").await?;
    let second = target.refresh(&visit.client, &first.refresh()?).await?;
    let (old, new) = (first.access()?, second.access()?);
    if old == new {
        let expected = [json!("another one")];
        return Err(Mismatch::new("access token", expected, json!("the one before")).into());
    }
    let answer = target.userinfo(&new).await?;
    expect::status(&answer, &[200]).during("userinfo with the new access token")?;
    Ok(())
}

async fn members(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let first = visit.tokens_of("openid").await?;
    let body = target.refresh(&visit.client, &first.refresh()?).await?.body;
    expect::member(&body, "/token_type", &json!("Bearer"))?;
    expect::text(&body, "/scope")?;
    expect::positive(&body, "/expires_in")?;
    Ok(())
}

async fn whole_set_or_access_token(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let first = visit.tokens_of("openid").await?;
    let second = target.refresh(&visit.client, &first.refresh()?).await?;
    Ok(target.reading("refresh-result", result(&second.body)?)?)
}

/// Returns which of the two documented results a refresh gave.
fn result(body: &Value) -> Result<&'static str, Mismatch> {
    match (body.get("refresh_token"), body.get("id_token")) {
        (Some(_), Some(_)) => Ok("full-set"),
        (None, None) => Ok("access-token-only"),
        (refresh, _) => {
            let beside = if refresh.is_some() {
                "refresh_token"
            } else {
                "id_token"
            };
            Err(Mismatch::new(
                "tokens of the refresh",
                [
                    json!(["access_token", "refresh_token", "id_token"]),
                    json!(["access_token"]),
                ],
                json!(["access_token", beside]),
            ))
        }
    }
}

async fn again_and_again(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let mut tokens = visit.tokens_of("openid").await?;
    for time in 1..=4 {
        let token = match tokens.refresh() {
            Ok(token) => token,
            Err(_) if time > 1 => {
                return Err(Skip::because("a refresh gives no refresh token").into());
            }
            Err(mismatch) => return Err(mismatch.into()),
        };
        tokens = target
            .refresh(&visit.client, &token)
            .await
            .during(&format!("refresh number {time}"))?;
    }
    let answer = target.userinfo(&tokens.access()?).await?;
    expect::status(&answer, &[200]).during("userinfo with the last access token")?;
    Ok(())
}

async fn used_before(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let token = visit.tokens_of("openid").await?.refresh()?;
    target.refresh(&visit.client, &token).await?;
    let mut answers = Vec::new();
    for _ in 0..2 {
        let answer = visit.send(&Form::of_refresh(&token)).await?;
        if answer.status() == 200 {
            Tokens::read(answer)?;
            answers.push("accepted");
        } else {
            expect::oauth_error(&answer, &[400], &["invalid_grant"])
                .during("a refresh token used before")?;
            answers.push("refused");
        }
    }
    expect::equal(
        "the third use of a refresh token",
        &json!(answers[0]),
        &json!(answers[1]),
    )?;
    Ok(target.reading("refresh-reuse", answers[0])?)
}

async fn public_client_by_its_id(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Public)?).await?;
    let token = visit.tokens_of("openid").await?.refresh()?;
    let form = Form::of_refresh(&token).with("client_id", &visit.client.id);
    let request = Request::post(&visit.endpoints.token).form(&form.pairs());
    Tokens::read(target.anonymous().send(request).await?)?;
    Ok(())
}

async fn id_token_of_the_same_sign_in(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let first = visit.tokens_of("openid").await?;
    let before = target.verify(&visit.client, &first.id()?, None).await?;
    let second = target.refresh(&visit.client, &first.refresh()?).await?;
    let id_token = second.id().map_err(|_| {
        NotPassed::from(Skip::because("a refresh gives no ID token on this target"))
    })?;
    let after = target.verify(&visit.client, &id_token, None).await?;
    for claim in ["/iss", "/sub", "/aud", "/auth_time"] {
        expect::member(&after, claim, expect::present(&before, claim)?)
            .during("ID token of the refresh")?;
    }
    for claim in ["/iat", "/exp"] {
        let (old, new) = (
            expect::integer(&before, claim)?,
            expect::integer(&after, claim)?,
        );
        if new < old {
            let expected = [json!(format!("{old} or later"))];
            return Err(Mismatch::new(format!("member {claim}"), expected, json!(new)).into());
        }
    }
    if after.get("at_hash").is_some() {
        let hash = half_hash("RS256", second.access()?.expose());
        expect::member(&after, "/at_hash", &json!(hash)).during("ID token of the refresh")?;
    }
    Ok(())
}

async fn lifetime_is_that_of_the_policy(target: &Target) -> Outcome {
    let mut visit = target
        .visit_under(json!({ "accessTokenLifetime": 1234 }))
        .await?;
    let first = visit.tokens_of("openid").await?;
    let body = target.refresh(&visit.client, &first.refresh()?).await?.body;
    let announced = expect::integer(&body, "/expires_in")?;
    if (1204..=1234).contains(&announced) {
        return Ok(());
    }
    let expected = [json!("from 1204 to 1234")];
    Err(Mismatch::new("member /expires_in", expected, json!(announced)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_set_is_neither_result() {
        let full = json!({"access_token": "a", "refresh_token": "r", "id_token": "i"});
        assert_eq!(result(&full), Ok("full-set"));
        assert_eq!(
            result(&json!({"access_token": "a"})),
            Ok("access-token-only")
        );
        assert!(result(&json!({"access_token": "a", "id_token": "i"})).is_err());
        assert!(result(&json!({"access_token": "a", "refresh_token": "r"})).is_err());
    }
}
