//! What works without being advertised.

use serde_json::{Value, json};

use super::{advertised, granted::Granted, reached::reached};
use crate::{
    browser::{Authorized, Browser, Channel, Redirect},
    check::{Check, Effects, Need, Run},
    relying_party::{AuthorizationRequest, Pkce},
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.unadvertised.response-types",
        title: "No response type works that is not advertised",
        cites: &["oidc-discovery-says-all"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(response_types(target))),
    },
    Check {
        id: "oidc.unadvertised.response-modes",
        title: "No response mode works that is not advertised",
        cites: &["oidc-discovery-says-all"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(response_modes(target))),
    },
    Check {
        id: "oidc.unadvertised.challenge-methods",
        title: "No PKCE method works that is not advertised",
        cites: &["oidc-discovery-says-all"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(challenge_methods(target))),
    },
];

async fn response_types(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    let advertised = advertised::response_types(&endpoints);
    let mut working = Vec::new();
    let mut browser = target.browser();
    for kind in [
        "id_token",
        "token",
        "id_token token",
        "code id_token",
        "code token",
        "code id_token token",
    ] {
        let request = target
            .authorization_request(&client, &endpoints)
            .with("response_type", kind);
        if !is_in(&advertised, kind) && works(&mut browser, &request).await.during(kind)?.is_some()
        {
            working.push(kind);
        }
    }
    none("response types that work unadvertised", &working)
}

async fn response_modes(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    let advertised = advertised::response_modes(&endpoints);
    let mut working = Vec::new();
    let mut browser = target.browser();
    for (mode, channel) in [
        ("fragment", Channel::Fragment),
        ("form_post", Channel::FormPost),
    ] {
        let request = target
            .authorization_request(&client, &endpoints)
            .with("response_mode", mode);
        if !advertised.contains(&mode) {
            let redirect = works(&mut browser, &request).await.during(mode)?;
            if redirect.is_some_and(|redirect| redirect.channel == channel) {
                working.push(mode);
            }
        }
    }
    none("response modes that work unadvertised", &working)
}

async fn challenge_methods(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let endpoints = target.endpoints().await?;
    let advertised = advertised::challenge_methods(&endpoints);
    let mut working = Vec::new();
    for pkce in [Pkce::s256(), Pkce::plain()] {
        let method = pkce.method;
        if advertised.contains(&method) {
            continue;
        }
        let request = target
            .authorization_request(&client, &endpoints)
            .with_pkce(pkce);
        let Some(redirect) = works(&mut target.browser(), &request)
            .await
            .during(method)?
        else {
            continue;
        };
        let code = redirect.code()?;
        let granted = Granted {
            client: client.clone(),
            request,
            code,
        };
        // Whoever ignores challenges takes any verifier; whoever knows the method takes only the right one.
        let other = Pkce::s256().verifier;
        let wrong = granted.form().with("code_verifier", other.expose());
        if granted.send(target, &wrong).await?.status() != 200 {
            working.push(method);
        }
    }
    none("PKCE methods that work unadvertised", &working)
}

/// Signs in with a request, and returns where the browser came back with more than an error.
async fn works(
    browser: &mut Browser<'_>,
    request: &AuthorizationRequest,
) -> Result<Option<Redirect>, NotPassed> {
    let Authorized::Redirect(redirect) = reached(browser, request).await? else {
        return Ok(None);
    };
    let is_given = ["code", "access_token", "id_token"]
        .iter()
        .any(|name| redirect.parameter(name).is_some());
    Ok(is_given.then_some(redirect))
}

/// Tells whether a response type is in a list; the order of its words does not matter.
fn is_in(list: &[&str], kind: &str) -> bool {
    let sorted = |kind: &str| {
        let mut words: Vec<String> = kind.split(' ').map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    list.iter().any(|listed| sorted(listed) == sorted(kind))
}

fn none(what: &str, working: &[&str]) -> Outcome {
    if working.is_empty() {
        return Ok(());
    }
    let nothing: Value = json!([]);
    Err(Mismatch::new(what, [nothing], json!(working)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_words_does_not_matter() {
        assert!(is_in(&["code", "token id_token"], "id_token token"));
        assert!(!is_in(&["code", "token id_token"], "id_token"));
    }
}
