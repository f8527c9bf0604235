//! What the exchange of a code gives.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    checks::{opaque::opaque, visit::Visit},
    expect,
    http::Request,
    relying_party::{Kind, Tokens},
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.token.code.public-client-without-secret",
        title: "A public client exchanges a code with its id and verifier, in either form",
        cites: &[
            "code-exchange",
            "code-public-without-secret",
            "code-status-ok",
            "client-public-uses-pkce",
            "token-form-multipart",
        ],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(public_client_without_secret(target))),
    },
    Check {
        id: "login.token.code.confidential-client-with-secret",
        title: "A confidential client exchanges a code with its secret in the header or in the form",
        cites: &[
            "code-exchange",
            "code-confidential-basic",
            "code-confidential-post",
            "code-status-ok",
        ],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(confidential_client_with_secret(target))),
    },
    Check {
        id: "login.token.code.members",
        title: "An exchange answers with three tokens, their type, their lifetime and their scope",
        cites: &[
            "code-members",
            "code-token-type",
            "code-expires-in",
            "scopes-refresh-without-offline",
        ],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(members(target))),
    },
    Check {
        id: "login.token.code.scope-is-what-was-granted",
        title: "The scope lists, once each, what was asked for and allowed, and nothing else",
        cites: &["code-scope-granted", "scopes-openid"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(scope_is_what_was_granted(target))),
    },
    Check {
        id: "login.token.code.scopes-outside-the-policy-are-dropped",
        title: "Scopes that the token policy does not allow, or nobody knows, are dropped silently",
        cites: &[
            "scopes-outside-policy-dropped",
            "scopes-unknown-dropped",
            "token-policy-scopes-beyond-discovery",
        ],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(scopes_outside_the_policy_are_dropped(target))),
    },
    Check {
        id: "login.token.code.lifetime-is-that-of-the-policy",
        title: "The answer to a sign-in announces the access token lifetime of the token policy",
        cites: &["code-expires-in-of-policy"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(lifetime_is_that_of_the_policy(target))),
    },
    Check {
        id: "login.token.code.long-tokens-never-twice",
        title: "Access and refresh tokens of sign-ins are long, and no two are the same",
        cites: &["code-tokens-long"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(long_tokens_never_twice(target))),
    },
];

async fn public_client_without_secret(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Public)?).await?;
    for form in ["urlencoded", "multipart"] {
        let exchange = visit.exchange().await?;
        let exchange = exchange.with("client_id", &visit.client.id);
        let request = Request::post(&visit.endpoints.token);
        let request = match form {
            "multipart" => request.multipart(&exchange.pairs()),
            _ => request.form(&exchange.pairs()),
        };
        let answer = target.anonymous().send(request).await?;
        Tokens::read(answer).during(&format!("id and verifier in a {form} form"))?;
    }
    Ok(())
}

async fn confidential_client_with_secret(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.login_client(Kind::Confidential)?).await?;
    let credentials = visit.credentials()?;
    let form = visit.exchange().await?;
    let request = Request::post(&visit.endpoints.token).form(&form.pairs());
    let answer = target.basic(&credentials).send(request).await?;
    Tokens::read(answer).during("id and secret in the header alone")?;

    let form = visit
        .exchange()
        .await?
        .with("client_id", &credentials.id)
        .with("client_secret", credentials.secret.expose());
    let request = Request::post(&visit.endpoints.token).form(&form.pairs());
    let answer = target.anonymous().send(request).await?;
    Tokens::read(answer).during("id and secret in the form alone")?;
    Ok(())
}

async fn members(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let body = visit.tokens_of("openid").await?.body;
    for place in ["/access_token", "/refresh_token", "/id_token", "/scope"] {
        let text = expect::text(&body, place)?;
        if text.is_empty() {
            return Err(
                Mismatch::new(format!("member {place}"), [json!("a text")], json!("")).into(),
            );
        }
    }
    expect::member(&body, "/token_type", &json!("Bearer"))?;
    expect::positive(&body, "/expires_in")?;
    Ok(())
}

async fn scope_is_what_was_granted(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    // Not in the order of the alphabet, in which the samples answer.
    for wanted in ["profile openid email", "openid"] {
        let body = visit.tokens_of(wanted).await?.body;
        let granted = words(&body).during(wanted)?;
        let wanted: BTreeSet<&str> = wanted.split(' ').collect();
        if !granted.contains("openid") || !granted.is_subset(&wanted) {
            let expected = [json!("openid"), json!(wanted)];
            return Err(Mismatch::new("member /scope", expected, json!(granted)).into());
        }
    }
    Ok(())
}

/// Returns the scopes of an answer, which stand there once each and with one space in between.
fn words(body: &Value) -> Result<BTreeSet<&str>, Mismatch> {
    let text = expect::text(body, "/scope")?;
    let words: BTreeSet<&str> = text.split(' ').collect();
    if words.contains("") || words.len() != text.split(' ').count() {
        let expected = [json!("words, once each, with one space in between")];
        return Err(Mismatch::new("member /scope", expected, json!(text)));
    }
    Ok(words)
}

async fn scopes_outside_the_policy_are_dropped(target: &Target) -> Outcome {
    let policy = json!({ "allowedScopes": ["openid", "email", "proofhouse-unknown"] });
    let mut visit = target.visit_under(policy).await?;
    let tokens = visit
        .tokens_of("openid profile email phone proofhouse-unknown proofhouse-unlisted")
        .await?;
    let granted = words(&tokens.body)?;
    for scope in ["profile", "phone", "proofhouse-unlisted"] {
        if granted.contains(scope) {
            let expected = [json!("scopes that the policy allows")];
            return Err(Mismatch::new("member /scope", expected, json!(granted)).into());
        }
    }
    let claims = target.userinfo(&tokens.access()?).await?;
    expect::status(&claims, &[200])?;
    let claims = claims.json()?;
    for place in ["/name", "/given_name", "/phone_number", "/address"] {
        expect::absent(&claims, place).during("userinfo")?;
    }
    // What is allowed is not lost on the way.
    if granted.contains("openid") && granted.contains("email") {
        return Ok(());
    }
    Err(Mismatch::new("member /scope", [json!("email openid")], json!(granted)).into())
}

async fn lifetime_is_that_of_the_policy(target: &Target) -> Outcome {
    for lifetime in [60, 1234] {
        let mut visit = target
            .visit_under(json!({ "accessTokenLifetime": lifetime }))
            .await?;
        let body = visit.tokens_of("openid").await?.body;
        let announced = expect::integer(&body, "/expires_in")?;
        if !(lifetime - 30..=lifetime).contains(&announced) {
            let expected = [json!(format!("from {} to {lifetime}", lifetime - 30))];
            return Err(Mismatch::new("member /expires_in", expected, json!(announced)).into());
        }
    }
    Ok(())
}

async fn long_tokens_never_twice(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let mut seen = Vec::new();
    for _ in 0..4 {
        let tokens = visit.tokens_of("openid").await?;
        let access = tokens.access()?;
        // Whether it may be a JWT is for its token policy to say.
        if access.expose().split('.').count() != 3 {
            opaque(access.expose()).during("access token")?;
        }
        let refresh = tokens.refresh()?;
        opaque(refresh.expose()).during("refresh token")?;
        for token in [access, refresh] {
            if seen.contains(&token) {
                let expected = [json!("one that was not issued before")];
                return Err(Mismatch::new("token", expected, json!("an earlier one")).into());
            }
            seen.push(token);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_words_once_each() {
        assert!(words(&json!({"scope": "openid email"})).is_ok());
        for wrong in [
            "",
            "openid  email",
            " openid",
            "openid openid",
            "openid,email ",
        ] {
            assert!(words(&json!({ "scope": wrong })).is_err(), "`{wrong}`");
        }
        assert!(words(&json!({"scope": ["openid"]})).is_err());
    }
}
