//! Claims of somebody whose attributes the check knows, because it made them.

use serde_json::{Value, json};

use super::claims;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::{account::Account, visit::ALL_SCOPES},
    expect,
    target::Target,
    verdict::{NotPassed, Outcome, Skip},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "profiles.userinfo.known.every-attribute",
        title: "Every attribute of a profile that OpenID Connect has a claim for makes that claim",
        cites: &["claims-of-attributes"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(every_attribute(target))),
    },
    Check {
        id: "profiles.userinfo.known.nothing-of-nothing",
        title: "An empty profile makes no claims",
        cites: &["claims-of-no-attributes"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::Control],
        run: Run::Function(|target| Box::pin(nothing_of_nothing(target))),
    },
];

async fn every_attribute(target: &Target) -> Outcome {
    let profile = json!({
        "givenName": "Ada",
        "middleName": "King",
        "familyName": "Lovelace",
        "nickname": "Countess",
        "displayName": "ada.lovelace",
        "gender": "female",
        "birthday": "1990-12-10",
        "mobileNumber": "+4420555010",
        "mobileNumberVerified": "2025-11-03T08:20:00Z",
        "primaryAddress": { "city": "London", "zip": "SW1Y 4JH", "country": "GB" },
    });
    let all = all_claims(target, profile).await?;
    for (claim, value) in [
        ("/given_name", json!("Ada")),
        ("/middle_name", json!("King")),
        ("/family_name", json!("Lovelace")),
        ("/name", json!("Ada King Lovelace")),
        ("/nickname", json!("Countess")),
        ("/preferred_username", json!("ada.lovelace")),
        ("/gender", json!("female")),
        ("/birthdate", json!("1990-12-10")),
        ("/phone_number", json!("+4420555010")),
        ("/phone_number_verified", json!(true)),
        ("/address/locality", json!("London")),
        ("/address/postal_code", json!("SW1Y 4JH")),
        ("/address/country", json!("GB")),
    ] {
        expect::member(&all, claim, &value)?;
    }
    Ok(())
}

async fn nothing_of_nothing(target: &Target) -> Outcome {
    let all = all_claims(target, json!({})).await?;
    for claim in [
        "given_name",
        "middle_name",
        "family_name",
        "name",
        "nickname",
        "gender",
        "birthdate",
        "phone_number",
        "phone_number_verified",
        "address",
    ] {
        expect::absent(&all, &format!("/{claim}"))?;
    }
    Ok(())
}

/// Makes somebody with this profile, and returns what userinfo tells of them.
async fn all_claims(target: &Target, profile: Value) -> Result<Value, NotPassed> {
    let account = Account::made(target, profile).await?;
    let told = told(target, &account).await;
    account.close(target).await?;
    told
}

async fn told(target: &Target, account: &Account) -> Result<Value, NotPassed> {
    let mut device = account.signs_in(target, target.any_login_client()?).await?;
    let tokens = device.tokens(ALL_SCOPES).await?;
    let granted = tokens.scope();
    if !ALL_SCOPES.split(' ').all(|name| granted.contains(name)) {
        let reason = format!("the described client is not granted `{ALL_SCOPES}`");
        return Err(Skip::because(reason).into());
    }
    claims(target, &tokens).await
}
