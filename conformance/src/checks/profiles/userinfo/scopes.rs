//! Which claims a scope covers.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::claims;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::visit::{ALL_SCOPES, Visit},
    expect,
    target::Target,
    verdict::{Mismatch, NotPassed, Outcome, Skip},
};

const NEEDS: &[Need] = &[Need::LoginClient, Need::User];

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "profiles.userinfo.scopes.each-covers-its-own",
        title: "With one scope beside openid no claim of another is returned",
        cites: &["userinfo-scopes-only"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(each_covers_its_own(target))),
    },
    Check {
        id: "profiles.userinfo.scopes.openid-alone",
        title: "With openid alone the two subjects are all that is told",
        cites: &["userinfo-openid-alone"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(openid_alone(target))),
    },
    Check {
        id: "profiles.userinfo.scopes.profile",
        title: "profile gives names and the like, and neither address, e-mail nor telephone",
        cites: &["scopes-profile"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(gives(target, "profile"))),
    },
    Check {
        id: "profiles.userinfo.scopes.email",
        title: "email gives the e-mail address and nothing else",
        cites: &["scopes-email"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(gives(target, "email"))),
    },
    Check {
        id: "profiles.userinfo.scopes.address",
        title: "address gives the postal address and nothing else",
        cites: &["scopes-address"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(gives(target, "address"))),
    },
    Check {
        id: "profiles.userinfo.scopes.phone",
        title: "phone gives the telephone number and nothing else",
        cites: &["scopes-phone"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(gives(target, "phone"))),
    },
    Check {
        id: "profiles.userinfo.scopes.together",
        title: "All scopes together give what each gives alone, no more and no less",
        cites: &["userinfo-scopes-only"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(together(target))),
    },
    Check {
        id: "profiles.userinfo.scopes.nothing-is-null",
        title: "What is not known of the user is left out, not null and not empty",
        cites: &["userinfo-absent-omitted"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(nothing_is_null(target))),
    },
];

/// What every user has.
const SUBJECTS: &[&str] = &["sub", "global_sub"];

/// Returns the claims that a scope may cover.
fn covered(scope: &str) -> &'static [&'static str] {
    match scope {
        "profile" => &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "gender",
            "birthdate",
            "updated_at",
        ],
        "email" => &["email", "email_verified", "emailAddress", "emailVerified"],
        "address" => &["address"],
        "phone" => &["phone_number", "phone_number_verified"],
        _ => &[],
    }
}

const SCOPES: [&str; 4] = ["profile", "email", "address", "phone"];

/// Requires that claims are the subjects and some of those that a scope covers; returns the latter.
fn within<'v>(claims: &'v Value, scope: &str) -> Result<BTreeSet<&'v str>, Mismatch> {
    let allowed: BTreeSet<&str> = SUBJECTS.iter().chain(covered(scope)).copied().collect();
    let names: BTreeSet<&str> = claims
        .as_object()
        .into_iter()
        .flat_map(|members| members.keys().map(String::as_str))
        .collect();
    if names.is_subset(&allowed) {
        return Ok(names
            .into_iter()
            .filter(|name| !SUBJECTS.contains(name))
            .collect());
    }
    let what = format!("claims of `openid {scope}`");
    Err(Mismatch::new(what, [json!(allowed)], json!(names)))
}

/// Returns the claims of `openid` and another scope; none where the described client is not granted it.
async fn of_scope(
    visit: &mut Visit<'_>,
    target: &Target,
    scope: &str,
) -> Result<Option<Value>, NotPassed> {
    let tokens = visit.tokens_of(&format!("openid {scope}")).await?;
    if !tokens.scope().contains(scope) {
        return Ok(None);
    }
    claims(target, &tokens).await.map(Some)
}

async fn each_covers_its_own(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    for scope in SCOPES {
        let tokens = visit.tokens_of(&format!("openid {scope}")).await?;
        // Where the scope itself is not granted, nothing at all is covered.
        let granted = if tokens.scope().contains(scope) {
            scope
        } else {
            ""
        };
        within(&claims(target, &tokens).await?, granted)?;
    }
    Ok(())
}

async fn openid_alone(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let tokens = visit.tokens_of("openid").await?;
    let claims = claims(target, &tokens).await?;
    Ok(expect::exact_members(&claims, "", SUBJECTS)?)
}

async fn gives(target: &Target, scope: &str) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let Some(claims) = of_scope(&mut visit, target, scope).await? else {
        let reason = format!("the described client is not granted `{scope}`");
        return Err(Skip::because(reason).into());
    };
    if !within(&claims, scope)?.is_empty() {
        return Ok(());
    }
    if scope == "email" {
        let what = "claims of `openid email`";
        return Err(Mismatch::new(what, [json!(["email", "email_verified"])], json!([])).into());
    }
    let reason = format!("the user has nothing that `{scope}` covers");
    Err(Skip::because(reason).into())
}

async fn together(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let mut expected = json!({});
    for scope in SCOPES {
        let Some(claims) = of_scope(&mut visit, target, scope).await? else {
            continue;
        };
        for (name, value) in claims.as_object().into_iter().flatten() {
            expected[name] = value.clone();
        }
    }
    let tokens = visit.tokens_of(ALL_SCOPES).await?;
    let mut all = claims(target, &tokens).await?;
    // Signing in may itself be a change of the user.
    for claims in [&mut expected, &mut all] {
        if let Some(time) = claims.get_mut("updated_at") {
            *time = json!("some time");
        }
    }
    Ok(expect::equal("claims of all scopes", &expected, &all)?)
}

async fn nothing_is_null(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let asked: Value = SCOPES
        .iter()
        .flat_map(|scope| covered(scope))
        .map(|claim| ((*claim).to_owned(), Value::Null))
        .collect();
    let request = visit
        .request()
        .scope(ALL_SCOPES)
        .with("claims", json!({ "userinfo": asked }).to_string());
    let tokens = visit.tokens(&request).await?;
    Ok(no_nulls("", &claims(target, &tokens).await?)?)
}

fn no_nulls(place: &str, value: &Value) -> Result<(), Mismatch> {
    let is_empty = value.is_null() || value == "" || *value == json!({});
    if is_empty && !place.is_empty() {
        let what = format!("member {place}");
        return Err(Mismatch::new(
            what,
            [json!("absent"), json!("a value")],
            value.clone(),
        ));
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        no_nulls(&format!("{place}/{name}"), value)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_of_another_scope_is_one_too_many() {
        let claims = json!({"sub": "u", "global_sub": "g", "email": "a@b"});
        assert_eq!(within(&claims, "email"), Ok(BTreeSet::from(["email"])));
        assert!(within(&claims, "phone").is_err());
        assert!(within(&json!({"sub": "u", "iss": "i"}), "email").is_err());
        assert_eq!(within(&json!({"sub": "u"}), ""), Ok(BTreeSet::new()));
    }

    #[test]
    fn nulls_are_found_at_any_depth() {
        assert!(no_nulls("", &json!({"a": {"b": false}, "c": 0})).is_ok());
        assert!(no_nulls("", &json!({"a": null})).is_err());
        assert!(no_nulls("", &json!({"a": {"b": null}})).is_err());
        assert!(no_nulls("", &json!({"a": ""})).is_err());
        assert!(no_nulls("", &json!({"address": {}})).is_err());
    }
}
