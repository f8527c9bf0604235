//! The userinfo endpoint (OpenID Connect Core section 5.3, RFC 6750).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    advertised,
    granted::{self, Granted, SignedIn, changed},
};
use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    http::{Answer, Request},
    secret::Secret,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.userinfo.subject-is-that-of-the-id-token",
        title: "The userinfo endpoint and the ID token name the same user",
        cites: &["oidc-userinfo-subject"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(subject_is_that_of_the_id_token(target))),
    },
    Check {
        id: "oidc.userinfo.by-post",
        title: "The userinfo endpoint answers POST as GET",
        cites: &["oidc-userinfo-by-post"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(by_post(target))),
    },
    Check {
        id: "oidc.userinfo.no-token-is-challenged",
        title: "Without a token the userinfo endpoint refuses with a challenge",
        cites: &["oidc-userinfo-challenge"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(no_token_is_challenged(target))),
    },
    Check {
        id: "oidc.userinfo.wrong-token-is-challenged",
        title: "With a token that nobody issued the userinfo endpoint refuses with a challenge",
        cites: &["oidc-userinfo-challenge"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(wrong_token_is_challenged(target))),
    },
    Check {
        id: "oidc.userinfo.error-codes",
        title: "A wrong token is `invalid_token`, and no token is no error",
        cites: &["oidc-userinfo-error-code"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(error_codes(target))),
    },
    Check {
        id: "oidc.userinfo.forged-tokens-open-nothing",
        title: "An access token that was changed opens nothing",
        cites: &["oidc-userinfo-forged-token"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(forged_tokens_open_nothing(target))),
    },
    Check {
        id: "oidc.userinfo.id-token-opens-nothing",
        title: "An ID token is no access token",
        cites: &["oidc-userinfo-id-token"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(id_token_opens_nothing(target))),
    },
];

async fn subject_is_that_of_the_id_token(target: &Target) -> Outcome {
    endpoint(target).await?;
    let (granted, access) = signed_in(target).await?;
    let subject = granted["sub"].clone();
    let answer = target.userinfo(&access).await?;
    let claims = claims(target, &answer).await?;
    expect::member(&claims, "/sub", &subject)?;
    Ok(())
}

async fn by_post(target: &Target) -> Outcome {
    let endpoint = endpoint(target).await?;
    let (granted, access) = signed_in(target).await?;
    // An empty form is no form to some.
    let request = Request::post(endpoint).form(&[("proofhouse_unknown", "1")]);
    let answer = target.bearer(&access).send(request).await?;
    let claims = claims(target, &answer).await?;
    expect::member(&claims, "/sub", &granted["sub"])?;
    Ok(())
}

async fn no_token_is_challenged(target: &Target) -> Outcome {
    let answer = target.anonymous().get(endpoint(target).await?).await?;
    refused(&answer)
}

async fn wrong_token_is_challenged(target: &Target) -> Outcome {
    endpoint(target).await?;
    for wrong in ["proofhouse-no-such-token", "x", "a.b.c", &"a".repeat(2_000)] {
        let answer = target.userinfo(&Secret::new(wrong)).await?;
        refused(&answer)?;
    }
    Ok(())
}

async fn error_codes(target: &Target) -> Outcome {
    let endpoint = endpoint(target).await?;
    let answer = target
        .userinfo(&Secret::new("proofhouse-no-such-token"))
        .await?;
    expect::status(&answer, &[401]).during("a wrong token")?;
    challenge_with(&answer, "error=\"invalid_token\"", true).during("a wrong token")?;
    let answer = target.anonymous().get(endpoint).await?;
    expect::status(&answer, &[401]).during("no token")?;
    challenge_with(&answer, "error=", false).during("no token")?;
    Ok(())
}

async fn forged_tokens_open_nothing(target: &Target) -> Outcome {
    endpoint(target).await?;
    let (_, access) = signed_in(target).await?;
    for (what, forged) in forgeries(access.expose()) {
        let answer = target.userinfo(&Secret::new(forged)).await?;
        expect::status(&answer, &[400, 401, 403]).during(what)?;
    }
    let answer = target.userinfo(&access).await?;
    expect::status(&answer, &[200]).during("the token itself")?;
    Ok(())
}

async fn id_token_opens_nothing(target: &Target) -> Outcome {
    endpoint(target).await?;
    let granted = Granted::to(target, target.any_login_client()?).await?;
    let tokens = granted.exchange(target).await?;
    let answer = target.userinfo(&tokens.id()?).await?;
    expect::status(&answer, &[400, 401, 403])?;
    Ok(())
}

async fn endpoint(target: &Target) -> Result<String, NotPassed> {
    let endpoints = target.endpoints().await?;
    let endpoint = advertised::require_endpoint(endpoints.userinfo.as_ref(), "userinfo_endpoint")?;
    Ok(endpoint)
}

/// Signs in, and returns the claims of the ID token and the access token.
async fn signed_in(target: &Target) -> Result<(Value, Secret), NotPassed> {
    let SignedIn {
        tokens, id_token, ..
    } = granted::signed_in(target).await?;
    Ok((id_token.claims, tokens.access()?))
}

/// Returns the claims of an answer, which may come as JSON or signed.
async fn claims(target: &Target, answer: &Answer) -> Result<Value, NotPassed> {
    expect::status(answer, &[200])?;
    if answer.media_type().as_deref() == Some("application/jwt") {
        let token = Secret::new(answer.text());
        return Ok(target
            .jwks()
            .await?
            .verify(&token)
            .during("userinfo")?
            .claims);
    }
    expect::media_type(answer, "application/json")?;
    Ok(answer.json()?)
}

fn refused(answer: &Answer) -> Outcome {
    expect::status(answer, &[400, 401, 403])?;
    challenge_with(answer, "bearer", true)?;
    Ok(())
}

/// Requires that the challenge has a part, or that it has not; capitals do not matter.
fn challenge_with(answer: &Answer, part: &str, wanted: bool) -> Result<(), Mismatch> {
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    if challenge.to_ascii_lowercase().contains(part) == wanted {
        return Ok(());
    }
    let expected = json!(format!(
        "{} `{part}`",
        if wanted { "with" } else { "without" }
    ));
    Err(Mismatch::new(
        "header www-authenticate",
        [expected],
        json!(challenge),
    ))
}

/// Returns tokens that somebody made from a good one; each with what was done.
fn forgeries(good: &str) -> Vec<(&'static str, String)> {
    let mut forgeries = vec![
        ("one character is another", changed(good)),
        (
            "the last characters are missing",
            good[..good.len() - 4].to_owned(),
        ),
        ("there are four characters more", format!("{good}AAAA")),
    ];
    if let [_, claims, signature] = good.split('.').collect::<Vec<_>>()[..] {
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        forgeries.push(("signed by nobody", format!("{none}.{claims}.")));
        let header = good.split('.').next().unwrap_or_default();
        if let Some(longer) = longer_lived(claims) {
            forgeries.push((
                "made to live longer",
                format!("{header}.{longer}.{signature}"),
            ));
        }
    }
    forgeries
}

fn longer_lived(claims: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(claims).ok()?;
    let mut claims: Value = serde_json::from_slice(&bytes).ok()?;
    let expires = claims["exp"].as_i64()?;
    claims["exp"] = json!(expires.checked_add(3600)?);
    Some(URL_SAFE_NO_PAD.encode(claims.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_forgery_is_another_token() {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"exp":100}"#);
        let jwt = format!("eyJhbGciOiJSUzI1NiJ9.{claims}.c2lnbmF0dXJl");
        for (good, count) in [("0123456789abcdef", 3), (jwt.as_str(), 5)] {
            let forgeries = forgeries(good);
            assert_eq!(forgeries.len(), count);
            assert!(forgeries.iter().all(|(_, forged)| forged != good));
        }
    }
}
