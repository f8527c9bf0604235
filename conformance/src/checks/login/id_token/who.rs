//! Issuer, client and user of ID tokens.

use serde_json::{Value, json};
use uuid::Uuid;

use super::claims;
use crate::{
    check::{Check, Effects, Need, Run},
    checks::login::token::others,
    expect,
    target::Target,
    verdict::{During as _, Mismatch, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.id-token.who.issuer",
        title: "The issuer is that of the discovery document, to the letter",
        cites: &["id-token-issuer"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(issuer(target))),
    },
    Check {
        id: "login.id-token.who.audience",
        title: "The audience is an array of the client alone, and the authorized party is the client",
        cites: &["id-token-audience", "id-token-authorized-party"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(audience(target))),
    },
    Check {
        id: "login.id-token.who.subject",
        title: "The subject is a UUID, and the global subject names it in its documented form",
        cites: &["id-token-subject", "id-token-global-subject"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(subject(target))),
    },
    Check {
        id: "login.id-token.who.same-user-same-subject",
        title: "A user is the same subject at every sign-in and for every client",
        cites: &["id-token-subject-stable"],
        effects: Effects::Creates,
        needs: &[Need::LoginClient, Need::User, Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(same_user_same_subject(target))),
    },
];

async fn issuer(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let document = target.endpoints().await?.document;
    let Some(issuer) = document.get("issuer") else {
        return Err(Skip::because("the target shows no discovery document").into());
    };
    let claims = claims(target, &client, "openid").await?;
    Ok(expect::member(&claims, "/iss", issuer).during("ID token")?)
}

async fn audience(target: &Target) -> Outcome {
    let [public, confidential] = others(target).await?;
    for client in [target.any_login_client()?, public, confidential] {
        let claims = claims(target, &client, "openid").await?;
        expect::member(&claims, "/aud", &json!([client.id])).during("ID token")?;
        if let Some(party) = claims.get("azp") {
            expect::equal("member /azp", &json!(client.id), party).during("ID token")?;
        }
    }
    Ok(())
}

async fn subject(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let claims = claims(target, &client, "openid").await?;
    let subject = expect::text(&claims, "/sub").during("ID token")?;
    uuid("/sub", subject)?;
    Ok(global_subject(&claims, subject)?)
}

/// Requires a UUID in its usual form, with hyphens.
pub(super) fn uuid(place: &str, text: &str) -> Result<(), Mismatch> {
    if text.len() == 36 && Uuid::parse_str(text).is_ok() {
        return Ok(());
    }
    let what = format!("ID token: member {place}");
    Err(Mismatch::new(what, [json!("a UUID")], json!(text)))
}

/// Requires `capture-v1://{domain}/{application}/{entity type}/{uuid}`, with the subject at the end.
fn global_subject(claims: &Value, subject: &str) -> Result<(), Mismatch> {
    let text = expect::text(claims, "/global_sub").during("ID token")?;
    let parts: Option<Vec<&str>> = text
        .strip_prefix("capture-v1://")
        .map(|rest| rest.split('/').collect());
    let is_whole = matches!(
        parts.as_deref(),
        Some([domain, application, entity, user])
            if ![domain, application, entity].iter().any(|part| part.is_empty()) && *user == subject
    );
    if is_whole {
        return Ok(());
    }
    let form = format!("capture-v1://{{domain}}/{{application}}/{{entity type}}/{subject}");
    let what = "ID token: member /global_sub";
    Err(Mismatch::new(what, [json!(form)], json!(text)))
}

async fn same_user_same_subject(target: &Target) -> Outcome {
    let described = target.any_login_client()?;
    let first = claims(target, &described, "openid").await?;
    let [public, confidential] = others(target).await?;
    for client in [described, public, confidential] {
        let again = claims(target, &client, "openid").await?;
        for claim in ["/sub", "/global_sub"] {
            let expected = expect::present(&first, claim).during("ID token")?;
            expect::member(&again, claim, expected).during("a later ID token")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_global_subject_has_four_parts_and_ends_in_the_subject() {
        let of = |text: &str| global_subject(&json!({ "global_sub": text }), "u");
        assert!(of("capture-v1://d/a/user/u").is_ok());
        for wrong in [
            "capture-v1://d/a/user/x",
            "capture-v1://d/a/u",
            "capture-v1://d//user/u",
            "capture-v2://d/a/user/u",
            "d/a/user/u",
            "capture-v1://d/a/user/u/",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_uuid_has_hyphens() {
        assert!(uuid("/sub", "0f5f5b1e-5a0c-4b0b-9a06-1c2d3e4f5a6b").is_ok());
        assert!(uuid("/sub", "0f5f5b1e5a0c4b0b9a061c2d3e4f5a6b").is_err());
        assert!(uuid("/sub", "mira.lind@example.com").is_err());
    }
}
