//! Header and signature of ID tokens.

use serde_json::json;

use super::claims;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::visit::ALL_SCOPES,
    expect,
    relying_party::Jwks,
    secret::Secret,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.id-token.form.signed-by-a-key-of-the-set",
        title: "An ID token is signed with RS256 by the very key of the set that it names",
        cites: &["id-token-compact", "id-token-header"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(signed_by_a_key_of_the_set(target))),
    },
    Check {
        id: "login.id-token.form.key-is-chosen-by-its-id",
        title: "No other key of the set verifies an ID token, and none does under another name",
        cites: &["id-token-header"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(key_is_chosen_by_its_id(target))),
    },
    Check {
        id: "login.id-token.form.no-claims-of-scopes",
        title: "Scopes such as email put no claims into the ID token of a code",
        cites: &["id-token-without-scope-claims"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(no_claims_of_scopes(target))),
    },
];

async fn token(target: &Target) -> Result<Secret, NotPassed> {
    let client = target.any_login_client()?;
    Ok(target.sign_in(&client, "openid").await?.id()?)
}

async fn signed_by_a_key_of_the_set(target: &Target) -> Outcome {
    let token = token(target).await?;
    let header = target.jwks().await?.verify(&token)?.header;
    expect::member(&header, "/alg", &json!("RS256")).during("header")?;
    expect::member(&header, "/typ", &json!("JWT")).during("header")?;
    expect::text(&header, "/kid").during("header")?;
    Ok(())
}

async fn key_is_chosen_by_its_id(target: &Target) -> Outcome {
    let token = token(target).await?;
    let jwks = target.jwks().await?;
    let kid = jwks.verify(&token)?.header["kid"].clone();
    let keys = jwks.document["keys"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for other in keys.iter().filter(|key| key["kid"] != kid) {
        // Under the name of the right key, another one of the set.
        let mut renamed = other.clone();
        renamed["kid"] = kid.clone();
        let set = Jwks::new(json!({ "keys": [renamed] }))?;
        if set.verify(&token).is_ok() {
            let what = "keys of the set that verify the ID token";
            return Err(Mismatch::new(what, [json!([kid])], json!([kid, other["kid"]])).into());
        }
    }
    Ok(())
}

async fn no_claims_of_scopes(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let claims = claims(target, &client, ALL_SCOPES).await?;
    for claim in [
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "gender",
        "birthdate",
        "updated_at",
        "email",
        "email_verified",
        "emailAddress",
        "emailVerified",
        "address",
        "phone_number",
        "phone_number_verified",
    ] {
        expect::absent(&claims, &format!("/{claim}")).during("ID token")?;
    }
    Ok(())
}
