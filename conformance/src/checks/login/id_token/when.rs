//! Times of ID tokens.

use serde_json::{Value, json};

use super::claims;
use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.id-token.when.issued-before-it-expires",
        title: "An ID token says in seconds when it was issued, and expires later",
        cites: &["id-token-times"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(issued_before_it_expires(target))),
    },
    Check {
        id: "login.id-token.when.lifetime",
        title: "An ID token lives an hour, or as long as the access token beside it",
        cites: &["id-token-lifetime"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(lifetime(target))),
    },
    Check {
        id: "login.id-token.when.signed-in-before-issued",
        title: "An ID token says when the user signed in, which was not later than its issue",
        cites: &["id-token-auth-time"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(signed_in_before_issued(target))),
    },
];

async fn issued_before_it_expires(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let claims = claims(target, &client, "openid").await?;
    let issued = expect::integer(&claims, "/iat").during("ID token")?;
    let now = target.now().await.as_second();
    // Seconds and not milliseconds; clocks may be apart by some minutes.
    if !(now - 300..=now + 300).contains(&issued) {
        let expected = [json!(format!("about {now}"))];
        return Err(Mismatch::new("ID token: member /iat", expected, json!(issued)).into());
    }
    Ok(in_order(&claims, "/iat", "/exp", false)?)
}

async fn lifetime(target: &Target) -> Outcome {
    let policy = json!({ "accessTokenLifetime": 600 });
    let client = target.visit_under(policy).await?.client;
    let claims = claims(target, &client, "openid").await?;
    let lifetime = expect::integer(&claims, "/exp")? - expect::integer(&claims, "/iat")?;
    Ok(expect::one_of(
        "`exp` less `iat` of the ID token",
        &[json!(3600), json!(600)],
        &json!(lifetime),
    )?)
}

async fn signed_in_before_issued(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let claims = claims(target, &client, "openid").await?;
    Ok(in_order(&claims, "/auth_time", "/iat", true)?)
}

/// Requires that one time is before another, or the same if it may be.
fn in_order(claims: &Value, first: &str, second: &str, or_equal: bool) -> Result<(), Mismatch> {
    let earlier = expect::integer(claims, first).during("ID token")?;
    let later = expect::integer(claims, second).during("ID token")?;
    if earlier < later || or_equal && earlier == later {
        return Ok(());
    }
    let expected = json!(format!("before {later}, which is {second}"));
    let what = format!("ID token: member {first}");
    Err(Mismatch::new(what, [expected], json!(earlier)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_compared_as_numbers() {
        let claims = json!({"iat": 9, "exp": 10, "text": "9"});
        assert!(in_order(&claims, "/iat", "/exp", false).is_ok());
        assert!(in_order(&claims, "/exp", "/iat", false).is_err());
        assert!(in_order(&claims, "/iat", "/iat", false).is_err());
        assert!(in_order(&claims, "/iat", "/iat", true).is_ok());
        assert!(in_order(&claims, "/text", "/exp", true).is_err());
        assert!(in_order(&claims, "/none", "/exp", true).is_err());
    }
}
