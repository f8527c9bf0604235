//! What introspection tells of a token in force.

use serde_json::json;

use super::active;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::visit::Visit,
    expect,
    http::Request,
    relying_party::{Kind, LoginClient},
    target::{Target, session::ADMINISTRATIVE_SCOPES},
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.introspect.access-token.in-force",
        title: "An access token of a sign-in is active, and shown with all its members",
        cites: &[
            "introspect-operation",
            "introspect-basic",
            "introspect-access-token",
            "introspect-members",
        ],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(access_token_in_force(target))),
    },
    Check {
        id: "login.introspect.access-token.agrees-with-the-sign-in",
        title: "Scope, client, user, type and audience are those of the sign-in",
        cites: &[
            "introspect-scope",
            "introspect-client-id",
            "introspect-token-type",
            "introspect-subject",
            "introspect-audience",
        ],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(agrees_with_the_sign_in(target))),
    },
    Check {
        id: "login.introspect.access-token.times",
        title: "The times of an access token are seconds, apart by the lifetime of the policy",
        cites: &["introspect-times"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(times(target))),
    },
    Check {
        id: "login.introspect.access-token.resource-in-the-audience",
        title: "The resource of the authorization request stands in the audience, behind the client",
        cites: &["introspect-audience-resource", "introspect-audience"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(resource_in_the_audience(target))),
    },
    Check {
        id: "login.introspect.refresh-token.in-force",
        title: "A refresh token of a sign-in is active",
        cites: &["introspect-refresh-token"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(refresh_token_in_force(target))),
    },
    Check {
        id: "login.introspect.refresh-token.lifetime",
        title: "The times of a refresh token are apart by its lifetime in the policy",
        cites: &["introspect-times", "refresh-lifetime-of-policy"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(refresh_token_lifetime(target))),
    },
    Check {
        id: "login.introspect.access-token.of-another-client",
        title: "A token of another client is told as it is, or called inactive",
        cites: &["introspect-other-client"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfidentialLoginClient,
            Need::User,
            Need::ConfigurationClient,
        ],
        run: Run::Function(|target| Box::pin(of_another_client(target))),
    },
    Check {
        id: "login.introspect.administrative-token.in-force",
        title: "A token for the configuration is active, with the scopes it was granted",
        cites: &["introspect-administrative-token"],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(administrative_token_in_force(target))),
    },
    Check {
        id: "login.introspect.administrative-token.nothing-granted",
        title: "A token that was granted nothing is active all the same",
        cites: &["grant-empty-token-active"],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(nothing_granted(target))),
    },
    Check {
        id: "login.introspect.access-token.hint-does-not-matter",
        title: "A right, a wrong and an unheard-of hint give the same answer",
        cites: &["introspect-hint-ignored"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(hint_does_not_matter(target))),
    },
];

async fn confidential(target: &Target) -> Result<Visit<'_>, NotPassed> {
    Visit::of(target, target.login_client(Kind::Confidential)?).await
}

async fn access_token_in_force(target: &Target) -> Outcome {
    let mut visit = confidential(target).await?;
    let token = visit.tokens_of("openid").await?.access()?;
    let told = active(target, &visit.client, &token).await?;
    for place in ["/scope", "/client_id", "/token_type", "/sub"] {
        expect::text(&told, place)?;
    }
    expect::integer(&told, "/exp")?;
    expect::integer(&told, "/iat")?;
    expect::present(&told, "/aud")?;
    Ok(())
}

async fn agrees_with_the_sign_in(target: &Target) -> Outcome {
    let mut visit = confidential(target).await?;
    let tokens = visit.tokens_of("openid email").await?;
    let told = active(target, &visit.client, &tokens.access()?).await?;
    let granted = tokens.scope();
    let granted: Vec<&str> = granted.iter().map(String::as_str).collect();
    expect::same_words(&told, "/scope", &granted)?;
    expect::member(&told, "/client_id", &json!(visit.client.id))?;
    expect::member(&told, "/token_type", &json!("Bearer"))?;
    expect::member(&told, "/aud", &json!([visit.client.id]))?;
    let claims = target.verify(&visit.client, &tokens.id()?, None).await?;
    Ok(expect::member(
        &told,
        "/sub",
        expect::present(&claims, "/sub")?,
    )?)
}

/// Makes a confidential client under a token policy of these members.
async fn confidential_under(
    target: &Target,
    policy: serde_json::Value,
) -> Result<LoginClient, NotPassed> {
    let policy = target.make_token_policy(policy).await?;
    let members = json!({ "type": "confidential", "tokenPolicy": policy });
    target.make_login_client(members).await
}

async fn times(target: &Target) -> Outcome {
    let client = confidential_under(target, json!({ "accessTokenLifetime": 1234 })).await?;
    let token = target.sign_in(&client, "openid").await?.access()?;
    let told = active(target, &client, &token).await?;
    let issued = expect::integer(&told, "/iat")?;
    let expires = expect::integer(&told, "/exp")?;
    expect::equal("`exp` less `iat`", &json!(1234), &json!(expires - issued))?;
    let now = target.now().await.as_second();
    // Not milliseconds, and of today; clocks may be apart by some minutes.
    if (now - 300..=now + 300).contains(&issued) {
        return Ok(());
    }
    let expected = [json!(format!("about {now}"))];
    Err(Mismatch::new("member /iat", expected, json!(issued)).into())
}

async fn resource_in_the_audience(target: &Target) -> Outcome {
    const RESOURCE: &str = "https://api.example.test/orders";
    let mut visit = confidential(target).await?;
    let request = visit.request().with("resource", RESOURCE);
    let token = visit.tokens(&request).await?.access()?;
    let told = active(target, &visit.client, &token).await?;
    Ok(expect::member(
        &told,
        "/aud",
        &json!([visit.client.id, RESOURCE]),
    )?)
}

async fn refresh_token_in_force(target: &Target) -> Outcome {
    let mut visit = confidential(target).await?;
    let token = visit.tokens_of("openid").await?.refresh()?;
    active(target, &visit.client, &token).await?;
    Ok(())
}

async fn refresh_token_lifetime(target: &Target) -> Outcome {
    let policy = json!({ "refreshTokenLifetime": 4321, "accessTokenLifetime": 600 });
    let client = confidential_under(target, policy).await?;
    let token = target.sign_in(&client, "openid").await?.refresh()?;
    let told = active(target, &client, &token).await?;
    if told.get("exp").is_none() {
        let reason = "introspection does not tell when a refresh token expires";
        return Err(Skip::because(reason).into());
    }
    let lifetime = expect::integer(&told, "/exp")? - expect::integer(&told, "/iat")?;
    Ok(expect::equal(
        "`exp` less `iat`",
        &json!(4321),
        &json!(lifetime),
    )?)
}

async fn of_another_client(target: &Target) -> Outcome {
    let asker = target.login_client(Kind::Confidential)?;
    let owner = target.make_login_client(json!({})).await?;
    let tokens = target.sign_in(&owner, "openid").await?;
    for token in [tokens.access()?, tokens.refresh()?] {
        let answer = target.introspect(&asker, &token).await?;
        expect::status(&answer, &[200])?;
        let told = answer.json()?;
        if told["active"] == json!(true) {
            expect::member(&told, "/client_id", &json!(owner.id)).during("told as it is")?;
        } else {
            expect::equal("introspection", &json!({ "active": false }), &told)?;
        }
    }
    // Asking did no harm.
    let answer = target.userinfo(&tokens.access()?).await?;
    expect::status(&answer, &[200]).during("userinfo afterwards")?;
    Ok(())
}

async fn administrative_token_in_force(target: &Target) -> Outcome {
    let client = target.configuration_client()?;
    let answer = target.request_token(client, ADMINISTRATIVE_SCOPES).await?;
    expect::status(&answer, &[200])?;
    let body = answer.json()?;
    let told = told_of(target, expect::text(&body, "/access_token")?).await?;
    expect::member(&told, "/active", &json!(true))?;
    let granted: Vec<&str> = expect::text(&body, "/scope")?.split(' ').collect();
    expect::same_words(&told, "/scope", &granted)?;
    Ok(expect::member(&told, "/client_id", &json!(client.id))?)
}

async fn nothing_granted(target: &Target) -> Outcome {
    let client = target.configuration_client()?;
    let token = target.token(client, "proofhouse-unknown").await?;
    let told = told_of(target, token.expose()).await?;
    Ok(expect::member(&told, "/active", &json!(true))?)
}

/// Introspects a token in the name of the configuration client.
async fn told_of(target: &Target, token: &str) -> Result<serde_json::Value, NotPassed> {
    let request = Request::post("login/token/introspect").form(&[("token", token)]);
    let answer = target
        .basic(target.configuration_client()?)
        .send(request)
        .await?;
    expect::status(&answer, &[200]).during("introspection")?;
    Ok(answer.json()?)
}

async fn hint_does_not_matter(target: &Target) -> Outcome {
    let mut visit = confidential(target).await?;
    let tokens = visit.tokens_of("openid").await?;
    let Some(endpoint) = visit.endpoints.introspection.clone() else {
        return Err(Skip::because("the target offers no introspection").into());
    };
    for token in [tokens.access()?, tokens.refresh()?] {
        let plain = active(target, &visit.client, &token).await?;
        for hint in ["access_token", "refresh_token", "proofhouse", ""] {
            let form = [("token", token.expose()), ("token_type_hint", hint)];
            let answer = target.post_as(&visit.client, &endpoint, &form).await?;
            expect::status(&answer, &[200]).during(&format!("the hint `{hint}`"))?;
            expect::equal(&format!("with the hint `{hint}`"), &plain, &answer.json()?)?;
        }
    }
    Ok(())
}
