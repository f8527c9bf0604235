//! Access tokens that are JWTs, under token policies made for it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    checks::{
        login::introspect::{active, inactive},
        opaque::opaque,
    },
    expect,
    relying_party::{LoginClient, Tokens, Verified},
    secret::Secret,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

const NEEDS: &[Need] = &[Need::LoginClient, Need::User, Need::ConfigurationClient];

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.access-jwt.policy.decides",
        title: "Access tokens are JWTs under a policy that says so, and opaque under one that does not",
        cites: &["access-jwt-by-policy", "token-policy-jwt-effect"],
        effects: Effects::Creates,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(policy_decides(target))),
    },
    Check {
        id: "login.access-jwt.form.signed-by-the-issuer",
        title: "Such a token is signed with RS256 by a key of the set, and names its issuer",
        cites: &[
            "access-jwt-signed",
            "access-jwt-issuer",
            "jwk-verifies-access-tokens",
        ],
        effects: Effects::Creates,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(signed_by_the_issuer(target))),
    },
    Check {
        id: "login.access-jwt.form.claims",
        title: "Its claims tell user, client, scope and times as the sign-in did",
        cites: &[
            "access-jwt-subject",
            "access-jwt-expiry",
            "access-jwt-members",
        ],
        effects: Effects::Creates,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(claims(target))),
    },
    Check {
        id: "login.access-jwt.use.as-an-opaque-one",
        title: "Such a token opens userinfo, can be introspected, and ends when it is revoked",
        cites: &[
            "access-jwt-userinfo",
            "access-jwt-introspected",
            "access-jwt-revoked",
        ],
        effects: Effects::Creates,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(as_an_opaque_one(target))),
    },
    Check {
        id: "login.access-jwt.use.forgeries",
        title: "With another signature, other claims or no algorithm it opens nothing",
        cites: &["access-jwt-forged"],
        effects: Effects::Creates,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(forgeries(target))),
    },
];

/// The access token lifetime of the policies here, in seconds.
const LIFETIME: i64 = 900;

/// Makes a confidential client whose access tokens are JWTs, or are not.
async fn client(target: &Target, is_jwt: bool) -> Result<LoginClient, NotPassed> {
    let policy = json!({ "useAccessJWT": is_jwt, "accessTokenLifetime": LIFETIME });
    let policy = target.make_token_policy(policy).await?;
    let members = json!({ "type": "confidential", "tokenPolicy": policy });
    target.make_login_client(members).await
}

async fn sign_in(target: &Target) -> Result<(LoginClient, Tokens), NotPassed> {
    let client = client(target, true).await?;
    let tokens = target.sign_in(&client, "openid email").await?;
    Ok((client, tokens))
}

async fn verified(target: &Target, tokens: &Tokens) -> Result<Verified, NotPassed> {
    let token = target.jwks().await?.verify(&tokens.access()?);
    Ok(token.during("access token")?)
}

async fn policy_decides(target: &Target) -> Outcome {
    let (_, tokens) = sign_in(target).await?;
    verified(target, &tokens).await?;
    let other = client(target, false).await?;
    let token = target.sign_in(&other, "openid").await?.access()?;
    opaque(token.expose()).during("an access token of another policy")?;
    // A refresh token is for the target alone, whatever the policy says of access tokens.
    Ok(opaque(tokens.refresh()?.expose()).during("the refresh token beside the JWT")?)
}

async fn signed_by_the_issuer(target: &Target) -> Outcome {
    let (_, tokens) = sign_in(target).await?;
    let token = verified(target, &tokens).await?;
    expect::member(&token.header, "/alg", &json!("RS256")).during("header")?;
    let issuer = target.endpoints().await?.issuer;
    Ok(expect::member(&token.claims, "/iss", &json!(issuer)).during("access token")?)
}

async fn claims(target: &Target) -> Outcome {
    let (client, tokens) = sign_in(target).await?;
    let claims = verified(target, &tokens).await?.claims;
    let of_id_token = target.verify(&client, &tokens.id()?, None).await?;
    told(&claims, &of_id_token, &client, &tokens).during("access token")?;
    let lifetime = expect::integer(&claims, "/exp")? - expect::integer(&claims, "/iat")?;
    expect::equal("`exp` less `iat`", &json!(LIFETIME), &json!(lifetime))?;
    let again = target.sign_in(&client, "openid email").await?;
    let again = verified(target, &again).await?.claims;
    if again["jti"] == claims["jti"] {
        let expected = [json!("one that no other access token has")];
        return Err(Mismatch::new("member /jti", expected, again["jti"].clone()).into());
    }
    Ok(())
}

fn told(
    claims: &Value,
    of_id_token: &Value,
    client: &LoginClient,
    tokens: &Tokens,
) -> Result<(), Mismatch> {
    expect::member(claims, "/sub", expect::present(of_id_token, "/sub")?)?;
    expect::member(claims, "/client_id", &json!(client.id))?;
    expect::text(claims, "/jti")?;
    let granted = tokens.scope();
    let granted: Vec<&str> = granted.iter().map(String::as_str).collect();
    expect::same_words(claims, "/scope", &granted)?;
    let audience = expect::present(claims, "/aud")?;
    if *audience == client.id || audience.as_array().is_some_and(|all| !all.is_empty()) {
        return Ok(());
    }
    Err(Mismatch::new(
        "member /aud",
        [json!([client.id])],
        audience.clone(),
    ))
}

async fn as_an_opaque_one(target: &Target) -> Outcome {
    let (client, tokens) = sign_in(target).await?;
    let token = tokens.access()?;
    let opened = target.userinfo(&token).await?;
    expect::status(&opened, &[200]).during("userinfo")?;
    let claims = verified(target, &tokens).await?.claims;
    let told = active(target, &client, &token).await?;
    for claim in ["/sub", "/exp", "/iat", "/client_id"] {
        expect::member(&told, claim, expect::present(&claims, claim)?).during("introspection")?;
    }
    let revoked = target.revoke(&client, &token).await?;
    expect::status(&revoked, &[200]).during("revocation")?;
    inactive(target, &client, &token).await?;
    let closed = target.userinfo(&token).await?;
    expect::status(&closed, &[401]).during("userinfo after the revocation")?;
    Ok(())
}

async fn forgeries(target: &Target) -> Outcome {
    let (client, tokens) = sign_in(target).await?;
    let token = tokens.access()?;
    let another = target.sign_in(&client, "openid").await?.access()?;
    for (what, forged) in forged(token.expose(), another.expose()) {
        let forged = Secret::new(forged);
        let answer = target.userinfo(&forged).await?;
        expect::status(&answer, &[401]).during(&format!("userinfo with {what}"))?;
        inactive(target, &client, &forged).await.during(what)?;
    }
    let answer = target.userinfo(&token).await?;
    expect::status(&answer, &[200]).during("userinfo with the token as it was issued")?;
    Ok(())
}

/// Returns a token's forgeries; the signature of `another` is good, but for another message.
fn forged(token: &str, another: &str) -> Vec<(&'static str, String)> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return Vec::new();
    };
    let changed = |part: &str, name: &str, value: Value| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        let mut object: Value = serde_json::from_slice(&bytes).unwrap_or_else(|_| json!({}));
        object[name] = value;
        URL_SAFE_NO_PAD.encode(object.to_string())
    };
    let foreign = another.rsplit('.').next().unwrap_or_default();
    let none = changed(header, "alg", json!("none"));
    let symmetric = changed(header, "alg", json!("HS256"));
    let later = changed(claims, "exp", json!(4_102_444_800_i64));
    let wider = changed(claims, "scope", json!("openid profile email address phone"));
    vec![
        ("a later expiry", format!("{header}.{later}.{signature}")),
        ("a wider scope", format!("{header}.{wider}.{signature}")),
        (
            "the signature of another",
            format!("{header}.{claims}.{foreign}"),
        ),
        ("no signature", format!("{header}.{claims}.")),
        ("no algorithm", format!("{none}.{claims}.")),
        (
            "a symmetric algorithm",
            format!("{symmetric}.{claims}.{signature}"),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_forgery_differs_from_the_token() {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(json!({"alg": "RS256"}));
        let claims = part(json!({"exp": 1, "scope": "openid"}));
        let token = format!("{header}.{claims}.sign");
        let all = forged(&token, "a.b.other");
        assert_eq!(all.len(), 6);
        assert!(all.iter().all(|(_, forged)| *forged != token));
        assert!(forged("opaque", "opaque").is_empty());
    }
}
