//! What the userinfo endpoint says of a user (OpenID Connect Core section 5.1), and to whom.

use serde_json::{Value, json};

use super::{advertised, granted::Granted};
use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    http::Answer,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.claims.have-their-types",
        title: "Every standard claim has the type that the standard gives it",
        cites: &["oidc-userinfo-claim-types"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(have_their_types(target))),
    },
    Check {
        id: "oidc.claims.not-for-shared-caches",
        title: "Claims are not offered to caches that serve several users",
        cites: &["oidc-userinfo-not-shared"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(not_for_shared_caches(target))),
    },
];

async fn have_their_types(target: &Target) -> Outcome {
    let answer = claims(target).await?;
    if answer.media_type().as_deref() == Some("application/jwt") {
        return Err(Skip::because("the claims come as a JWT").into());
    }
    let claims = answer.json()?;
    for (name, claim) in claims.as_object().into_iter().flatten() {
        if let Some(expected) = standard_type(name) {
            expect::equal("type", &json!(expected), &json!(type_of(claim)))
                .during(&format!("claim `{name}`"))?;
        }
    }
    Ok(())
}

async fn not_for_shared_caches(target: &Target) -> Outcome {
    let answer = claims(target).await?;
    let directives: Vec<String> = answer
        .header_values("cache-control")
        .flat_map(|line| line.split(','))
        .map(|directive| directive.trim().to_ascii_lowercase())
        .collect();
    let is_forbidden = |directive: &String| directive == "no-store" || directive == "private";
    // Without these, nothing that was asked for with a token is kept for others.
    let is_offered =
        |directive: &String| directive == "public" || directive.starts_with("s-maxage=");
    if directives.iter().any(is_offered) && !directives.iter().any(is_forbidden) {
        let expected = [json!("no-store"), json!("private")];
        return Err(Mismatch::new("header cache-control", expected, json!(directives)).into());
    }
    Ok(())
}

/// Signs in with every scope of the standard that is advertised, and asks for the claims.
async fn claims(target: &Target) -> Result<Answer, NotPassed> {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    advertised::require_endpoint(endpoints.userinfo.as_ref(), "userinfo_endpoint")?;
    let mut scope = "openid".to_owned();
    for one in ["profile", "email", "address", "phone"] {
        if advertised::has_scope(&endpoints, one) {
            scope = format!("{scope} {one}");
        }
    }
    let request = target
        .authorization_request(&client, &endpoints)
        .scope(&scope);
    let granted = Granted::by(target, client, request).await?;
    let access = granted.exchange(target).await?.access()?;
    let answer = target.userinfo(&access).await?;
    expect::status(&answer, &[200])?;
    Ok(answer)
}

/// Returns the type of a claim; `None` for one that is not of the standard.
fn standard_type(name: &str) -> Option<&'static str> {
    match name {
        "email_verified" | "phone_number_verified" => Some("boolean"),
        "updated_at" => Some("number"),
        "address" => Some("object"),
        "sub" | "name" | "given_name" | "family_name" | "middle_name" | "nickname"
        | "preferred_username" | "profile" | "picture" | "website" | "email" | "gender"
        | "birthdate" | "zoneinfo" | "locale" | "phone_number" => Some("string"),
        _ => None,
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
