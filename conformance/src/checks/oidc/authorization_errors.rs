//! The authorization endpoint: requests that are wrong.

use serde_json::json;

use super::{advertised, refused::Refused};
use crate::{
    browser::Authorized,
    check::{Check, Effects, Need, Run},
    expect,
    secret::Secret,
    target::Target,
    verdict::{During as _, Mismatch, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.authorization-errors.missing-response-type",
        title: "A request without a response type gets no code",
        cites: &["oidc-authorization-response-type"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(missing_response_type(target))),
    },
    Check {
        id: "oidc.authorization-errors.unknown-response-type",
        title: "A request with a response type that nobody knows gets no code",
        cites: &["oidc-authorization-response-type"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(unknown_response_type(target))),
    },
    Check {
        id: "oidc.authorization-errors.unknown-client",
        title: "For an unknown client the issuer redirects nowhere",
        cites: &["oidc-authorization-unknown-client"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(unknown_client(target))),
    },
    Check {
        id: "oidc.authorization-errors.missing-client",
        title: "For a client that is not named the issuer redirects nowhere",
        cites: &["oidc-authorization-unknown-client"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(missing_client(target))),
    },
    Check {
        id: "oidc.authorization-errors.unknown-scope-is-not-granted",
        title: "A scope that nobody knows is ignored or refused, and not granted",
        cites: &["oidc-authorization-unknown-scope"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(unknown_scope_is_not_granted(target))),
    },
    Check {
        id: "oidc.authorization-errors.repeated-parameter",
        title: "A request that gives a parameter twice gets no code",
        cites: &["oidc-authorization-repeated-parameter"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(repeated_parameter(target))),
    },
    Check {
        id: "oidc.authorization-errors.request-object-not-taken",
        title: "A request object that the issuer does not take is refused as such",
        cites: &["oidc-authorization-request-object"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(request_object_not_taken(target))),
    },
    Check {
        id: "oidc.authorization-errors.request-uri-not-taken",
        title: "A request by reference that the issuer does not take is refused as such",
        cites: &["oidc-authorization-request-uri"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(request_uri_not_taken(target))),
    },
];

async fn missing_response_type(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let request = target
        .authorization_request(&client, &target.endpoints().await?)
        .without("response_type");
    let refused = Refused::expect(&mut target.browser(), &request).await?;
    refused.because_of(&["invalid_request", "unsupported_response_type"], &request)
}

async fn unknown_response_type(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let request = target
        .authorization_request(&client, &target.endpoints().await?)
        .with("response_type", "proofhouse");
    let refused = Refused::expect(&mut target.browser(), &request).await?;
    refused.because_of(&["unsupported_response_type", "invalid_request"], &request)
}

async fn unknown_client(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let request = target
        .authorization_request(&client, &target.endpoints().await?)
        .with("client_id", "proofhouse-no-such-client");
    let refused = Refused::expect(&mut target.browser(), &request).await?;
    refused.on_a_page()
}

async fn missing_client(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let request = target
        .authorization_request(&client, &target.endpoints().await?)
        .without("client_id");
    let refused = Refused::expect(&mut target.browser(), &request).await?;
    refused.on_a_page()
}

async fn unknown_scope_is_not_granted(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    let unknown = "proofhouse-no-such-scope";
    let request = target
        .authorization_request(&client, &endpoints)
        .scope(&format!("openid {unknown}"));
    let redirect = target.browser().sign_in(&request).await?;
    if redirect.error() == Some("invalid_scope") {
        return Ok(());
    }
    let code = redirect.code()?;
    let tokens = target.exchange(&client, &request, &code).await?;
    if tokens.scope().contains(unknown) {
        let granted = tokens.body["scope"].clone();
        let expected = [json!("openid")];
        return Err(Mismatch::new("member /scope", expected, granted).into());
    }
    Ok(())
}

async fn repeated_parameter(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    for (name, other) in [
        ("scope", "openid"),
        ("response_type", "code"),
        ("nonce", "another"),
    ] {
        let request = target
            .authorization_request(&client, &endpoints)
            .again(name, other);
        let refused = Refused::expect(&mut target.browser(), &request)
            .await
            .during(name)?;
        refused
            .because_of(&["invalid_request"], &request)
            .during(name)?;
    }
    Ok(())
}

async fn request_object_not_taken(target: &Target) -> Outcome {
    let endpoints = target.endpoints().await?;
    if advertised::is_set(&endpoints, "request_parameter_supported") {
        return Err(Skip::because("the issuer takes request objects").into());
    }
    // An unsigned one with nothing in it: whoever looked into it would find nothing to object to.
    let object = Secret::new("eyJhbGciOiJub25lIn0.e30.");
    not_supported(target, "request", object.expose(), "request_not_supported").await
}

async fn request_uri_not_taken(target: &Target) -> Outcome {
    let endpoints = target.endpoints().await?;
    // Left out, it is supported (OpenID Connect Discovery, section 3).
    if endpoints.document["request_uri_parameter_supported"] != false {
        return Err(Skip::because("the issuer takes requests by reference").into());
    }
    let address = "https://requests.example.test/object";
    not_supported(target, "request_uri", address, "request_uri_not_supported").await
}

async fn not_supported(target: &Target, name: &str, value: &str, error: &str) -> Outcome {
    let client = target.any_login_client()?;
    let request = target
        .authorization_request(&client, &target.endpoints().await?)
        .with(name, value);
    match target.browser().authorize(&request).await? {
        Authorized::Redirect(redirect) => {
            expect::equal("error", &json!(error), &json!(redirect.error()))?;
            Ok(())
        }
        Authorized::Page(page) if page.answer.status() >= 400 || page.forms().is_empty() => Ok(()),
        Authorized::Page(page) => {
            let shown = json!(page.title());
            Err(Mismatch::new("answer", [json!(error)], shown).into())
        }
    }
}
