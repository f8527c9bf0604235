//! The discovery document.

use serde_json::{Value, json};
use url::Url;

use crate::{
    check::{Check, Effects, Run},
    expect,
    http::Answer,
    relying_party::Endpoints,
    target::Target,
    verdict::{Mismatch, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.discovery.document-is-json",
        title: "The discovery document is JSON at the well-known path of the issuer",
        cites: &["oidc-discovery-document"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(document_is_json(target))),
    },
    Check {
        id: "oidc.discovery.issuer-is-the-one-asked",
        title: "The discovery document names the issuer under whose URL it was found",
        cites: &["oidc-discovery-issuer"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(issuer_is_the_one_asked(target))),
    },
    Check {
        id: "oidc.discovery.required-members",
        title: "The discovery document has the members that it must have, each of its type",
        cites: &["oidc-discovery-required-members"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(required_members(target))),
    },
    Check {
        id: "oidc.discovery.no-empty-lists",
        title: "No member of the discovery document is an empty array",
        cites: &["oidc-discovery-no-empty-lists"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(no_empty_lists(target))),
    },
    Check {
        id: "oidc.discovery.mandatory-algorithm",
        title: "ID tokens can be signed with RS256",
        cites: &["oidc-discovery-mandatory-algorithm"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(mandatory_algorithm(target))),
    },
    Check {
        id: "oidc.discovery.openid-is-a-scope",
        title: "The published scopes contain `openid`",
        cites: &["oidc-discovery-openid-scope"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(openid_is_a_scope(target))),
    },
    Check {
        id: "oidc.discovery.endpoints-are-secure",
        title: "Issuer and endpoints are HTTPS, or plain HTTP on loopback",
        cites: &["oidc-discovery-endpoints-secure"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(endpoints_are_secure(target))),
    },
    Check {
        id: "oidc.discovery.recommended-members",
        title: "The discovery document names the userinfo endpoint, the scopes and the claims",
        cites: &["oidc-discovery-recommended-members"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(recommended_members(target))),
    },
];

async fn asked(target: &Target) -> Result<Answer, NotPassed> {
    let address = Endpoints::document_of(&target.session().issuer);
    target.anonymous().get(address).await
}

async fn document(target: &Target) -> Result<Value, NotPassed> {
    let answer = asked(target).await?;
    expect::status(&answer, &[200])?;
    Ok(answer.json()?)
}

async fn document_is_json(target: &Target) -> Outcome {
    let answer = asked(target).await?;
    expect::status(&answer, &[200])?;
    expect::media_type(&answer, "application/json")?;
    let document = answer.json()?;
    if document.is_object() {
        return Ok(());
    }
    Err(Mismatch::new("body", [json!("an object")], document).into())
}

async fn issuer_is_the_one_asked(target: &Target) -> Outcome {
    let document = document(target).await?;
    let issuer = json!(target.session().issuer);
    expect::member(&document, "/issuer", &issuer)?;
    Ok(())
}

async fn required_members(target: &Target) -> Outcome {
    let document = document(target).await?;
    for member in [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
    ] {
        expect::text(&document, &format!("/{member}"))?;
    }
    for member in [
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
    ] {
        texts(&document, member)?;
    }
    Ok(())
}

async fn no_empty_lists(target: &Target) -> Outcome {
    let document = document(target).await?;
    let members = document.as_object().into_iter().flatten();
    let empty: Vec<&String> = members
        .filter(|(_, value)| value.as_array().is_some_and(Vec::is_empty))
        .map(|(name, _)| name)
        .collect();
    expect::equal("members with an empty array", &json!([]), &json!(empty))?;
    Ok(())
}

async fn mandatory_algorithm(target: &Target) -> Outcome {
    let document = document(target).await?;
    contains(&document, "id_token_signing_alg_values_supported", "RS256")
}

async fn openid_is_a_scope(target: &Target) -> Outcome {
    let document = document(target).await?;
    if document.get("scopes_supported").is_none() {
        return Err(Skip::because("the issuer publishes no scopes").into());
    }
    contains(&document, "scopes_supported", "openid")
}

async fn endpoints_are_secure(target: &Target) -> Outcome {
    let document = document(target).await?;
    let issuer = expect::text(&document, "/issuer")?;
    is_secure("issuer", issuer)?;
    if issuer.contains(['?', '#']) {
        let expected = [json!("no query and no fragment")];
        return Err(Mismatch::new("member /issuer", expected, json!(issuer)).into());
    }
    let members = document.as_object().into_iter().flatten();
    for (name, value) in
        members.filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri")
    {
        let address = value.as_str().ok_or_else(|| {
            let what = format!("member /{name}");
            Mismatch::new(what, [json!("a string")], value.clone())
        })?;
        is_secure(name, address)?;
    }
    Ok(())
}

async fn recommended_members(target: &Target) -> Outcome {
    let document = document(target).await?;
    expect::text(&document, "/userinfo_endpoint")?;
    texts(&document, "scopes_supported")?;
    texts(&document, "claims_supported")?;
    Ok(())
}

/// Requires a list of texts.
fn texts<'d>(document: &'d Value, member: &str) -> Result<Vec<&'d str>, Mismatch> {
    let place = format!("/{member}");
    let value = expect::present(document, &place)?;
    value
        .as_array()
        .and_then(|values| values.iter().map(Value::as_str).collect())
        .ok_or_else(|| {
            let what = format!("member {place}");
            Mismatch::new(what, [json!("an array of strings")], value.clone())
        })
}

fn contains(document: &Value, member: &str, wanted: &str) -> Outcome {
    let values = texts(document, member)?;
    if values.contains(&wanted) {
        return Ok(());
    }
    let what = format!("member /{member}");
    Err(Mismatch::new(what, [json!([wanted])], json!(values)).into())
}

fn is_secure(name: &str, address: &str) -> Result<(), Mismatch> {
    let is_loopback = |url: &Url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match Url::parse(address) {
        Ok(url) if url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url) => Ok(()),
        _ => {
            let expected = [json!("https"), json!("http on loopback")];
            let what = format!("member /{name}");
            Err(Mismatch::new(what, expected, json!(address)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_loopback_alone() {
        for good in [
            "https://id.example.test/a",
            "http://127.0.0.9:1/",
            "http://[::1]/x",
            "http://localhost:8/",
        ] {
            assert!(is_secure("a", good).is_ok(), "{good}");
        }
        for bad in [
            "http://id.example.test",
            "http://localhost.example.test",
            "ftp://127.0.0.1",
            "/token",
            "",
        ] {
            assert!(is_secure("a", bad).is_err(), "{bad}");
        }
    }
}
