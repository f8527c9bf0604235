//! Whether the described clients and the user are what the target knows.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    browser::{Authorized, SignInError},
    description::{Kind, Problem},
    relying_party::{Endpoints, Kind as ClientKind, LoginClient},
    target::{Session, Target},
    verdict::{Broken, NotPassed},
};

/// Tries everything that is described for signing in. Answers that are wrong are no problem here: the checks tell of them.
pub(super) async fn examine(session: &Arc<Session>) -> Result<(), Vec<Problem>> {
    let login = &session.login;
    if login.described().is_none() {
        return Ok(());
    }
    let target = Target::new(Arc::clone(session), "doctor");
    let endpoints = match target.endpoints().await {
        Ok(endpoints) => endpoints,
        Err(NotPassed::Broken(broken)) => return Err(vec![unreachable(session, &broken)]),
        // The documented paths are known without a document; an issuer was looked at before.
        Err(_) => return Ok(()),
    };
    let mut problems = Vec::new();
    for client in [&login.public, &login.confidential].into_iter().flatten() {
        let found = try_client(&target, &endpoints, client).await;
        problems.extend(found.err());
    }
    if problems.is_empty()
        && login.has_user()
        && let Some(client) = login.described()
    {
        problems.extend(try_user(&target, &endpoints, client).await.err());
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// Looks for an OpenID provider where an issuer is described.
pub(super) async fn issuer(session: &Arc<Session>) -> Result<(), Problem> {
    let target = Target::new(Arc::clone(session), "oidc.doctor.issuer");
    match target.endpoints().await {
        Ok(_) | Err(NotPassed::Skip(_)) => Ok(()),
        Err(NotPassed::Broken(broken)) => Err(unreachable(session, &broken)),
        Err(NotPassed::Mismatch(mismatch)) => {
            let address = Endpoints::document_of(&session.issuer);
            let told = format!(
                "no OpenID provider answers: `{address}`: {}: {}",
                mismatch.what,
                shown(&mismatch.actual)
            );
            Err(Problem::new("issuer", Kind::Discovery(told)))
        }
    }
}

/// Asks for a code, and exchanges one that nobody issued.
async fn try_client(
    target: &Target,
    endpoints: &Endpoints,
    client: &LoginClient,
) -> Result<(), Problem> {
    let field = |name: &str| format!("clients.{}.{name}", client.kind);
    let request = target.authorization_request(client, endpoints);
    let landed = target.browser().without_cookies().authorize(&request).await;
    match landed {
        Err(NotPassed::Broken(Broken::Unsendable { request, reason })) => {
            let told = format!("{request}: {reason}");
            return Err(Problem::new("origins", Kind::SignIn(told)));
        }
        Ok(Authorized::Page(page)) if (400..500).contains(&page.answer.status()) => {
            let landed = Authorized::Page(page.clone());
            let name = match landed.error().as_deref() {
                Some("invalid_redirect_uri") => "redirect-uri",
                _ => "id",
            };
            let text: String = page.text().chars().take(200).collect();
            let told = format!(
                "its authorization request is answered by {} `{text}`",
                page.answer.status()
            );
            return Err(Problem::new(field(name), Kind::LoginClient(told)));
        }
        _ => {}
    }
    let form = [
        ("grant_type", "authorization_code"),
        ("code", "proofhouse-asks-whether-the-client-is-known"),
        ("redirect_uri", client.redirect_uri.as_str()),
        (
            "code_verifier",
            "proofhouse-asks-whether-the-client-is-known",
        ),
    ];
    let answer = target.post_as(client, &endpoints.token, &form).await;
    let refusal = answer.ok().and_then(|answer| answer.json().ok());
    let refusal = refusal.unwrap_or_default();
    if refusal["error"] == "invalid_client" {
        let told = "its token request is answered by `invalid_client`";
        let (name, remedy) = match client.kind {
            ClientKind::Public => ("id", "describe one that has no secret"),
            ClientKind::Confidential => (
                "secret-env",
                "it, or `secret-file`, must lead to the secret of this `id`",
            ),
        };
        let told = format!("{told}; {remedy}");
        return Err(Problem::new(field(name), Kind::LoginClient(told)));
    }
    Ok(())
}

/// Signs the user in once.
async fn try_user(
    target: &Target,
    endpoints: &Endpoints,
    client: &LoginClient,
) -> Result<(), Problem> {
    let request = target.authorization_request(client, endpoints);
    match target.browser().try_to_sign_in(&request).await {
        Err(SignInError::Described { field, told }) => Err(Problem::new(field, Kind::SignIn(told))),
        Err(SignInError::NotPassed(NotPassed::Skip(skip))) => Err(Problem::new(
            "sign-in.cookie-env",
            Kind::SignIn(skip.reason),
        )),
        Err(SignInError::NotPassed(NotPassed::Broken(broken @ Broken::Unsendable { .. }))) => {
            Err(Problem::new("origins", Kind::SignIn(broken.to_string())))
        }
        _ => Ok(()),
    }
}

fn unreachable(session: &Session, broken: &Broken) -> Problem {
    let field = if session.customer.is_some() {
        "url"
    } else {
        "issuer"
    };
    Problem::new(field, Kind::Unreachable(broken.to_string()))
}

fn shown(value: &Value) -> String {
    value.to_string().chars().take(100).collect()
}
