//! The claims of the scope email, whose names the documentation gives twice.

use serde_json::{Value, json};

use super::claims;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::visit::Visit,
    target::Target,
    verdict::{Mismatch, NotPassed, Outcome},
};

const NEEDS: &[Need] = &[Need::LoginClient, Need::User];

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "profiles.userinfo.email.names",
        title: "The e-mail address and whether it is verified come under one pair of names, or both",
        cites: &["userinfo-email-scope", "userinfo-email-names"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(names(target))),
    },
    Check {
        id: "profiles.userinfo.email.values",
        title: "An e-mail address is a text with an @, and whether it is verified is a boolean",
        cites: &["userinfo-email-verified-boolean"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(values(target))),
    },
];

const ADDRESSES: [&str; 2] = ["email", "emailAddress"];
const VERIFIED: [&str; 2] = ["email_verified", "emailVerified"];

async fn of_email(target: &Target) -> Result<Value, NotPassed> {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let tokens = visit.granted("openid email").await?;
    claims(target, &tokens).await
}

async fn names(target: &Target) -> Outcome {
    let answer = reading(&of_email(target).await?)?;
    Ok(target.reading("userinfo-email-names", answer)?)
}

/// Returns which of the documented names came.
fn reading(claims: &Value) -> Result<&'static str, Mismatch> {
    let has = |name: &&&str| claims.get(**name).is_some();
    let names = ADDRESSES.iter().chain(&VERIFIED);
    let mut given: Vec<&str> = names.filter(has).copied().collect();
    given.sort_unstable();
    match given[..] {
        ["email", "emailAddress", "emailVerified", "email_verified"] => Ok("both"),
        ["email", "email_verified"] => Ok("email"),
        ["emailAddress", "emailVerified"] => Ok("emailAddress"),
        _ => Err(Mismatch::new(
            "claims of the e-mail address",
            [
                json!(["email", "email_verified"]),
                json!(["emailAddress", "emailVerified"]),
                json!(["email", "email_verified", "emailAddress", "emailVerified"]),
            ],
            json!(given),
        )),
    }
}

async fn values(target: &Target) -> Outcome {
    Ok(well_formed(&of_email(target).await?)?)
}

fn well_formed(claims: &Value) -> Result<(), Mismatch> {
    let mut seen: Vec<&Value> = Vec::new();
    for name in VERIFIED {
        if let Some(value) = claims.get(name) {
            if !value.is_boolean() {
                let expected = [json!(true), json!(false)];
                return Err(Mismatch::new(
                    format!("member /{name}"),
                    expected,
                    value.clone(),
                ));
            }
            seen.push(value);
        }
    }
    if seen.is_empty() {
        let expected = [json!("present")];
        return Err(Mismatch::new(
            "member /email_verified",
            expected,
            json!("absent"),
        ));
    }
    for name in ADDRESSES {
        if let Some(value) = claims.get(name)
            && !value.as_str().is_some_and(|text| text.contains('@'))
        {
            let expected = [json!("somebody@example.com")];
            return Err(Mismatch::new(
                format!("member /{name}"),
                expected,
                value.clone(),
            ));
        }
    }
    for pair in [ADDRESSES, VERIFIED] {
        if let [Some(one), Some(other)] = pair.map(|name| claims.get(name))
            && one != other
        {
            let what = format!("members {} and {}", pair[0], pair[1]);
            return Err(Mismatch::new(
                what,
                [json!([one, one])],
                json!([one, other]),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_in_pairs() {
        let of = |names: &[&str]| {
            let claims: Value = names
                .iter()
                .map(|name| ((*name).to_owned(), json!(1)))
                .collect();
            reading(&claims)
        };
        assert_eq!(of(&["email", "email_verified", "sub"]), Ok("email"));
        assert_eq!(of(&["emailVerified", "emailAddress"]), Ok("emailAddress"));
        assert_eq!(
            of(&["emailVerified", "emailAddress", "email", "email_verified"]),
            Ok("both")
        );
        for wrong in [&["email"][..], &[], &["email", "emailVerified"]] {
            assert!(of(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn values_have_types_and_agree() {
        assert!(well_formed(&json!({"email": "a@b", "email_verified": false})).is_ok());
        for wrong in [
            json!({"email": "a@b", "email_verified": "true"}),
            json!({"email": "a@b", "email_verified": "2026-01-01 00:00:00 +0000"}),
            json!({"email": "a@b"}),
            json!({"email": ["a@b"], "email_verified": true}),
            json!({"email": "a@b", "emailAddress": "c@d", "email_verified": true}),
            json!({"email_verified": true, "emailVerified": false}),
        ] {
            assert!(well_formed(&wrong).is_err(), "{wrong}");
        }
    }
}
