//! What claims look like.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::claims;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::visit::{ALL_SCOPES, Visit},
    target::Target,
    verdict::{During as _, Mismatch, Outcome, Skip},
};

const NEEDS: &[Need] = &[Need::LoginClient, Need::User];

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "profiles.userinfo.formats.names",
        title: "The parts of a name and the name to be called by are texts",
        cites: &["claims-profile-names"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(each(target, NAMES, is_text))),
    },
    Check {
        id: "profiles.userinfo.formats.whole-name",
        title: "The whole name is made of the parts of the name",
        cites: &["claims-name-derived"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(whole_name(target))),
    },
    Check {
        id: "profiles.userinfo.formats.gender",
        title: "The gender is a text",
        cites: &["claims-gender"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(each(target, &["gender"], is_text))),
    },
    Check {
        id: "profiles.userinfo.formats.birthdate",
        title: "The date of birth is a day of the calendar, year first",
        cites: &["claims-birthdate"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(each(target, &["birthdate"], is_day))),
    },
    Check {
        id: "profiles.userinfo.formats.updated-at",
        title: "The time of the last change is a number of seconds",
        cites: &["claims-updated-at"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(each(target, &["updated_at"], is_time))),
    },
    Check {
        id: "profiles.userinfo.formats.address",
        title: "The postal address is an object of texts under the names of the standard",
        cites: &["claims-address-form"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(each(target, &["address"], is_address))),
    },
    Check {
        id: "profiles.userinfo.formats.phone-number",
        title: "The telephone number is a text",
        cites: &["claims-phone-number"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| Box::pin(each(target, &["phone_number"], is_text))),
    },
    Check {
        id: "profiles.userinfo.formats.verified",
        title: "Whether e-mail address and telephone number are verified is told as booleans",
        cites: &["claims-verified-booleans"],
        effects: Effects::Reads,
        needs: NEEDS,
        run: Run::Function(|target| {
            let names = &["email_verified", "phone_number_verified"];
            Box::pin(each(target, names, Value::is_boolean))
        }),
    },
];

const NAMES: &[&str] = &[
    "given_name",
    "family_name",
    "middle_name",
    "preferred_username",
];

async fn of_all_scopes(target: &Target) -> Result<Value, crate::verdict::NotPassed> {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let tokens = visit.tokens_of(ALL_SCOPES).await?;
    claims(target, &tokens).await
}

/// Holds whichever of these claims there are against their format.
async fn each(target: &Target, names: &[&str], is_well_formed: fn(&Value) -> bool) -> Outcome {
    let claims = of_all_scopes(target).await?;
    let mut seen = 0;
    for name in names {
        let Some(value) = claims.get(name) else {
            continue;
        };
        seen += 1;
        if !is_well_formed(value) {
            let expected = [json!(example(name))];
            let what = format!("userinfo: member /{name}");
            return Err(Mismatch::new(what, expected, value.clone()).into());
        }
    }
    if seen == 0 {
        let reason = format!("the user has none of {names:?}");
        return Err(Skip::because(reason).into());
    }
    Ok(())
}

fn example(name: &str) -> Value {
    match name {
        "birthdate" => json!("1990-05-17"),
        "updated_at" => json!(1_790_000_000),
        "address" => json!({"street_address": "a text", "locality": "a text"}),
        "email_verified" | "phone_number_verified" => json!(true),
        _ => json!("a text"),
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn is_day(value: &Value) -> bool {
    let is_day = |text: &str| text.len() == 10 && text.parse::<Date>().is_ok();
    value.as_str().is_some_and(is_day)
}

/// From 2000 to 2100: milliseconds would be later by far.
fn is_time(value: &Value) -> bool {
    value
        .as_f64()
        .is_some_and(|time| (946_684_800.0..4_102_444_800.0).contains(&time))
}

fn is_address(value: &Value) -> bool {
    const MEMBERS: [&str; 6] = [
        "formatted",
        "street_address",
        "locality",
        "region",
        "postal_code",
        "country",
    ];
    value.as_object().is_some_and(|members| {
        !members.is_empty()
            && members
                .iter()
                .all(|(name, value)| MEMBERS.contains(&name.as_str()) && is_text(value))
    })
}

async fn whole_name(target: &Target) -> Outcome {
    let claims = of_all_scopes(target).await?;
    let parts: Vec<&str> = ["given_name", "family_name"]
        .iter()
        .filter_map(|name| claims[name].as_str())
        .collect();
    if parts.is_empty() {
        return Err(Skip::because("the user has no parts of a name").into());
    }
    let middle = claims["middle_name"].as_str();
    Ok(made_of(&claims["name"], &parts, middle).during("userinfo")?)
}

/// Requires every part, and no word that is of none of them. A middle name may be left out.
fn made_of(name: &Value, parts: &[&str], middle: Option<&str>) -> Result<(), Mismatch> {
    let is_of_a_part = |word: &str| parts.iter().chain(&middle).any(|part| part.contains(word));
    let is_made = |name: &str| {
        parts.iter().all(|part| name.contains(part)) && name.split_whitespace().all(is_of_a_part)
    };
    if name.as_str().is_some_and(is_made) {
        return Ok(());
    }
    let expected = [json!(parts.join(" "))];
    Err(Mismatch::new("member /name", expected, name.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_has_its_own_format() {
        assert!(is_day(&example("birthdate")));
        assert!(is_time(&example("updated_at")));
        assert!(is_address(&example("address")));
        assert!(is_text(&example("gender")));
    }

    #[test]
    fn other_formats_are_told_apart() {
        for wrong in [
            json!("17.05.1990"),
            json!("1990-02-30"),
            json!("1990-05-17T00:00"),
            json!(0),
        ] {
            assert!(!is_day(&wrong), "{wrong}");
        }
        for wrong in [json!("1790000000"), json!(1_790_000_000_000_i64), json!(0)] {
            assert!(!is_time(&wrong), "{wrong}");
        }
        for wrong in [
            json!("Street 1"),
            json!({}),
            json!({"streetAddress1": "a"}),
            json!({"street_address": null}),
        ] {
            assert!(!is_address(&wrong), "{wrong}");
        }
        assert!(made_of(&json!("Mira Lind"), &["Mira", "Lind"], None).is_ok());
        assert!(made_of(&json!("Mira Ann Lind"), &["Mira", "Lind"], Some("Ann")).is_ok());
        assert!(made_of(&json!("Mira Lind"), &["Mira", "Lind"], Some("Ann")).is_ok());
        assert!(made_of(&json!("Mira"), &["Mira", "Lind"], None).is_err());
        assert!(made_of(&json!("Mira Lind"), &["Mira"], None).is_err());
        assert!(made_of(&Value::Null, &["Mira"], None).is_err());
    }
}
