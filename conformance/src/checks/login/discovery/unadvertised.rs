//! What works and is not advertised: found by trying what the standards know besides.

use std::collections::BTreeSet;

use serde_json::json;

use super::{
    document::{document, listed},
    understood::{Understanding, client_of_all_response_types},
};
use crate::{
    check::{Check, Effects, Need, Run},
    relying_party::{Kind, Pkce},
    target::Target,
    verdict::{Mismatch, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.discovery.unadvertised-response-modes",
        title: "No response mode works that the document is silent of",
        cites: &["discovery-complete"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(response_modes(target))),
    },
    Check {
        id: "login.discovery.unadvertised-response-types",
        title: "No response type is understood that neither document nor policies know",
        cites: &["discovery-complete"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::LoginClient],
        run: Run::Function(|target| Box::pin(response_types(target))),
    },
    Check {
        id: "login.discovery.unadvertised-challenge-methods",
        title: "No challenge method works that is neither advertised nor documented",
        cites: &["discovery-complete"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient],
        run: Run::Function(|target| Box::pin(challenge_methods(target))),
    },
    Check {
        id: "login.discovery.unadvertised-grants",
        title: "No grant is known that is neither advertised nor documented",
        cites: &["discovery-complete"],
        effects: Effects::Reads,
        needs: &[Need::ConfidentialLoginClient],
        run: Run::Function(|target| Box::pin(grants(target))),
    },
    Check {
        id: "login.discovery.administrative-grant",
        title: "The grant of administrators is advertised, or left out as in the sample",
        cites: &["discovery-grants-administrative"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(administrative_grant(target))),
    },
];

async fn response_modes(target: &Target) -> Outcome {
    let document = document(target).await?;
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    let mut working = BTreeSet::new();
    let known = [
        "query",
        "fragment",
        "form_post",
        "jwt",
        "query.jwt",
        "web_message",
    ];
    // A document without the member advertises the first two (OpenID Connect Discovery section 3).
    let mut advertised = listed(&document, "response_modes_supported");
    if advertised.is_empty() {
        advertised.extend(["query", "fragment"]);
    }
    for mode in known.into_iter().filter(|mode| !advertised.contains(mode)) {
        let request = target.authorization_request(&client, &endpoints);
        let request = request.with("response_mode", mode);
        if Understanding::of(target, request).await?.is_good() {
            working.insert(mode);
        }
    }
    nothing("response modes that work and are not advertised", &working)
}

/// The combinations of what a policy can allow are documented, whatever the document of the target lists.
async fn response_types(target: &Target) -> Outcome {
    let document = document(target).await?;
    let client = client_of_all_response_types(target).await?;
    let endpoints = target.endpoints().await?;
    let advertised = listed(&document, "response_types_supported");
    let mut working = BTreeSet::new();
    for kind in [
        "device_code",
        "code code",
        "none code",
        "saml_assertion",
        "CODE",
    ] {
        let request = target.authorization_request(&client, &endpoints);
        let request = request.with("response_type", kind);
        let is_good = Understanding::of(target, request).await?.is_good();
        if is_good && !advertised.contains(kind) {
            working.insert(kind);
        }
    }
    nothing("response types that work and are not advertised", &working)
}

/// `SHA256` is a sample's, and a reading of its own.
async fn challenge_methods(target: &Target) -> Outcome {
    let document = document(target).await?;
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    let advertised = listed(&document, "code_challenge_methods_supported");
    let mut working = BTreeSet::new();
    for method in ["plain", "S384", "S512", "s256"] {
        let request = target.authorization_request(&client, &endpoints);
        let request = request
            .with_pkce(Pkce::s256())
            .with("code_challenge_method", method);
        let is_good = Understanding::of(target, request).await?.is_good();
        if is_good && !advertised.contains(method) {
            working.insert(method);
        }
    }
    nothing(
        "challenge methods that work and are not advertised",
        &working,
    )
}

async fn grants(target: &Target) -> Outcome {
    let document = document(target).await?;
    let client = target.login_client(Kind::Confidential)?;
    let advertised = listed(&document, "grant_types_supported");
    let mut working = BTreeSet::new();
    for grant in [
        "password",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:openid:params:grant-type:ciba",
    ] {
        let answer = target
            .request_tokens(&client, &[("grant_type", grant)])
            .await?;
        let error = answer
            .json()
            .ok()
            .and_then(|body| body["error"].as_str().map(str::to_owned));
        let is_known = !matches!(
            error.as_deref(),
            Some("unsupported_grant_type" | "unauthorized_client")
        );
        if is_known && !advertised.contains(grant) {
            working.insert(grant);
        }
    }
    nothing("grants that are known and not advertised", &working)
}

async fn administrative_grant(target: &Target) -> Outcome {
    let document = document(target).await?;
    let answer = if listed(&document, "grant_types_supported").contains("client_credentials") {
        "with-client-credentials"
    } else {
        "as-documented"
    };
    Ok(target.reading("discovery-grants", answer)?)
}

/// Requires that nothing was found.
fn nothing(what: &str, working: &BTreeSet<&str>) -> Outcome {
    if working.is_empty() {
        return Ok(());
    }
    Err(Mismatch::new(what, [json!([])], json!(working)).into())
}
