//! Claims that the `claims` parameter of the authorization request asks for.

use serde_json::{Map, Value, json};

use super::claims;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::visit::{ALL_SCOPES, Visit},
    expect,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

const NEEDS: &[Need] = &[Need::LoginClient, Need::User];

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "profiles.userinfo.asked.without-the-scope",
        title: "A claim that was asked for is told by userinfo though its scope was not asked for",
        cites: &["claims-parameter-userinfo"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(without_the_scope(target))),
    },
    Check {
        id: "profiles.userinfo.asked.in-the-id-token",
        title: "A claim that was asked for under id_token is in the ID token",
        cites: &["claims-parameter-id-token"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(in_the_id_token(target))),
    },
    Check {
        id: "profiles.userinfo.asked.each-place-for-itself",
        title: "A claim that was asked for in one place is not told in the other",
        cites: &["claims-parameter-places-apart"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(each_place_for_itself(target))),
    },
    Check {
        id: "profiles.userinfo.asked.with-objects",
        title: "A claim may be asked for with an object instead of null",
        cites: &["claims-parameter-values"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(with_objects(target))),
    },
    Check {
        id: "profiles.userinfo.asked.unknown-claims",
        title: "Claims that nobody knows are ignored, and keep nothing else back",
        cites: &["claims-parameter-unknown-ignored"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(unknown_claims(target))),
    },
    Check {
        id: "profiles.userinfo.asked.malformed",
        title: "What is no JSON object is refused as a claims parameter",
        cites: &["claims-parameter-malformed"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(malformed(target))),
    },
    Check {
        id: "profiles.userinfo.asked.claims-of-tokens",
        title: "iss, acr and auth_time are not told by userinfo, asked for or not",
        cites: &["claims-of-tokens-only"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(claims_of_tokens(target))),
    },
];

/// Returns what is known of the user, of which more than one claim is asked for.
async fn known(target: &Target, visit: &mut Visit<'_>) -> Result<Vec<(String, Value)>, NotPassed> {
    const ASKED: [&str; 5] = ["given_name", "family_name", "gender", "birthdate", "email"];
    let tokens = visit.tokens_of(ALL_SCOPES).await?;
    let all = claims(target, &tokens).await?;
    let known: Vec<(String, Value)> = ASKED
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), all.get(name)?.clone())))
        .collect();
    if known.len() < 2 {
        let reason = "too little is known of the user to ask for: two of given_name, family_name, gender, birthdate, email";
        return Err(Skip::because(reason).into());
    }
    Ok(known)
}

/// Asks for these claims with the scope `openid` alone; returns those of userinfo and of the ID token.
async fn ask(
    target: &Target,
    visit: &mut Visit<'_>,
    asked: &Value,
) -> Result<(Value, Value), NotPassed> {
    let request = visit.request().with("claims", asked.to_string());
    let tokens = visit.tokens(&request).await?;
    let id_token = target.jwks().await?.verify(&tokens.id()?)?.claims;
    Ok((claims(target, &tokens).await?, id_token))
}

fn nulls(names: &[(String, Value)]) -> Map<String, Value> {
    names
        .iter()
        .map(|(name, _)| (name.clone(), Value::Null))
        .collect()
}

fn told(place: &str, claims: &Value, known: &[(String, Value)]) -> Result<(), Mismatch> {
    for (name, value) in known {
        expect::member(claims, &format!("/{name}"), value).during(place)?;
    }
    Ok(())
}

fn not_told(place: &str, claims: &Value, known: &[(String, Value)]) -> Result<(), Mismatch> {
    for (name, _) in known {
        expect::absent(claims, &format!("/{name}")).during(place)?;
    }
    Ok(())
}

async fn without_the_scope(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let known = known(target, &mut visit).await?;
    let (userinfo, _) = ask(target, &mut visit, &json!({ "userinfo": nulls(&known) })).await?;
    told("userinfo", &userinfo, &known)?;
    // One alone brings no other of its scope.
    let (one, rest) = known.split_at(1);
    let (userinfo, _) = ask(target, &mut visit, &json!({ "userinfo": nulls(one) })).await?;
    told("userinfo", &userinfo, one)?;
    Ok(not_told("userinfo", &userinfo, rest)?)
}

async fn in_the_id_token(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let known = known(target, &mut visit).await?;
    let (_, id_token) = ask(target, &mut visit, &json!({ "id_token": nulls(&known) })).await?;
    Ok(told("ID token", &id_token, &known)?)
}

async fn each_place_for_itself(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let known = known(target, &mut visit).await?;
    let (one, other) = known.split_at(1);
    let asked = json!({ "userinfo": nulls(one), "id_token": nulls(other) });
    let (userinfo, id_token) = ask(target, &mut visit, &asked).await?;
    not_told("userinfo", &userinfo, other)?;
    not_told("ID token", &id_token, one)?;
    told("userinfo", &userinfo, one)?;
    Ok(told("ID token", &id_token, other)?)
}

async fn with_objects(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let known = known(target, &mut visit).await?;
    for object in [
        json!({ "essential": true }),
        json!({ "essential": false }),
        json!({}),
    ] {
        let members: Map<String, Value> = known
            .iter()
            .map(|(name, _)| (name.clone(), object.clone()))
            .collect();
        let (userinfo, _) = ask(target, &mut visit, &json!({ "userinfo": members })).await?;
        told(&format!("userinfo, asked with {object}"), &userinfo, &known)?;
    }
    Ok(())
}

async fn unknown_claims(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let known = known(target, &mut visit).await?;
    let mut members = nulls(&known);
    members.insert("proofhouse_unknown".to_owned(), Value::Null);
    members.insert(
        "https://claims.example.test/x".to_owned(),
        json!({ "essential": true }),
    );
    let asked = json!({ "userinfo": members, "id_token": members, "proofhouse": {} });
    let (userinfo, id_token) = ask(target, &mut visit, &asked).await?;
    for (place, claims) in [("userinfo", &userinfo), ("ID token", &id_token)] {
        told(place, claims, &known)?;
        expect::absent(claims, "/proofhouse_unknown").during(place)?;
        expect::absent(claims, "/https:~1~1claims.example.test~1x").during(place)?;
    }
    Ok(())
}

async fn malformed(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    for wrong in [
        "{",
        "[]",
        "\"email\"",
        "email",
        "{\"userinfo\":[\"email\"]}",
        "{\"id_token\":1}",
        "{\"userinfo\":{\"email\":\"essential\"}}",
        "{\"id_token\":{\"email\":null,\"name\":true}}",
    ] {
        let request = target
            .authorization_request(&client, &endpoints)
            .with("claims", wrong);
        let landed = target.browser().authorize(&request).await?;
        let error = json!(landed.error());
        expect::equal("error", &json!("invalid_request"), &error)
            .during(&format!("claims={wrong}"))?;
    }
    Ok(())
}

async fn claims_of_tokens(target: &Target) -> Outcome {
    const NAMES: [&str; 6] = ["iss", "acr", "auth_time", "exp", "iat", "nonce"];
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let asked: Map<String, Value> = NAMES
        .iter()
        .map(|name| ((*name).to_owned(), Value::Null))
        .collect();
    let (userinfo, _) = ask(target, &mut visit, &json!({ "userinfo": asked })).await?;
    for name in NAMES {
        expect::absent(&userinfo, &format!("/{name}")).during("userinfo, asked for")?;
    }
    let tokens = visit.tokens_of(ALL_SCOPES).await?;
    let userinfo = claims(target, &tokens).await?;
    for name in NAMES {
        expect::absent(&userinfo, &format!("/{name}")).during("userinfo of all scopes")?;
    }
    Ok(())
}
