//! Session, means and assurance in ID tokens.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{claims, who::uuid};
use crate::{
    check::{Check, Effects, Need, Run},
    checks::visit::Visit,
    expect,
    target::Target,
    verdict::{During as _, Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.id-token.session.id",
        title: "The session has a UUID, the same for every sign-in of one browser",
        cites: &["id-token-session-id"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(id(target))),
    },
    Check {
        id: "login.id-token.session.assurance-and-means",
        title: "An ID token says how sure it is of the user, and by what means it came to know",
        cites: &["id-token-assurance", "id-token-methods"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(assurance_and_means(target))),
    },
    Check {
        id: "login.id-token.session.unique-id",
        title: "Every ID token has an id of its own, within one browser and after a refresh, too",
        cites: &["id-token-unique-id"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(unique_id(target))),
    },
];

async fn id(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let jwks = target.jwks().await?;
    let mut seen = BTreeSet::new();
    for _ in 0..2 {
        let tokens = visit.tokens_of("openid").await?;
        let claims = jwks.verify(&tokens.id()?)?.claims;
        let session = expect::text(&claims, "/sid").during("ID token")?;
        uuid("/sid", session)?;
        seen.insert(session.to_owned());
    }
    Ok(expect::equal(
        "sessions of one browser",
        &json!(1),
        &json!(seen.len()),
    )?)
}

async fn assurance_and_means(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let claims = claims(target, &client, "openid").await?;
    assurance(&claims).during("ID token")?;
    Ok(means(&claims).during("ID token")?)
}

fn assurance(claims: &Value) -> Result<(), Mismatch> {
    const BEGINNING: &str = "urn:akamai-ic:nist:800-63-3:aal:";
    let text = expect::text(claims, "/acr")?;
    let level = text.strip_prefix(BEGINNING).unwrap_or_default();
    if level.parse::<u8>().is_ok() {
        return Ok(());
    }
    let expected = [json!(format!("{BEGINNING}1"))];
    Err(Mismatch::new("member /acr", expected, json!(text)))
}

fn means(claims: &Value) -> Result<(), Mismatch> {
    let value = expect::present(claims, "/amr")?;
    let is_named = |means: &Value| means.as_str().is_some_and(|text| !text.is_empty());
    match value.as_array() {
        Some(several) if !several.is_empty() && several.iter().all(is_named) => Ok(()),
        _ => Err(Mismatch::new(
            "member /amr",
            [json!(["pwd"])],
            value.clone(),
        )),
    }
}

async fn unique_id(target: &Target) -> Outcome {
    let mut visit = Visit::of(target, target.any_login_client()?).await?;
    let jwks = target.jwks().await?;
    let first = visit.tokens_of("openid").await?;
    let second = visit.tokens_of("openid").await?;
    let refreshed = target.refresh(&visit.client, &first.refresh()?).await?;
    let mut seen = BTreeSet::new();
    let mut id_tokens = vec![first.id()?, second.id()?];
    // Not every target gives an ID token at a refresh.
    id_tokens.extend(refreshed.id().ok());
    for token in id_tokens {
        let claims = jwks.verify(&token)?.claims;
        let id = expect::text(&claims, "/jti").during("ID token")?;
        if id.is_empty() || !seen.insert(id.to_owned()) {
            let expected = [json!("one that no other ID token has")];
            return Err(Mismatch::new("ID token: member /jti", expected, json!(id)).into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        let level = |text: &str| assurance(&json!({ "acr": text }));
        assert!(level("urn:akamai-ic:nist:800-63-3:aal:1").is_ok());
        assert!(level("urn:akamai-ic:nist:800-63-3:aal:").is_err());
        assert!(level("1").is_err());
        assert!(means(&json!({"amr": ["pwd", "mfa"]})).is_ok());
        for wrong in [
            json!({}),
            json!({"amr": "pwd"}),
            json!({"amr": []}),
            json!({"amr": [""]}),
        ] {
            assert!(means(&wrong).is_err(), "{wrong}");
        }
    }
}
