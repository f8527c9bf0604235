//! What a request demands of the user whom it is about: OpenID Connect Core, sections 3.1.2.2 and 5.5.1.

use serde_json::{Value, json};

use super::{advertised, refused::has_error};
use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    relying_party::AuthorizationRequest,
    target::Target,
    verdict::{During as _, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "oidc.demands.met-or-refused",
    title: "Who is signed in is told only to a client that does not demand another, or another way to sign in",
    cites: &["oidc-demanded-subject", "oidc-essential-acr"],
    effects: Effects::Reads,
    needs: &[Need::LoginClient, Need::User],
    run: Run::Function(|target| Box::pin(met_or_refused(target))),
}];

/// What an issuer may say of a user who is not the one that is demanded, or did not sign in as is demanded.
const ERRORS: [&str; 6] = [
    "login_required",
    "interaction_required",
    "account_selection_required",
    "consent_required",
    "access_denied",
    "unmet_authentication_requirements",
];

/// A subject that nobody has, and a level that no sign-in reaches.
const NOBODY: &str = "nobody-has-this-subject";
const NO_LEVEL: &str = "urn:example:a-level-that-nobody-reaches";

async fn met_or_refused(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    if !advertised::is_set(&endpoints, "claims_parameter_supported") {
        return Err(Skip::because("the issuer advertises no claims parameter").into());
    }
    let request = target.authorization_request(&client, &endpoints);
    let mut browser = target.browser();
    let code = browser.sign_in(&request).await?.code()?;
    let tokens = target.exchange(&client, &request, &code).await?;
    let claims = target.jwks().await?.verify(&tokens.id()?)?.claims;
    let sub = expect::text(&claims, "/sub")?;
    let silent = request.with("prompt", "none");
    let redirect = browser.authorize(&silent).await?.redirect()?;
    if redirect.error().is_some() {
        return Err(Skip::because("no user is signed in silently, whatever is demanded").into());
    }
    for met in [
        json!({ "sub": { "value": sub } }),
        json!({ "sub": { "values": [NOBODY, sub] } }),
        // Of what is not essential, a value is a wish.
        json!({ "acr": { "value": NO_LEVEL } }),
        json!({ "acr": { "essential": true } }),
    ] {
        let asked = demanding(&silent, &met);
        let redirect = browser.authorize(&asked).await?.redirect()?;
        redirect.code().during(&format!("claims {met}"))?;
    }
    for unmet in [
        json!({ "sub": { "value": NOBODY } }),
        json!({ "sub": { "values": [NOBODY, NO_LEVEL] } }),
        json!({ "acr": { "essential": true, "value": NO_LEVEL } }),
        json!({ "acr": { "essential": true, "values": [NO_LEVEL] } }),
    ] {
        let asked = demanding(&silent, &unmet);
        let redirect = browser.authorize(&asked).await?.redirect()?;
        has_error(&redirect, &ERRORS, &asked).during(&format!("claims {unmet}"))?;
    }
    Ok(())
}

fn demanding(request: &AuthorizationRequest, id_token: &Value) -> AuthorizationRequest {
    let claims = json!({ "id_token": id_token }).to_string();
    request.clone().with("claims", claims)
}
